"""Every address of Wagtail's admin, as a site editor: none reveals a page that she may not read.

The addresses come from the resolver, so a new version of Wagtail is covered too.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.models import Comment

from intranet import admin_door
from media.models import Attachment, Picture
from pages.actions import edit_page, move_page
from pages.models import BasePage
from people.models import Membership, Person, Space
from tests.factories.pages import make_episode, make_post, make_show, make_wiki_page, wiki_of
from tests.factories.people import join, make_space
from tests.factories.syndication import make_picture, make_recording

CANARY = "kestrel"
OPEN = admin_door.PAGES | admin_door.PICTURES | admin_door.PLAIN | {admin_door.BULK}
PLACE = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
WORDS = {
    "app_label": ["pages", "wiki"],
    "content_type_app_name": ["wiki", "blog"],
    "app_name": ["taggit", "pages"],
    "model_name": ["basepage", "picture", "attachment", "wikipage", "tag"],
    "content_type_model_name": ["wikipage", "blogpostpage"],
    "action": ["delete", "move", "publish", "unpublish", "add_tags", "add_to_collection"],
    "action_name": ["approve", "delete"],
    "filter_spec": ["width-50"],
    "revision_id_a": ["live", "earliest"],
    "revision_id_b": ["latest"],
    "uidb64": ["MQ"],
    "token": ["x"],
}


def patterns(resolver: URLResolver, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Name and route of every address."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from patterns(pattern, route, inner)
        elif isinstance(pattern, URLPattern):
            yield ":".join([*spaces, pattern.name or "?"]), route


def admin_addresses() -> list[tuple[str, str]]:
    admin = [p for p in get_resolver().url_patterns if str(p.pattern) == "admin/" and isinstance(p, URLResolver)]
    return list(patterns(admin[0], "/admin/"))


def filled(route: str, numbers: list[int]) -> Iterator[str]:
    """The addresses that a route stands for: each number in all its places, and words where words belong."""
    route = route.replace("^", "").replace("$", "").replace("\\", "")
    places = [(kind, name or named) for kind, name, named in PLACE.findall(route)]
    words = max((len(WORDS.get(name, "")) for _kind, name in places), default=0)
    takes_numbers = any(name not in WORDS for _kind, name in places)
    for number in numbers if takes_numbers else [0]:
        for at in range(max(words, 1)):

            def value(found: Any, number: int = number, at: int = at) -> str:
                choices = WORDS.get(found[2] or found[3], [])
                return choices[at % len(choices)] if choices else str(number)

            yield PLACE.sub(value, route)


@pytest.fixture
def editor(house: Any) -> Person:
    """A site editor who is editor of one space; another, of which she knows nothing, is full of the canary."""
    linus = house.linus
    linus.groups.add(Group.objects.get(name="Site editors"))
    hidden = make_space(f"{CANARY}-room", name=f"{CANARY} room", see="members", join="invited")
    from pages.tree import ensure_space

    ensure_space(hidden)
    join(house.grace, hidden, "owner")
    picture = make_picture(hidden, title=f"{CANARY} picture")
    picture.tags.add(f"{CANARY}-of-pictures")
    Attachment(title=f"{CANARY} file", space=hidden, file=ContentFile(b"x", f"{CANARY}.pdf")).save()
    recording = make_recording(hidden, title=f"{CANARY} recording")
    text = f"{CANARY} ![x](picture:{picture.pk})"
    page = make_wiki_page(hidden, f"{CANARY} page", text, slug="plain", tags=[f"{CANARY}-of-pages"], by=house.grace)
    make_post(hidden, f"{CANARY} post", text, slug="plain-post", hero=picture, by=house.grace)
    make_episode(make_show(hidden, f"{CANARY} show", by=house.grace), f"{CANARY} episode", recording=recording)
    page.body = f"{CANARY} again"
    edit_page(person=house.grace, page=page, note=CANARY)
    # A page that came from there, whose earlier texts are for those who could read them then, and one she wrote there.
    moved = make_wiki_page(hidden, "Moved", CANARY, slug="moved", by=house.ada)
    moved.title, moved.body = "Moved away", "Harmless."
    edit_page(person=house.ada, page=moved)
    move_page(person=house.ada, page=moved, parent=wiki_of(house.operations))
    join(linus, hidden)
    left = make_wiki_page(hidden, f"{CANARY} of a former member", CANARY, slug="former", by=linus)
    edit_page(person=linus, page=left)
    hidden.memberships.filter(person=linus).delete()
    make_wiki_page(house.operations, "Rota", "Hers.", by=linus)
    return Person.objects.get(pk=linus.pk)


def all_numbers() -> list[int]:
    """Of everything that the canary stands in, and of what is hers."""
    hidden = Space.objects.get(slug=f"{CANARY}-room")
    pages = BasePage.objects.filter(space=hidden)
    found = {*pages.values_list("pk", flat=True), *pages.values_list("latest_revision_id", flat=True)}
    for model in (Picture, Attachment):
        found |= set(model.objects.values_list("pk", flat=True))
    found |= set(BasePage.objects.filter(depth__lte=3).values_list("pk", flat=True))
    found |= set(BasePage.objects.filter(title__in=["Rota", "Moved away"]).values_list("pk", flat=True))
    return sorted(pk for pk in found if pk)


@pytest.mark.slow
@pytest.mark.sqlite_only
@pytest.mark.django_db
def test_no_address_of_the_admin_tells_a_site_editor_of_what_she_may_not_read(editor: Person) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(editor)
    numbers, opened, wrong = all_numbers(), set(), []
    hidden_page = BasePage.objects.get(title=f"{CANARY} page")
    questions = [
        f"q={CANARY[:6]}&term={CANARY[:3]}&p=1",
        f"id={hidden_page.pk}&id={Picture.objects.first().pk}&id={Attachment.objects.first().pk}&fields=*",
        f"id=all&childOf={hidden_page.get_parent().get_parent().get_parent().pk}",
    ]
    for name, route in admin_addresses():
        # What is closed is closed before it looks at anything: once is enough there.
        for address in filled(route, numbers if name in OPEN else numbers[-1:]):
            for question in questions if name in OPEN else questions[:1]:
                response: Any = client.get(f"{address}?{question}")
                body = b"".join(response.streaming_content) if response.streaming else response.content
                said = (body + str(response.headers).encode()).lower()
                if CANARY.encode() in said:
                    at = said.index(CANARY.encode())
                    wrong.append(f"{name} {address}?{question}: {said[max(0, at - 60) : at + 60]!r}")
                if response.status_code >= 500:
                    wrong.append(f"{name} {address}: {response.status_code}")
                if name in OPEN and response.status_code == 200:
                    opened.add(name)
                elif name in admin_door.ELSEWHERE:
                    assert response.status_code in (302, 404), address
                elif name not in OPEN and address != "/admin/login/" and response.status_code != 404:
                    wrong.append(f"{name} {address}: {response.status_code} instead of 404")
    assert not wrong, "\n".join(wrong[:40])
    # What is hers she can open: a sweep of addresses that are all closed would find nothing.
    assert {"wagtailadmin_home", "wagtailadmin_explore", "wagtailadmin_pages:edit", "wagtailadmin_pages:move"} <= opened
    assert {"wagtailimages_chooser:choose", "wagtailadmin_pages:search_results"} <= opened


def test_a_site_editor_who_reads_a_page_is_not_told_the_title_of_its_draft(editor: Person) -> None:
    client = Client()
    client.force_login(editor)
    space = Space.objects.get(slug="digital-services")
    page = make_wiki_page(space, "Plain title", by=Person.objects.get(username="grace"))
    page.title = f"{CANARY} title"
    edit_page(person=page.owner, page=page, publish=False)
    told = []
    for name, route in admin_addresses():
        for address in filled(route, [page.pk, page.get_parent().pk]) if name in OPEN else ():
            for question in (f"id={page.pk}", "q=Plain&p=1"):
                if CANARY in client.get(f"{address}?{question}").content.decode(errors="replace"):
                    told.append(f"{name} {address}?{question}")
    assert told == []


def test_a_site_editor_is_not_told_the_title_of_a_hidden_page_above(editor: Person) -> None:
    client = Client()
    client.force_login(editor)
    grace = Person.objects.get(username="grace")
    for slug in ("digital-services", "operations"):
        space = Space.objects.get(slug=slug)
        # To her, a page of another space for its members alone, and a draft of her own space where she only writes.
        Membership.objects.filter(space=space, person=editor).update(role="member")
        hidden: dict[str, Any] = {"audience": "space"} if slug == "digital-services" else {"publish": False}
        above = make_wiki_page(space, f"{CANARY} {slug}", by=Person.objects.get(username="ada"), **hidden)
        make_wiki_page(space, f"Plain {slug}", by=grace if slug == "digital-services" else editor, parent=above)
    numbers = list(BasePage.objects.filter(title__startswith="Plain ").values_list("pk", flat=True))
    told = []
    for name, route in admin_addresses():
        for address in filled(route, numbers) if name in OPEN else ():
            for question in (f"id={numbers[0]}", f"id={numbers[1]}", "q=Plain&p=1"):
                if CANARY in client.get(f"{address}?{question}").content.decode(errors="replace"):
                    told.append(f"{name} {address}?{question}")
    assert told == []


def test_what_editors_remarked_in_the_admin_does_not_move_with_a_page(house: Any, client: Client) -> None:
    house.grace.groups.add(Group.objects.get(name="Site editors"))
    page = make_wiki_page(house.operations, "Rota", by=house.linus)
    Comment.objects.create(page=page, user=house.linus, text=CANARY, contentpath="title")
    move_page(person=house.ada, page=page, parent=wiki_of(house.digital))
    client.force_login(house.grace)
    response = client.get(f"/admin/pages/{page.pk}/edit/")
    assert (response.status_code, CANARY in response.text) == (200, False)


@pytest.mark.sqlite_only
def test_no_form_of_the_admin_tells_a_site_editor_of_what_she_may_not_read(editor: Person) -> None:
    """All that she opens, sent with the numbers and the address of what is hidden in every field."""
    client = Client(raise_request_exception=False)
    client.force_login(editor)
    own = BasePage.objects.get(title="Rota")
    hidden = BasePage.objects.get(title=f"{CANARY} page")
    post = BasePage.objects.get(title=f"{CANARY} post")
    picture = Picture.objects.get(title=f"{CANARY} picture")
    wrong, names = [], {"external-link-chooser-url", "url", "q"}
    for name, route in admin_addresses():
        address = next(filled(route, [own.pk])) if name in OPEN else "/admin/"
        names |= set(re.findall(r'name="([\w-]+)"', client.get(address).content.decode(errors="replace")))
    names -= {"csrfmiddlewaretoken", "next"}
    values = [str(hidden.pk), str(post.pk), str(picture.pk), hidden.get_absolute_url(), f"![x](picture:{picture.pk})"]
    for name, route in admin_addresses():
        if name == admin_door.SIGN_OUT:
            continue
        # What is closed is closed before it looks at anything: once is enough there.
        for address in list(filled(route, [own.pk]))[: 6 if name == admin_door.BULK else 1]:
            for value in values if name in OPEN else values[-2:-1]:
                response: Any = client.post(address, dict.fromkeys(names, value))
                body = b"".join(response.streaming_content) if response.streaming else response.content
                said = (body + str(response.headers).encode()).lower().replace(hidden.get_absolute_url().encode(), b"")
                if CANARY.encode() in said or response.status_code >= 500:
                    wrong.append(f"{name} {address} {value}: {response.status_code}")
    assert len(names) > 20
    assert wrong == []


LINK = re.compile(r"""(?:href|data-url|data-src|data-[\w-]*-url-value)=["'](/[^"'#]*)""")
# Addresses that a script posts to, and what leads out of the site's own pages.
NOT_FOLLOWED = re.compile(
    r"/admin/(?:logout|editing-sessions|jsi18n|sprite|pages/workflow|tag-autocomplete|[\w/-]*/(?:preview|release|collect|lock|unlock))|/static/|/-/"
)


def test_a_site_editor_finds_no_link_in_the_admin_that_leads_nowhere(editor: Person, client: Client) -> None:
    """From the start on, over every page of the admin that she can reach, pages that have never been published among them."""
    client.force_login(editor)
    hers = BasePage.objects.get(title="Rota").pk
    waiting, seen, dead = ["/admin/"], {"/admin/"}, []
    while waiting and len(seen) < 400:
        address = waiting.pop(0)
        # A box of the list is sent along, as a browser does.
        response = client.get(f"{address}?id={hers}" if address.startswith("/admin/bulk/") else address)
        if response.status_code == 404:
            dead.append(address)
        if response.status_code != 200 or not address.startswith("/admin/"):
            continue
        for found in LINK.findall(response.content.decode(errors="replace")):
            link = found.replace("&amp;", "&")
            if link not in seen and not NOT_FOLLOWED.search(link) and "?" not in link:
                seen.add(link)
                waiting.append(link)
    assert any(re.fullmatch(r"/admin/pages/\d+/edit/", address) for address in seen)
    assert dead == []


@pytest.mark.django_db
@pytest.mark.parametrize("start", ["/admin/", "/sign-in/?next=/admin/", "/admin/login/?next=/admin/"])
def test_a_person_without_access_gets_a_plain_page_with_a_way_home(house: Any, client: Client, start: str) -> None:
    client.force_login(house.mary)
    response = client.get(start, follow=True)
    assert (response.status_code, len(response.redirect_chain) < 3) == (403, True)
    assert "You have no access" in response.content.decode()
    assert '<a href="/">' in response.content.decode()
    assert client.get("/admin/pages/").status_code == 404
    assert client.get("/admin/logout/").status_code == 404
    assert client.get("/").status_code == 200, "signed out by a GET"


@pytest.mark.django_db
def test_a_site_editor_opens_no_view_that_nobody_has_looked_at(editor: Person, client: Client) -> None:
    client.force_login(editor)
    for address in ("/admin/reports/locked/", "/admin/reports/site-history/", "/admin/users/"):
        assert client.get(address).status_code == 404, address
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db
def test_a_site_editor_opens_nothing_by_a_number_that_she_may_not_read(editor: Person, client: Client) -> None:
    client.force_login(editor)
    hidden, own = (BasePage.objects.get(title=title) for title in (f"{CANARY} page", "Rota"))
    picture = Picture.objects.get(title=f"{CANARY} picture")
    assert client.get(f"/admin/pages/{own.pk}/copy/").status_code == 200
    for address in (f"/admin/pages/{hidden.pk}/copy/", f"/admin/images/chooser/{picture.pk}/"):
        response = client.get(address)
        assert response.status_code == 404, address
        assert CANARY not in response.text
    # Nor is what is hers copied to where it would tell who is there.
    sent = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": str(hidden.pk)}
    assert client.post(f"/admin/pages/{own.pk}/copy/", sent).status_code == 404


@pytest.mark.django_db
def test_no_field_of_the_admin_names_more_than_numbers(editor: Person, client: Client) -> None:
    client.force_login(editor)
    own = BasePage.objects.get(title="Rota")
    for value in ("all", f"{own.pk} ", "٣"):
        assert client.get("/admin/choose-page/chosen-multiple/", {"id": value}).status_code == 404
    assert client.get("/admin/choose-page/chosen-multiple/", {"id": str(own.pk)}).status_code == 200


@pytest.mark.django_db
def test_nobody_is_signed_out_of_the_admin_without_a_post(house: Any, client: Client) -> None:
    client.force_login(house.ada)
    response = client.get("/admin/logout/")
    assert (response.status_code, "sessionid" in response.cookies) == (404, False)
    assert client.get("/admin/").status_code == 200
    assert client.post("/admin/logout/").status_code == 302
    assert client.get("/admin/").status_code == 302
