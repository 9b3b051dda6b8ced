"""Every kind of page passes axe in light, dark and forced colours, at phone and desktop width, with nothing cut off.

The same holds with a reader's own text spacing; `looking` adds checks that axe does not make. In forced colours axe reads the
colours of our style sheets, which are not those on the screen, so the painted pixels are checked instead.
"""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.functional import looking
from tests.functional.conftest import Desk, Site

pytestmark = pytest.mark.browser

WIDTHS = (320, 1280)
BLOG, WIKI, PODCASTS = (f"/spaces/digital-services/{room}/" for room in ("blog", "wiki", "podcasts"))
SLUG = "(?!-/)[a-z0-9-]+/"

# What each kind is called, and its address, or the page and the shape of the link that lead to one of them.
SIGNED_IN: dict[str, str | tuple[str, str]] = {
    "home": "/",
    "write": "/write/",
    "spaces": "/spaces/",
    "space": "/spaces/digital-services/",
    "members": "/spaces/digital-services/-/members/",
    "blog": BLOG,
    "post": (BLOG, BLOG + SLUG),
    "new post": BLOG + "-/new/",
    "wiki": WIKI,
    "wiki page": WIKI + "standards/accessibility/",
    "wiki edit": WIKI + "standards/accessibility/-/edit/",
    "wiki history": WIKI + "standards/accessibility/-/history/",
    "wiki difference": WIKI + "standards/accessibility/-/diff/",
    "wiki backlinks": WIKI + "standards/accessibility/-/backlinks/",
    "wiki move": WIKI + "standards/accessibility/-/move/",
    "wiki audience": WIKI + "standards/accessibility/-/audience/",
    "wiki delete": WIKI + "standards/accessibility/-/delete/",
    "new wiki page": WIKI + "-/new/?title=Benches",
    "wiki changes": WIKI + "-/changes/",
    "wiki pages": WIKI + "-/pages/",
    "wiki wanted": WIKI + "-/wanted/",
    "wiki orphans": WIKI + "-/orphans/",
    "podcasts": PODCASTS,
    "show": (PODCASTS, PODCASTS + SLUG),
    "episode": PODCASTS + "plain-speaking/the-word-keeper/",
    "new show": PODCASTS + "-/new/",
    "new episode": PODCASTS + "plain-speaking/-/new/",
    "search": "/search/",
    "search with hits": "/search/?q=permit",
    "search without hits": "/search/?q=xyzzyplugh",
    "more like this": WIKI + "standards/accessibility/-/related/",
    "why here": ("/search/?q=permit", r"/search/explain/.*"),
    "words": "/search/words/",
    "chosen answers": "/search/answers/",
    "boosts": "/search/boosts/",
    "search report": "/search/report/",
    "people": "/people/",
    "person": "/people/grace/",
    "own profile": "/people/ada/-/edit/",
    "change password": "/settings/password/",
    "accounts": "/people/-/accounts/",
    "add people": "/people/-/accounts/new/",
    "account": "/people/grace/-/account/",
    "who may release": "/people/?may=release",
    "publish": (BLOG + "one-thing-at-a-time/", "/publish/[0-9a-f-]+/"),
    "channels": "/channels/",
    "channel": "/channels/digital-services/",
    "new channel": "/channels/-/new/",
    "subscriptions": "/subscriptions/",
    "drafts": "/drafts/",
    "not found": "/no/such/page/",
}
ANONYMOUS: dict[str, str | tuple[str, str]] = {
    "sign in": "/sign-in/",
    "forgot password": "/sign-in/forgot/",
    "public channels": "/public/",
    "public channel": "/public/digital-services/",
    "public item": ("/public/digital-services/", "/public/digital-services/" + SLUG),
    "public not found": "/public/no-such-channel/",
}


def desks(browser: Browser, site: Site, username: str) -> dict[str, Desk]:
    """One desk a colour scheme, signed in once."""
    made = {}
    for scheme in ("light", "dark"):
        made[scheme] = Desk(browser.new_context(color_scheme=scheme, reduced_motion="reduce"), site.url)
        if username:
            made[scheme].sign_in(username)
    return made


@pytest.fixture(scope="module")
def signed_in(browser: Browser, site: Site) -> Iterator[dict[str, Desk]]:
    made = desks(browser, site, "ada")
    # Something to list among the drafts, and to offer in a form.
    made["light"].open(BLOG + "-/new/")
    made["light"].page.locator("[name=title]").fill("Half a thought")
    made["light"].page.wait_for_url("**/?draft=*")
    yield made
    for desk in made.values():
        desk.context.close()


@pytest.fixture(scope="module")
def anonymous(browser: Browser, site: Site) -> Iterator[dict[str, Desk]]:
    made = desks(browser, site, "")
    yield made
    for desk in made.values():
        desk.context.close()


# A scheme changes colours and nothing else: in the dark the rules about them are asked again.
RULES: dict[str, dict[str, list[str]]] = {"light": {}, "dark": {"runOnly": ["color-contrast", "link-in-text-block"]}}


def check(desks: dict[str, Desk], where: str | tuple[str, str]) -> None:
    faults = []
    path = where if isinstance(where, str) else desks["light"].first_path(*where)
    for scheme, desk in desks.items():
        status = desk.open(path)
        assert status == (404 if "no-such" in path or "no/such" in path else 200), path
        for width in WIDTHS:
            desk.resize(width, 900)
            found = Axe().run(desk.page, options={"resultTypes": ["violations"], **RULES[scheme]})
            for violation in found.response["violations"]:
                targets = "; ".join(
                    f"{node['target']} {node.get('failureSummary', '')}" for node in violation["nodes"][:3]
                )
                faults.append(f"{path} {scheme} {width}: {violation['id']}: {violation['help']}: {targets}")
            wide = desk.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                faults.append(f"{path} {scheme} {width}: {wide} pixels wide")
            if scheme == "light" and (wide := looking.width_with_spacing(desk.page)) > width:
                faults.append(f"{path} {width}: {wide} pixels wide with text spacing")
        if scheme == "light":
            faults += [f"{path}: links called the same: {twins}" for twins in desk.page.evaluate(looking.TWINS)]
            faults += [
                f"{path}: a stop that does not scroll or has no name: {box}"
                for box in desk.page.evaluate(looking.BOXES)
            ]
        else:
            faults += [f"{path} forced colours: {fault}" for fault in looking.faults_in_forced_colours(desk.page)]
        faults += desk.complaints
        desk.complaints.clear()
    assert faults == []


@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_page_for_staff_can_be_used_by_everybody(signed_in: dict[str, Desk], name: str) -> None:
    check(signed_in, SIGNED_IN[name])


@pytest.mark.parametrize("name", ANONYMOUS)
def test_a_page_for_strangers_can_be_used_by_everybody(anonymous: dict[str, Desk], name: str) -> None:
    check(anonymous, ANONYMOUS[name])
