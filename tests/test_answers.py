"""What every form tells people who do not see the page: the title, the focus, the announcement.

The addresses come from the resolver: one that takes a POST and has no row here fails the suite. Each row is the press of a
button that is refused, accepted, or answered with something else, such as a preview. No script runs: only the served page
is checked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from conversation.actions import comment
from desk.approval_views import seen_of
from desk.models import Draft, TextTemplate
from desk.unsaved import WRITTEN
from intranet import setup_code
from news.mail.links import stop_url
from news.models import Group
from pages.actions import delete_page, edit_page
from pages.models import AuthorInvitation, BasePage, Deletion, PageAuthor
from pages.scheduling import When
from people.models import Person
from people.once import FIELD, new_key
from people.tokens import new_link
from search.curation.boosts import BoostsForm
from search.documents import page_key
from search.models import ChosenAnswer, WordGroup
from search.request import RANKING
from syndication.models import PrivateFeed
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page
from tests.factories.pictures import png
from tests.factories.syndication import make_channel, make_release

pytestmark = pytest.mark.django_db

D = "/spaces/digital-services/"
Build = Callable[[House], Any]


@dataclass
class Press:
    """One press of a button. `at` and `sent` may ask the house for pages and keys; `says` is what is heard, and seen with the focus."""

    route: str
    at: str | Build
    sent: dict[str, Any] | Build
    says: str
    title: str = ""
    by: str = "ada"

    @property
    def refused(self) -> bool:
        return self.title == "Error:"


def post_page(house: House) -> Any:
    return make_post(house.digital, "Open post", "Text.", by=house.grace)


def wiki_page(house: House) -> Any:
    return make_wiki_page(house.digital, "Open page", "Text.", by=house.grace)


def show_page(house: House) -> Any:
    return make_show(house.digital, "Talks", by=house.grace)


def episode_page(house: House) -> Any:
    return make_episode(show_page(house), "First talk", by=house.grace)


PAGES: dict[str, Build] = {
    "spaces/<slug:space>/blog/<slug:slug>/": post_page,
    "spaces/<slug:space>/<wiki:path>/": wiki_page,
    "spaces/<slug:space>/podcasts/<slug:show>/": show_page,
    "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/": episode_page,
}


def of(make: Build, ending: str) -> Build:
    return lambda house: f"{make(house).get_absolute_url()}-/{ending}/"


def followed(house: House, level: str) -> dict[str, Any]:
    return {"kind": "space", "key": house.digital.pk, "level": level}


def refused(route: str, at: str | Build, sent: Any, says: str, **more: Any) -> Press:
    return Press(route, at, sent, says, "Error:", **more)


FILES = {"title": "x", "body": "x", "action": "add_files"}


def desks() -> Iterator[Press]:
    """Writing: new and again."""
    begins: dict[str, str | Build] = {
        "spaces/<slug:space>/blog/-/new/": D + "blog/-/new/",
        "spaces/<slug:space>/wiki/-/new/": D + "wiki/-/new/",
        "spaces/<slug:space>/podcasts/-/new/": D + "podcasts/-/new/",
        "spaces/<slug:space>/podcasts/<slug:show>/-/new/": of(show_page, "new"),
    }
    for route, at in begins.items():
        yield refused(route, at, {"title": "", "action": "publish"}, "Title: Enter a title.")
        yield Press(route, at, {"title": "A bench", "body": "x", "action": "publish"}, "is published")
        yield Press(route, at, {"title": "A bench", "body": "x", "action": "draft"}, "draft")
        yield Press(
            route, at, {"title": "A bench", "body": "x", "action": "preview"}, "Nothing is saved yet", "Preview:"
        )
        yield Press(
            route,
            at,
            lambda house: {**FILES, "files_to_add": png("a.png")},
            "Move its line",
            "Added to the text:",
        )
        yield refused(
            route, at, lambda house: {**FILES, "files_to_add": ContentFile(b"MZ", "a.exe")}, "“a.exe” was not"
        )
    for route, make in PAGES.items():
        yield refused(f"{route}-/edit/", of(make, "edit"), {"title": "", "body": "x"}, "Title: Enter a title.")
        if make is not wiki_page:
            yield Press(
                f"{route}-/edit/", of(make, "edit"), {"title": "x", "body": "y"}, "while you were writing", "Conflict:"
            )
        yield Press(
            f"{route}-/edit/",
            of(make, "edit"),
            {"title": "x", "body": "y", "action": "preview"},
            "Nothing is saved",
            "Preview:",
        )
        yield Press(f"{route}-/delete/", of(make, "delete"), {}, "is in the bin")
        yield Press(f"{route}-/unpublish/", of(make, "unpublish"), {}, "is now a draft")
        if make is not show_page:
            yield Press(
                f"{route}-/restore/",
                of(make, "restore"),
                lambda house: {"revision": newest().latest_revision_id},
                "version from",
            )


def newest() -> Any:
    return BasePage.objects.exclude(latest_revision=None).order_by("-pk").first()


def spaces() -> Iterator[Press]:
    new = {
        "name": "Gardens",
        "slug": "gardens",
        "kind": "community",
        "see": "staff",
        "join": "open",
        "write": "members",
    }
    yield refused("spaces/-/new/", "/spaces/-/new/", {}, "Name: ")
    yield refused("spaces/-/new/", "/spaces/-/new/", {**new, "see": ""}, "Who can see it: ")
    yield Press("spaces/-/new/", "/spaces/-/new/", new, "Gardens")
    settings = "spaces/<slug:space>/-/settings/"
    yield refused(settings, D + "-/settings/", {**new, "name": ""}, "Name: ")
    yield Press(settings, D + "-/settings/", {**new, "kind": "department"}, "space settings are saved")
    role = "spaces/<slug:space>/-/role/"
    yield refused(role, D + "-/role/", {"username": "nobody-here", "role": "member"}, "No one here has the username")
    members = "spaces/<slug:space>/-/members/"
    yield refused(
        members, D + "-/members/", {"people": "nobody-here", "role": "member"}, "People: No one here is called"
    )
    yield refused(members, D + "-/members/", {"people": "", "role": "member"}, "People: Enter the name")
    yield Press(members, D + "-/members/", {"people": "Linus", "role": "member"}, "You have added Linus")
    yield refused(role, D + "-/role/", {"username": "grace", "role": "member"}, "at least one owner")
    yield Press(role, D + "-/role/", {"username": "otto", "role": "member"}, "The role of Otto")
    yield Press("spaces/<slug:space>/-/join/", "/spaces/people-and-culture/-/join/", {}, "now a member", by="otto")
    yield refused("spaces/<slug:space>/-/leave/", D + "-/leave/", {}, "last owner", by="grace")
    yield Press("spaces/<slug:space>/-/leave/", D + "-/leave/", {}, "You have left", by="mary")
    follow = r"^spaces/(?P<path>[\w/-]+)/-/follow/$"
    yield refused(follow, of(post_page, "follow"), {"level": "loud"}, "Choose how closely", by="otto")
    yield Press(follow, of(post_page, "follow"), {"level": "all"}, "You follow “Open post”", by="otto")
    yield refused("following/", "/following/", {"kind": "space", "level": ""}, "Choose how closely")
    yield Press("following/", "/following/", lambda house: followed(house, "muted"), "is muted")
    yield Press("following/", "/following/", lambda house: followed(house, "none"), "You no longer follow")
    told = "spaces/<slug:space>/-/told/"
    yield refused(told, D + "-/told/", {"members_of": ""}, "Tell everyone in: Choose a space")
    yield Press(told, D + "-/told/", lambda house: {"members_of": house.operations.pk}, "Everyone in “Operations”")
    yield Press(told, D + "-/told/", {"remove": "operations"}, "They were not told any more")
    yield Press("inbox/-/read/", "/inbox/-/read/", {"upto": "1"}, "Nothing was unread")
    profile = "people/<username:username>/-/edit/"
    yield refused(profile, "/people/mary/-/edit/", {"skills": "x" * 1001}, "Skills: ", by="mary")
    yield Press(profile, "/people/mary/-/edit/", {"first_name": "Mary"}, "profile is saved", by="mary")
    move = "spaces/<slug:space>/<wiki:path>/-/move/"
    yield refused(move, of(wiki_page, "move"), {"parent": "no/such/page"}, "")
    yield Press(move, of(wiki_page, "move"), {"parent": ""}, "has been moved")
    audience = "spaces/<slug:space>/<wiki:path>/-/audience/"
    yield Press(audience, of(wiki_page, "audience"), {"audience": "space"}, "You have changed who can read")


def author_invitation(house: House) -> dict[str, Any]:
    page = post_page(house)
    PageAuthor.objects.create(page_id=page.pk, person=house.otto)
    made = AuthorInvitation.objects.create(page=page, person=house.otto, by=house.grace)
    return {"invitation": str(made.pk), "answer": "agreed"}


def outside() -> Iterator[Press]:
    """Channels, releases and feed links."""
    channel = {
        "title": "News",
        "slug": "news",
        "description": "x",
        "author": "x",
        "language": "en",
        "category": "Technology",
    }
    yield refused("channels/-/new/", "/channels/-/new/", {"title": ""}, "Title: ")
    yield Press("channels/-/new/", "/channels/-/new/", channel, "is saved")
    change = "channels/<slug:channel>/-/edit/"
    yield refused(change, lambda house: f"/channels/{make_channel(house.ada).slug}/-/edit/", {"title": ""}, "Title: ")
    yield Press(change, lambda house: f"/channels/{make_channel(house.ada).slug}/-/edit/", channel, "is saved")

    def release_at(house: House) -> str:
        make_channel(house.ada)
        return f"/publish/{post_page(house).uid}/"

    publish = "publish/<uuid:uid>/"
    yield Press(publish, release_at, {"channel": "news", "checked": "old"}, "has changed since", "Not released:")

    def withdraw_at(house: House) -> str:
        page = post_page(house)
        make_release(house.ada, page, make_channel(house.ada))
        return f"/publish/{page.uid}/-/withdraw/news/"

    yield Press("publish/<uuid:uid>/-/withdraw/<slug:channel>/", withdraw_at, {}, "no longer public")
    yield refused("subscriptions/", "/subscriptions/", {"tag": "x" * 500}, "Tag: ")
    yield Press("subscriptions/", "/subscriptions/", {"label": "Phone"}, "Copy it now", "Feed link created:")

    def revoke_at(house: House) -> str:
        client_of(house.ada).post("/subscriptions/", {"label": "Phone"})
        return f"/subscriptions/{PrivateFeed.objects.get().uid}/-/revoke/"

    yield Press("subscriptions/<uuid:uid>/-/revoke/", revoke_at, {}, "is revoked")
    yield Press("named/", "/named/", author_invitation, "are named as an author", by="otto")
    yield Press("drafts/<uuid:key>/-/discard/", discard_at, {}, "has been deleted")


def deletion_at(view: str) -> Build:
    def deleted(house: House) -> str:
        delete_page(person=house.grace, page=wiki_page(house))
        return f"/bin/{Deletion.objects.get().pk}/{view}/"

    return deleted


def template_at(view: str = "") -> Build:
    def made(house: House) -> str:
        template = TextTemplate.objects.create(space=house.digital, name="Rota", body="x")
        return f"{D}-/templates/{template.pk}/{view}"

    return made


def section_at(make: Build) -> Build:
    def at(house: House) -> str:
        page = make(house)
        page.body = "## One\n\nText."
        edit_page(person=house.grace, page=page)
        return f"{page.get_absolute_url()}-/section/one/"

    return at


def parts_of_pages() -> Iterator[Press]:
    for route, make in PAGES.items():
        section = f"{route}-/section/<str:section>/"
        yield refused(section, section_at(make), {"title": "", "body": "## One"}, "Title: Enter a title.")
        yield Press(
            section,
            section_at(make),
            {"title": "x", "body": "## One", "action": "preview"},
            "Nothing is saved",
            "Preview:",
        )


def scheduled_at(house: House) -> str:
    when = When(publish_at=timezone.now() + timedelta(days=1))
    return f"/scheduled/{edit_page(person=house.grace, page=post_page(house), when=when).pk}/"


def scheduled(action: str = "", **typed: str) -> Build:
    return lambda house: {"revision": newest().latest_revision_id, "action": action, **typed}


def asked_at(house: House) -> str:
    house.digital.approval = "one"
    house.digital.save()
    page = post_page(house)
    edit_page(person=house.mary, page=page)
    return f"/approvals/{page.pk}/"


def decision(action: str, comment: str = "") -> Build:
    return lambda house: {"seen": seen_of(newest()), "action": action, "comment": comment}


def approvals() -> Iterator[Press]:
    route = "approvals/<int:pk>/"
    yield refused(route, asked_at, decision("send_back"), "Say in a comment")
    yield refused(route, asked_at, decision("comment"), "Say in a comment")
    yield Press(route, asked_at, decision("comment", "When?"), "Your comment is saved")
    yield Press(route, asked_at, decision("approve"), "is published")
    yield Press(route, asked_at, decision("send_back", "No."), "is sent back")
    yield Press(route, asked_at, decision("withdraw"), "no longer waits")


def schedules() -> Iterator[Press]:
    route = "scheduled/<int:pk>/"
    yield refused(route, scheduled_at, scheduled(publish_at="soon"), "Enter a day and a time")
    yield Press(route, scheduled_at, scheduled(publish_at="2030-01-01T09:00"), "new time")
    yield Press(route, scheduled_at, scheduled("publish"), "is published")
    yield Press(route, scheduled_at, scheduled("cancel"), "will not be published")


def comment_at(view: str) -> Build:
    def said(house: House) -> str:
        return f"/comments/{comment(person=house.ada, page=wiki_page(house), body='Hello').pk}/{view}/"

    return said


def conversations() -> Iterator[Press]:
    write = "<page:path>/-/comments/"
    yield refused(write, of(post_page, "comments"), {"body": " "}, "Comment: Write something.")
    yield Press(write, of(wiki_page, "comments"), {"body": "Hello"}, "Your comment is on the page")
    close = "<page:path>/-/close-comments/"
    yield Press(close, of(post_page, "close-comments"), {"closed": "1"}, "are closed")
    yield Press(close, of(post_page, "close-comments"), {"closed": "0"}, "are open")
    yield Press("<page:path>/-/save/", of(post_page, "save"), {"kept": "1"}, "is saved for later")
    yield Press("<page:path>/-/save/", of(post_page, "save"), {"kept": "0", "back": "1"}, "no longer saved")
    edit = "comments/<int:pk>/edit/"
    yield refused(edit, comment_at("edit"), {"body": ""}, "Comment: Write something.")
    yield Press(edit, comment_at("edit"), {"body": "Hello again"}, "Your comment is saved")
    yield Press("comments/<int:pk>/delete/", comment_at("delete"), {}, "The comment has been deleted")
    yield Press("comments/<int:pk>/resolve/", comment_at("resolve"), {"resolved": "1"}, "is resolved")
    yield Press("comments/<int:pk>/resolve/", comment_at("resolve"), {"resolved": "0"}, "open again")


def bin_and_templates() -> Iterator[Press]:
    yield Press("bin/<int:pk>/restore/", deletion_at("restore"), {}, "has been restored")
    yield Press("bin/<int:pk>/delete/", deletion_at("delete"), {}, "deleted for good")
    route = "spaces/<slug:space>/-/templates/"
    template = {"name": "Standup", "body": "x"}
    yield refused(f"{route}new/", D + "-/templates/new/", {"name": "", "body": "x"}, "Name:")
    yield Press(f"{route}new/", D + "-/templates/new/", template, "is saved")
    yield Press(f"{route}<int:pk>/", template_at(), template, "is saved")
    yield Press(f"{route}<int:pk>/delete/", template_at("delete/"), {}, "is deleted")


def discard_at(house: House) -> str:
    return f"/drafts/{Draft.objects.create(person=house.ada, path=D, title='Half a thought').key}/-/discard/"


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words_at(house: House) -> str:
    return f"/search/words/{WordGroup.objects.create(forms=['car', 'vehicle'], proposed_by=house.mary).pk}/"


def answer_at(house: House) -> str:
    page = post_page(house)
    call_command("update_index", verbosity=0)
    return f"/search/answers/{ChosenAnswer.objects.create(query='open', key=page_key(page.pk)).pk}/-/forget/"


def boosts(house: House) -> dict[str, Any]:
    return {name: str(value) for name, value in BoostsForm(ranking=RANKING).initial.items()}


def curation() -> Iterator[Press]:
    yield refused("search/words/", "/search/words/", {}, "Words: ")
    yield Press("search/words/", "/search/words/", {"lines": "car\nvehicle"}, "Search now uses")
    yield refused("search/words/<int:pk>/", words_at, {"lines": "car"}, "Words: ")
    yield refused("search/words/<int:pk>/", words_at, {"decline": "1"}, "Reason: ")
    yield Press("search/words/<int:pk>/", words_at, {"decline": "1", "reason": "x"}, "does not use")
    yield Press("search/words/<int:pk>/", words_at, {"lines": "car\nvehicle"}, "Search now uses")
    yield refused("search/answers/", "/search/answers/", {}, "This page is: ")
    yield Press(
        "search/answers/",
        "/search/answers/",
        lambda house: {"query": "x", "address": post_page(house).get_absolute_url(), "verdict": "pin"},
        "applies from the next search",
    )
    yield Press("search/answers/<int:pk>/-/forget/", answer_at, {}, "ranked like any other")
    yield refused("search/boosts/", "/search/boosts/", {"freshness": "x"}, "New pages: ")
    yield Press("search/boosts/", "/search/boosts/", boosts, "Search now uses")
    yield Press("search/boosts/", "/search/boosts/", {"reset": "1"}, "Search now uses")
    yield refused("sign-in/", "/sign-in/", {"username": "mary", "password": "wrong"}, "", by="")


def nobody_yet(house: House) -> str:
    """Where a site is set up on which nobody has an account."""
    Person.objects.all().delete()
    setup_code.make(settings)
    return setup_code.address(settings).removeprefix(settings.INTRANET_URL)


def mails() -> Iterator[Press]:
    at, hows = "/settings/notifications/", {f"how_{group}": "here" for group in Group}
    chosen = {**hows, "digest_every": "week", "digest_weekday": "4", "digest_hour": "8", "time_zone": "Europe/Berlin"}
    mine = "settings/notifications/"
    yield refused(mine, at, {**chosen, "time_zone": "Berlin"}, "Time zone: ", by="mary")
    yield Press(mine, at, chosen, "Your choices are saved", by="mary")
    yield Press(mine, at, {"action": "again:digest"}, "You get these e-mails again", by="mary")
    yield Press(mine, at, {"action": "retry"}, "sends e-mail to your address again", by="mary")
    yield Press("mail/", "/mail/", {"action": "test"}, "The mail server took an e-mail")
    yield Press("mail/", "/mail/", {"action": "again"}, "are sent again")
    yield Press("mail/", "/mail/", {"action": "forget"}, "The list is empty")

    def stop_at(house: House) -> str:
        return urlsplit(stop_url(house.mary.pk, "digest")).path

    yield Press("-/mail/<str:token>/", stop_at, {}, "This e-mail is stopped", "Done:", by="")
    yield Press("-/mail/<str:token>/", stop_at, {"action": "again"}, "You get this e-mail again", "Done:", by="")


def accounts() -> Iterator[Press]:
    new = {"new_password1": "a-long-walk-home", "new_password2": "a-long-walk-home"}
    yield refused(
        "settings/password/", "/settings/password/", {"old_password": "wrong", **new}, "Old password: ", by="mary"
    )
    yield Press(
        "settings/password/", "/settings/password/", {"old_password": "commonplace", **new}, "is changed", by="mary"
    )
    link = "-/link/<str:token>/"
    yield refused(link, lambda house: urlsplit(new_link(house.mary, "reset")).path, {"new_password1": "x"}, ": ", by="")
    yield Press(link, lambda house: urlsplit(new_link(house.mary, "reset")).path, new, "is set", by="")
    add = "people/-/accounts/new/"
    yield refused(add, "/people/-/accounts/new/", {"first_name": ""}, ": ")
    person = {"first_name": "Rosa", "last_name": "Example", "username": "rosa", "email": "rosa@example.org"}
    yield Press(add, "/people/-/accounts/new/", person, "The link is ready", "Invited:")
    yield Press(add, "/people/-/accounts/new/", {"lines": "Jo Berg"}, "The link is ready", "Invited:")
    one = "people/<username:username>/-/account/"
    yield refused(one, "/people/ada/-/account/", {"action": "roles"}, "at least one administrator")
    yield Press(one, "/people/mary/-/account/", {"action": "link"}, "The link is ready", "New link:")
    yield Press(one, "/people/mary/-/account/", {"action": "deactivate"}, "is deactivated")
    first, mine = "-/setup/<str:code>/", {"password1": "a-long-walk-home", "password2": "a-long-walk-home"}
    names = {"first_name": "Rosa", "username": "rosa", "organisation": "Example", "department": "First"}
    yield refused(first, nobody_yet, {**names, **mine, "department": ""}, "department: ", by="")
    yield Press(first, nobody_yet, {**names, **mine}, "You are signed in", "Done:", by="")
    yield Press(first, nobody_yet, {**names, **mine, "lines": "Jo Berg"}, "The link is ready", "Done:", by="")
    forgot = "sign-in/forgot/"
    yield Press(forgot, "/sign-in/forgot/", {"username": ""}, "Enter your username", "Error:", by="")
    yield Press(forgot, "/sign-in/forgot/", {"username": "mary"}, "a link is on its way", by="")


PRESSES = [
    *desks(),
    *parts_of_pages(),
    *schedules(),
    *conversations(),
    *approvals(),
    *bin_and_templates(),
    *spaces(),
    *outside(),
    *curation(),
    *mails(),
    *accounts(),
]

# Takes a POST, and has nothing to say about it.
SILENT = {
    "sign-out/": "leads to the sign-in page, whose first field has the focus",
    "search/seen/": "a beacon of a script; nobody reads the answer",
    "spaces/<slug:space>/<wiki:path>/-/order/": "the button of the page that moved has the focus, to be pressed again",
    "<page:path>/-/react/": "leads back to the button, which says who reacted and whether it is pressed",
    "comments/<int:pk>/react/": "the same",
    "settings/writing/": "for the switch between Visual and Markdown, which shows what came of it",
    "spaces/<slug:space>/-/writing/": "for the script of the editor, which says what came of it",
    "drafts/-/save/": "for the script of a form, which says what came of it",
    "drafts/-/present/": "for the script of a form, which says who else is editing",
    "admin/login/": "leads to the sign-in page",
    "admin/account/": "a page of Wagtail's, with its own messages",
}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        elif not route.startswith("admin/"):
            yield from routes(pattern, route)


def takes_post(pattern: URLPattern) -> bool:
    """Whether the view looks at a POST at all. Without a person or a row in sight it fails in its own way, but not by 405."""
    try:
        answer = pattern.callback(RequestFactory().post("/"), **dict.fromkeys(pattern.pattern.converters, "1"))
    except Exception:
        return True
    return answer.status_code != 405


def test_every_address_that_takes_a_form_is_pressed_here() -> None:
    known = {press.route for press in PRESSES} | set(SILENT)
    missing = {route for route, pattern in routes() if takes_post(pattern)} - known
    assert missing == set(), "add a Press for each: refused and taken"


# What a page about oneself may ask, and what browsers call it (WCAG 2.2, 1.3.5).
PURPOSES = {
    "first_name": "given-name",
    "last_name": "family-name",
    "job_title": "organization-title",
    "email": "email",
    "username": "username",
    "password": "current-password",
    "old_password": "current-password",
    **dict.fromkeys(("new_password1", "new_password2", "password1", "password2"), "new-password"),
}


def check_purposes(page: BeautifulSoup) -> None:
    asked = {str(field["name"]): field.get("autocomplete") for field in page.select("main input[name]")}
    asked = {name: purpose for name, purpose in asked.items() if name in PURPOSES}
    assert asked
    assert asked == {name: PURPOSES[name] for name in asked}


@pytest.mark.parametrize(
    ("by", "at"),
    [
        ("mary", "/people/mary/-/edit/"),
        ("mary", "/settings/password/"),
        ("", "/sign-in/"),
        ("", "/sign-in/forgot/"),
        ("", lambda house: urlsplit(new_link(house.mary, "reset")).path),
        ("", nobody_yet),
    ],
)
def test_browsers_can_fill_in_what_they_know_of_their_person(house: House, settings: Any, by: str, at: Any) -> None:
    settings.INTRANET_SENDS_MAIL = True
    client = client_of(getattr(house, by)) if by else Client()
    check_purposes(BeautifulSoup(client.get(at(house) if callable(at) else at).content, "html.parser"))


def heard(element: Tag) -> bool:
    return any(part.get("role") in ("alert", "status") for part in (element, *element.parents, *element.find_all(True)))


@pytest.mark.parametrize(
    "press", PRESSES, ids=lambda press: f"{press.route} {press.title or 'taken'} {press.says}"[:90]
)
def test_whoever_does_not_see_the_page_learns_what_came_of_it(house: House, settings: Any, press: Press) -> None:
    settings.INTRANET_SENDS_MAIL = True
    at = press.at(house) if callable(press.at) else press.at
    sent = press.sent(house) if callable(press.sent) else press.sent
    client = client_of(getattr(house, press.by)) if press.by else Client()
    # A browser sends the token with every form, so that none arrives empty.
    answer = client.post(at, {"csrfmiddlewaretoken": "x", **sent}, follow=True)
    page = BeautifulSoup(answer.content, "html.parser")

    title = page.title.get_text() if page.title else ""
    assert title.startswith(press.title), title
    assert title.count("Error:") <= 1
    assert press.title or not title.startswith("Error"), title
    focused = page.find(autofocus=True)
    assert focused is not None, "nothing has the focus"
    assert focused.get("tabindex") == "-1"
    assert press.says in " ".join(focused.get_text(" ").split())
    assert heard(focused), "nothing is announced"
    if press.refused:
        check_errors(page)


@pytest.mark.parametrize("sent", [{}, {"action": "x", "audience": "x", "answer": "x", "channel": "x", "role": "x"}])
@pytest.mark.parametrize("route", sorted({press.route for press in PRESSES}))
def test_a_form_that_chooses_nothing_or_something_odd_is_answered(
    house: House, settings: Any, route: str, sent: dict[str, str]
) -> None:
    """A browser sends a group of radio buttons without a choice, and a page that lay open sends choices of before."""
    settings.INTRANET_SENDS_MAIL = True
    press = next(press for press in PRESSES if press.route == route)
    at = press.at(house) if callable(press.at) else press.at
    kept = press.sent(house) if callable(press.sent) else press.sent
    # What says which thing is meant stays: without it there is none.
    named = {name: value for name, value in kept.items() if name in ("invitation", "username", "uid", "revision")}
    client = client_of(getattr(house, press.by)) if press.by else Client()
    answer = client.post(at, {"csrfmiddlewaretoken": "x", **named, **sent}, follow=True)
    if answer.status_code in (404, 405):
        return
    focused = BeautifulSoup(answer.content, "html.parser").find(autofocus=True)
    assert focused is not None, "nothing has the focus"
    assert heard(focused), "nothing is announced"


def described_by(*elements: Tag | None) -> list[str]:
    return " ".join(str(one["aria-describedby"]) for one in elements if one and one.get("aria-describedby")).split()


def check_errors(page: BeautifulSoup) -> None:
    """Each error of the summary leads to an input, and the input, or its group, is described by the error."""
    for link in page.select(".error-summary a"):
        target = page.find(id=str(link["href"]).removeprefix("#"))
        assert target is not None, link
        group = target.find_parent("fieldset") if target.get("type") in ("radio", "checkbox") else None
        described = filter(None, (page.find(id=name) for name in described_by(target, group)))
        assert any("field-error" in str(one.get("class")) for one in described), (
            f"the error of {link} is not tied to it"
        )
        assert target.get("aria-invalid") == "true" or group is not None


def test_no_page_of_a_list_has_the_title_of_another(house: House) -> None:
    for number in range(25):
        make_wiki_page(house.digital, f"Page {number}", by=house.grace)
    client = client_of(house.ada)
    titles = [
        BeautifulSoup(client.get(f"/{asked}").content, "html.parser").title for asked in ("", "?page=1", "?page=2")
    ]
    first, same, second = (title.get_text() if title else "" for title in titles)
    assert first == same
    assert second != first
    assert "(page 2)" in second


@pytest.mark.parametrize("address", ["/people/", "/people/-/accounts/", "/spaces/digital-services/-/members/"])
def test_a_list_that_was_narrowed_is_titled_by_what_was_asked(house: House, address: str) -> None:
    client = client_of(house.ada)
    titles = [
        BeautifulSoup(client.get(address + asked).content, "html.parser").title for asked in ("", "?q=mary+%3Cb%3E")
    ]
    whole, narrowed = (title.get_text() if title else "" for title in titles)
    assert narrowed == whole.replace(" · ", ": mary <b> · ")


def written_in(page: BeautifulSoup) -> list[Tag]:
    """The forms of a page in which somebody writes more than a line."""
    return [form for form in page.select("main form[method=post]") if form.select("textarea[name]")]


# Where what is typed is saved as a draft. Whoever sets up a site has no account yet, so that nothing may be kept for her.
KEPT = {
    *(route for route in {press.route for press in desks()} if route.endswith(("/-/new/", "/-/edit/"))),
    "spaces/-/new/",
    "spaces/<slug:space>/-/settings/",
    "people/<username:username>/-/edit/",
    "people/-/accounts/new/",
    "channels/-/new/",
    "channels/<slug:channel>/-/edit/",
    "search/words/",
    "search/words/<int:pk>/",
    "search/boosts/",
    "<page:path>/-/comments/",
    "comments/<int:pk>/edit/",
    "approvals/<int:pk>/",
    *(f"{route}-/section/<str:section>/" for route in PAGES),
    "spaces/<slug:space>/-/templates/new/",
    "spaces/<slug:space>/-/templates/<int:pk>/",
}
#: Of more than a line, though nobody writes in it: numbers that are tried out.
WITHOUT_TEXT = {"search/boosts/"}


@pytest.mark.parametrize("route", sorted({press.route for press in PRESSES if press.by}))
def test_a_form_of_more_than_a_line_is_saved_as_a_draft(house: House, route: str) -> None:
    press = next(press for press in PRESSES if press.route == route)
    at = press.at(house) if callable(press.at) else press.at
    page = BeautifulSoup(client_of(getattr(house, press.by)).get(at).content, "html.parser")
    forms = [form for form in page.select("main form[method=post]") if form.select("[data-keeps]")]
    assert bool(forms) == (route in KEPT)
    assert {id(form) for form in written_in(page)} <= {id(form) for form in forms}
    for form in forms:
        # Errors are said by the site, in its own words and place.
        assert form.has_attr("novalidate")
        for name in (FIELD, "draft"):
            assert len(form.select(f"input[type=hidden][name={name}]")) == 1
        # Where it is said how long ago that was, and what else there is to say.
        assert form.select(".actions")
        assert form.select("output[data-told]")
        # What a session that ended shows again, to be sent once more.
        assert route in WITHOUT_TEXT or {str(area["name"]) for area in form.select("textarea")} & set(WRITTEN)


def typed_into(form: Tag) -> dict[str, str]:
    """Something else than what stands there, in each field that a person can see."""
    typed = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(field["name"]), str(field.get("type", "text"))
        if kind in {"hidden", "file", "submit"}:
            continue
        if kind == "checkbox":
            typed[name] = "" if field.has_attr("checked") else "on"
        elif kind == "radio":
            typed[name] = str(field["value"])
        elif field.name == "select":
            typed[name] = str(field.select("option")[-1].get("value", ""))
        else:
            typed[name] = "7" if kind == "number" else f"Typed {name}"
    return typed


def standing_in(form: Tag) -> dict[str, str]:
    standing = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(field["name"]), str(field.get("type", "text"))
        if kind == "checkbox":
            standing[name] = "on" if field.has_attr("checked") else ""
        elif field.name == "select":
            standing[name] = str(next(iter(field.select("option[selected]")), {"value": ""})["value"])
        elif field.name == "textarea":
            standing[name] = field.get_text().removeprefix("\n")
        elif kind != "radio" or field.has_attr("checked"):
            standing[name] = str(field.get("value", ""))
    return standing


@pytest.mark.parametrize("route", sorted(KEPT))
def test_every_field_of_every_such_form_comes_back(house: House, route: str) -> None:
    press = next(press for press in PRESSES if press.route == route and press.by)
    at = press.at(house) if callable(press.at) else press.at
    person = getattr(house, press.by)
    client = client_of(person)
    page = BeautifulSoup(client.get(at).content, "html.parser")
    edited = BasePage.objects.filter(url_path=f"/home{urlsplit(at).path.partition('-/')[0]}").first()
    for number, form in enumerate(form for form in page.select("main form") if form.select("[data-keeps]")):
        typed = typed_into(form)
        assert typed
        hidden = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[type=hidden]")}
        about = {"draft_tab": f"tab{number}", "draft_turn": "1", "draft_path": at, "draft_person": str(person.pk)}
        about["draft_page"] = str(edited.pk) if edited and at.endswith(("/-/edit/", "/-/section/one/")) else ""
        # An empty box is not sent.
        sent = {name: value for name, value in typed.items() if value}
        answer = client.post("/drafts/-/save/", {**hidden, **sent, **about})
        assert answer.json()["state"] == "saved"
        links = BeautifulSoup(client_of(person).get("/drafts/").content, "html.parser").select("main li.draft p a")
        found = [str(link["href"]) for link in links if answer.json()["draft"].split(":")[0] in str(link["href"])]
        again = BeautifulSoup(client_of(person).get(found[0]).content, "html.parser")
        shown = next(one for one in again.select("main form") if typed.keys() <= standing_in(one).keys())
        assert {name: standing_in(shown)[name] for name in typed} == typed
        assert "This is your draft" in shown.get_text()


@pytest.mark.parametrize(
    "press",
    [press for press in PRESSES if press.route in KEPT],
    ids=lambda press: f"{press.route} {press.title or 'taken'} {press.says}"[:90],
)
def test_a_draft_is_kept_until_its_form_is_taken(house: House, settings: Any, press: Press) -> None:
    settings.INTRANET_SENDS_MAIL = True
    at = press.at(house) if callable(press.at) else press.at
    sent = press.sent(house) if callable(press.sent) else press.sent
    person = getattr(house, press.by)
    client, key = client_of(person), new_key()
    typed = {name: value for name, value in sent.items() if isinstance(value, str)}
    about = {"draft_tab": "tab", "draft_turn": "1", "draft_path": at, "draft_person": str(person.pk)}
    stamp = client.post("/drafts/-/save/", {**typed, **about, FIELD: key}).json()["draft"]
    answer = client.post(at, {**sent, FIELD: key, "draft": stamp})
    is_taken = press.title in ("", "Invited:")
    assert Draft.objects.exists() != is_taken
    cookie = answer.cookies.get("form-taken")
    assert (cookie.value if cookie else "") == (key if is_taken else "")
    if not cookie:
        page = BeautifulSoup(answer.content, "html.parser")
        kept = [line.find_parent("form") for line in page.select("main form[method=post] [data-keeps]")]
        forms = [form for form in kept if form and form.select(f"[value='{key}']")]
        assert len(forms) == ("first_name" not in sent)
        assert all(form.select("[data-keeps][data-unsaved]") for form in forms)
        assert all(form.select(f"[name=draft][value='{stamp}']") for form in forms)
