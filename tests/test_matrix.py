"""Every exit by every reader. The addresses come from the resolver: one without a row here fails the suite.

Four words are hidden in titles, texts, tags, file names and transcripts; whoever may not read a page must not meet its
word in any byte of any answer, whatever the address, header or error.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from media.models import Attachment
from pages.actions import edit_page, set_audience
from pages.models import Naming, PageAuthor
from people.models import JoinRequest
from search.documents import page_key
from search.models import Asked, ChosenAnswer, QueryTask, WordGroup
from syndication.models import PrivateFeed
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page
from tests.factories.syndication import make_channel, make_picture, make_recording, make_release

READERS = ["anonymous", "otto", "mary", "linus", "grace", "ada"]
INSIDE = {"otto", "mary", "linus", "grace", "ada"}
EVERYBODY = INSIDE | {"anonymous"}
DIGITAL = {"mary", "grace", "ada"}  # members of Digital Services, who may write there
OPERATIONS = {"linus", "ada"}
OWNERS = {"grace", "ada"}  # of Digital Services
ADMIN = {"ada"}
NOBODY: set[str] = set()

# The hidden words, and who may read what carries them.
SECRETS = {
    "kestrelword": OPERATIONS,  # the space that members only see
    "ospreyword": DIGITAL,  # pages for members in a space that all staff see
    "heronword": OWNERS,  # a draft
}

FORGED = "forged-host.example"
"""The host that every request names: no answer repeats it, for the site knows its address from its settings."""


@pytest.fixture(autouse=True)
def any_host(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]


@dataclass
class Ask:
    """One request: who gets an answer; everybody else gets 404, and a stranger the sign-in page."""

    url: str
    allowed: set[str]
    method: str = "get"
    ok: set[int] = field(default_factory=lambda: {200})
    data: dict[str, Any] = field(default_factory=dict)
    # Asked only by those who are refused: a POST that would change the world for the asks after it.
    refusal_only: bool = False


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and not route.startswith("admin/"):
            yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern) or route == "admin/":
            yield route


@dataclass
class World:
    house: House
    asks: dict[str, list[Ask]]


def make_world(house: House) -> World:
    word = "kestrelword"
    house.operations.name = f"Operations {word}"
    house.operations.save()
    open_post = make_post(
        house.digital, "Open post", "[[Open page]] [[operations:Rota]] @linus", by=house.grace, tags=["open"]
    )
    inner = make_post(
        house.digital, "Inner ospreyword", "Ospreyword.", by=house.grace, audience="space", tags=["ospreyword"]
    )
    draft = make_post(house.digital, "Draft heronword", "Heronword.", by=house.grace, publish=False)
    closed_post = make_post(house.operations, f"Closed {word}", word, tags=[word], summary=word, slug="closed-post")
    page = make_wiki_page(house.digital, "Open page", "Text.", by=house.grace)
    make_wiki_page(house.digital, "Inner page ospreyword", "Ospreyword links [[Open page]].", audience="space")
    closed_page = make_wiki_page(
        house.operations, f"Closed page {word}", f"{word} [[digital-services:Open page]]", slug="closed-page"
    )
    # Written for members, then opened: what it said before is still theirs.
    opened = make_post(house.digital, "Opened", "Ospreyword.", by=house.grace, audience="space", slug="opened")
    opened_page = make_wiki_page(house.digital, "Opened page", "Ospreyword.", by=house.grace, audience="space")
    for each in (opened, opened_page):
        before = each.latest_revision_id
        set_audience(person=house.grace, page=each, audience="staff")
        each.body = "For all."
        edit_page(person=house.grace, page=each, note="For all")
        each.before = before
    for text in ("One.", "Two."):
        page.body = text
        edit_page(person=house.grace, page=page, note="open note")
        closed_page.body = f"{word} {text}"
        edit_page(person=house.linus, page=closed_page, note=word)
    sound, closed_sound = make_recording(house.digital), make_recording(house.operations, title=word)
    show = make_show(house.digital, "Open show", by=house.grace)
    episode = make_episode(
        show, "Open episode", recording=sound, transcript="WEBVTT\n\n00:00.000 --> 00:01.000\nHello", by=house.grace
    )
    closed_show = make_show(house.operations, f"Closed show {word}", slug="closed-show")
    closed_episode = make_episode(
        closed_show,
        f"Closed episode {word}",
        slug="closed-episode",
        recording=closed_sound,
        transcript=f"WEBVTT\n\n00:00.000 --> 00:01.000\n{word}",
    )
    picture, closed_picture = make_picture(house.digital), make_picture(house.operations, title=word)
    files = [
        Attachment(title=title, space=space, file=ContentFile(b"%PDF-1.4 " + title.encode(), f"{title}.pdf"))
        for title, space in [("open", house.digital), (word, house.operations)]
    ]
    for each in files:
        each.save()
    channel = make_channel(house.ada, "news")
    release = make_release(house.ada, open_post, channel)
    JoinRequest.objects.create(person=house.otto, space=house.digital)
    naming = Naming.objects.create(page=open_post, person=house.otto, by=house.grace)
    for each in (open_post, closed_post):
        PageAuthor.objects.create(page_id=each.pk, person=house.otto)
    hidden_naming = Naming.objects.create(page=closed_post, person=house.otto, by=house.linus)
    feed, token = PrivateFeed.create_for(house.linus) if hasattr(PrivateFeed, "create_for") else (None, "x" * 43)
    # What a curator chose, and what waits: neither tells anybody of what is hidden.
    answer = ChosenAnswer.objects.create(query="open", key=page_key(closed_page.pk), note=word)
    QueryTask.objects.create(query="open", owner=house.mary)
    Asked.objects.create(day=timezone.localdate(), query=word, searches=2, persons=2)
    words = WordGroup.objects.create(forms=[word, "open"], proposed_by=house.linus)
    revision, older = page.latest_revision_id, page.revisions.order_by("pk").first().pk
    closed_revision = closed_page.latest_revision_id

    d, o = "/spaces/digital-services", "/spaces/operations"
    open_wiki, closed_wiki = f"{d}/wiki/open-page", f"{o}/wiki/closed-page"

    def both(ending: str, digital: set[str] = INSIDE, operations: set[str] = OPERATIONS, **more: Any) -> list[Ask]:
        return [Ask(f"{d}/{ending}", digital, **more), Ask(f"{o}/{ending}", operations, **more)]

    def post_only(url: str, allowed: set[str] = OPERATIONS) -> list[Ask]:
        """GET is refused to all alike, there or not; POST is 404 for those who may not."""
        return [Ask(url, INSIDE, ok={405}), Ask(url, allowed, method="post", refusal_only=True)]

    def wiki(ending: str, digital: set[str] = INSIDE, operations: set[str] = OPERATIONS, **more: Any) -> list[Ask]:
        return [Ask(f"{open_wiki}/{ending}", digital, **more), Ask(f"{closed_wiki}/{ending}", operations, **more)]

    asks: dict[str, list[Ask]] = {
        "public/": [Ask("/public/", EVERYBODY)],
        "public/channels.opml": [Ask("/public/channels.opml", EVERYBODY)],
        "public/sitemap.xml": [Ask("/public/sitemap.xml", EVERYBODY)],
        "public/robots.txt": [Ask("/public/robots.txt", EVERYBODY)],
        "public/^media/(?P<sha256>[0-9a-f]{64})/(?P<name>[^/]+)$": [
            Ask(f"/public/media/{'0' * 64}/x.png", EVERYBODY, ok={404})
        ],
        "public/<slug:channel>/": [Ask("/public/news/", EVERYBODY), Ask("/public/none/", EVERYBODY, ok={404})],
        r"public/^(?P<channel>[-\w]+)/feed\.(?P<format>[a-z]+)$": [
            Ask(f"/public/news/feed.{kind}", EVERYBODY) for kind in ("rss", "atom", "json")
        ],
        "public/<slug:channel>/<slug:slug>/": [
            Ask(f"/public/news/{release.slug}/", EVERYBODY),
            Ask("/public/news/closed-post/", EVERYBODY, ok={404}),
        ],
        r"public/^(?P<path>[-\w]+(?:/[-\w]+)?)$": [Ask("/public/news", EVERYBODY, ok={301, 302})],
        "public/^(?P<path>.*)$": [Ask("/public/a/b/c/d", EVERYBODY, ok={404})],
        "": [Ask("/", INSIDE), Ask("/?mine=1", INSIDE)],
        "write/": [Ask("/write/", INSIDE)],
        "health/": [Ask("/health/", EVERYBODY, ok={200, 503})],
        "sign-in/": [Ask("/sign-in/", EVERYBODY, ok={200, 302})],
        "sign-out/": [Ask("/sign-out/", EVERYBODY, ok={405})],
        "admin/login/": [Ask("/admin/login/", EVERYBODY, ok={302})],
        "admin/account/": [Ask("/admin/account/", ADMIN)],
        "admin/": [Ask("/admin/", ADMIN)],
        "people/-/accounts/": [Ask("/people/-/accounts/?q=linus", ADMIN)],
        "people/-/accounts/new/": [Ask("/people/-/accounts/new/", ADMIN)],
        "people/<username:username>/-/account/": [Ask("/people/linus/-/account/", ADMIN)],
        "settings/password/": [Ask("/settings/password/", INSIDE)],
        "sign-in/forgot/": [Ask("/sign-in/forgot/", EVERYBODY)],
        "-/setup/<str:code>/": [Ask(f"/-/setup/{'x' * 32}/", EVERYBODY, ok={404})],
        "-/link/<str:token>/": [Ask(f"/-/link/{'x' * 43}/", EVERYBODY, ok={404})],
        "people/": [Ask("/people/", INSIDE), Ask("/people/?q=linus", INSIDE)],
        "people/<username:username>/": [Ask("/people/linus/", INSIDE), Ask("/people/grace/", INSIDE)],
        "people/<username:username>/-/edit/": [Ask("/people/linus/-/edit/", {"linus", "ada"})],
        "spaces/": [Ask("/spaces/", INSIDE)],
        "spaces/-/new/": [Ask("/spaces/-/new/", INSIDE)],
        "spaces/<slug:space>/-/settings/": both("-/settings/", OWNERS, ADMIN),
        "spaces/<slug:space>/": both(""),
        "spaces/<slug:space>/-/members/": both("-/members/"),
        "spaces/<slug:space>/-/join/": post_only(f"{o}/-/join/"),
        "spaces/<slug:space>/-/leave/": post_only(f"{o}/-/leave/"),
        "spaces/<slug:space>/-/role/": post_only(f"{o}/-/role/"),
        "spaces/<slug:space>/blog/": both("blog/"),
        "spaces/<slug:space>/blog/-/new/": both("blog/-/new/", DIGITAL),
        "spaces/<slug:space>/blog/<slug:slug>/": [
            Ask(open_post.get_absolute_url(), INSIDE),
            Ask(inner.get_absolute_url(), DIGITAL),
            Ask(draft.get_absolute_url(), OWNERS),
            Ask(closed_post.get_absolute_url(), OPERATIONS),
        ],
        "spaces/<slug:space>/blog/<slug:slug>/-/edit/": [
            Ask(f"{open_post.get_absolute_url()}-/edit/", DIGITAL),
            Ask(f"{closed_post.get_absolute_url()}-/edit/", OPERATIONS),
            Ask(f"{draft.get_absolute_url()}-/edit/", OWNERS),
        ],
        "spaces/<slug:space>/blog/<slug:slug>/-/history/": [
            Ask(f"{closed_post.get_absolute_url()}-/history/", OPERATIONS),
            Ask(f"{opened.get_absolute_url()}-/history/", INSIDE),
            Ask(f"{draft.get_absolute_url()}-/history/", OWNERS),
        ],
        "spaces/<slug:space>/blog/<slug:slug>/-/history/<int:revision>/": [
            Ask(f"{opened.get_absolute_url()}-/history/{opened.latest_revision_id}/", INSIDE),
            Ask(f"{opened.get_absolute_url()}-/history/{opened.before}/", DIGITAL),
            Ask(f"{opened.get_absolute_url()}-/history/{closed_post.latest_revision_id}/", NOBODY),
        ],
        "spaces/<slug:space>/blog/<slug:slug>/-/diff/": [
            Ask(f"{opened.get_absolute_url()}-/diff/", INSIDE),
            Ask(f"{opened.get_absolute_url()}-/diff/?from={opened.before}", DIGITAL),
            Ask(f"{closed_post.get_absolute_url()}-/diff/", OPERATIONS),
        ],
        "spaces/<slug:space>/blog/<slug:slug>/-/restore/": post_only(f"{closed_post.get_absolute_url()}-/restore/"),
        "spaces/<slug:space>/blog/<slug:slug>/-/unpublish/": post_only(f"{closed_post.get_absolute_url()}-/unpublish/"),
        "spaces/<slug:space>/blog/<slug:slug>/-/delete/": [
            Ask(f"{closed_post.get_absolute_url()}-/delete/", OPERATIONS)
        ],
        "spaces/<slug:space>/wiki/-/new/": both("wiki/-/new/?title=X", DIGITAL),
        "spaces/<slug:space>/wiki/-/to/": [
            Ask(f"{d}/wiki/-/to/?title=Open+page", INSIDE, ok={302}),
            Ask(f"{d}/wiki/-/to/?title=Inner+page+ospreyword", DIGITAL, ok={302}),
            Ask(f"{d}/wiki/-/to/?title=No+such+page", DIGITAL, ok={302}),
            Ask(f"{o}/wiki/-/to/?title=Closed+page+{word}", OPERATIONS, ok={302}),
        ],
        "spaces/<slug:space>/wiki/-/changes/": both("wiki/-/changes/"),
        "spaces/<slug:space>/wiki/-/pages/": both("wiki/-/pages/"),
        "spaces/<slug:space>/wiki/-/wanted/": both("wiki/-/wanted/"),
        "spaces/<slug:space>/wiki/-/orphans/": both("wiki/-/orphans/"),
        "spaces/<slug:space>/<wiki:path>/": [
            *wiki(""),
            *both("wiki/"),
            Ask(f"{d}/wiki/inner-page-ospreyword/", DIGITAL),
        ],
        "spaces/<slug:space>/<wiki:path>/-/edit/": wiki("-/edit/", DIGITAL),
        "spaces/<slug:space>/<wiki:path>/-/history/": wiki("-/history/"),
        "spaces/<slug:space>/<wiki:path>/-/history/<int:revision>/": [
            Ask(f"{open_wiki}/-/history/{revision}/", INSIDE),
            Ask(f"{closed_wiki}/-/history/{closed_revision}/", OPERATIONS),
            Ask(f"{opened_page.get_absolute_url()}-/history/{opened_page.before}/", DIGITAL),
            # A revision of another page is not shown under an address that one may read.
            Ask(f"{open_wiki}/-/history/{closed_revision}/", NOBODY),
        ],
        "spaces/<slug:space>/<wiki:path>/-/diff/": [
            Ask(f"{open_wiki}/-/diff/?from={older}&to={revision}", INSIDE),
            Ask(f"{opened_page.get_absolute_url()}-/diff/", INSIDE),
            Ask(f"{closed_wiki}/-/diff/?from={older}&to={closed_revision}", OPERATIONS, ok={200, 404}),
            Ask(f"{open_wiki}/-/diff/?from={older}&to={closed_revision}", INSIDE, ok={200, 404}),
        ],
        "spaces/<slug:space>/<wiki:path>/-/restore/": post_only(f"{closed_wiki}/-/restore/"),
        "spaces/<slug:space>/<wiki:path>/-/backlinks/": wiki("-/backlinks/"),
        "spaces/<slug:space>/<wiki:path>/-/raw/": wiki("-/raw/"),
        "spaces/<slug:space>/<wiki:path>/-/move/": wiki("-/move/", DIGITAL),
        "spaces/<slug:space>/<wiki:path>/-/audience/": wiki("-/audience/", DIGITAL, ok={200, 405}),
        "spaces/<slug:space>/<wiki:path>/-/unpublish/": [
            *post_only(f"{open_wiki}/-/unpublish/", DIGITAL),
            *post_only(f"{closed_wiki}/-/unpublish/"),
        ],
        "spaces/<slug:space>/<wiki:path>/-/delete/": wiki("-/delete/", OWNERS),
        "spaces/<slug:space>/podcasts/": both("podcasts/"),
        "spaces/<slug:space>/podcasts/-/new/": both("podcasts/-/new/", DIGITAL),
        "spaces/<slug:space>/podcasts/<slug:show>/": [
            Ask(show.get_absolute_url(), INSIDE),
            Ask(closed_show.get_absolute_url(), OPERATIONS),
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/-/edit/": [
            Ask(f"{closed_show.get_absolute_url()}-/edit/", OPERATIONS)
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/-/new/": [Ask(f"{closed_show.get_absolute_url()}-/new/", OPERATIONS)],
        "spaces/<slug:space>/podcasts/<slug:show>/-/unpublish/": post_only(
            f"{closed_show.get_absolute_url()}-/unpublish/"
        ),
        "spaces/<slug:space>/podcasts/<slug:show>/-/delete/": [
            Ask(f"{closed_show.get_absolute_url()}-/delete/", OPERATIONS)
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/": [
            Ask(episode.get_absolute_url(), INSIDE),
            Ask(closed_episode.get_absolute_url(), OPERATIONS),
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/captions.vtt": [
            Ask(f"{episode.get_absolute_url()}-/captions.vtt", INSIDE),
            Ask(f"{closed_episode.get_absolute_url()}-/captions.vtt", OPERATIONS),
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/edit/": [
            Ask(f"{closed_episode.get_absolute_url()}-/edit/", OPERATIONS)
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/history/": [
            Ask(f"{episode.get_absolute_url()}-/history/", INSIDE),
            Ask(f"{closed_episode.get_absolute_url()}-/history/", OPERATIONS),
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/history/<int:revision>/": [
            Ask(f"{episode.get_absolute_url()}-/history/{episode.latest_revision_id}/", INSIDE),
            Ask(f"{closed_episode.get_absolute_url()}-/history/{closed_episode.latest_revision_id}/", OPERATIONS),
            Ask(f"{episode.get_absolute_url()}-/history/{closed_episode.latest_revision_id}/", NOBODY),
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/diff/": [
            Ask(f"{closed_episode.get_absolute_url()}-/diff/", OPERATIONS)
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/restore/": post_only(
            f"{closed_episode.get_absolute_url()}-/restore/"
        ),
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/unpublish/": post_only(
            f"{closed_episode.get_absolute_url()}-/unpublish/"
        ),
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/delete/": [
            Ask(f"{closed_episode.get_absolute_url()}-/delete/", OPERATIONS)
        ],
        "media/pictures/<int:pk>/<int:width>/<str:name>": [
            Ask(picture.get_absolute_url(), INSIDE),
            Ask(closed_picture.get_absolute_url(), OPERATIONS),
        ],
        "media/renditions/<int:pk>/<str:name>": [Ask(closed_picture.get_rendition("width-50").url, OPERATIONS)],
        "media/files/<int:pk>/<str:name>": [
            Ask(files[0].get_absolute_url(), INSIDE),
            Ask(files[1].get_absolute_url(), OPERATIONS),
        ],
        "media/recordings/<int:pk>/<slug:version>/<str:name>": [
            Ask(sound.get_absolute_url(), INSIDE),
            Ask(closed_sound.get_absolute_url(), OPERATIONS),
        ],
        "media/photos/<str:username>/<str:name>": [Ask("/media/photos/grace/grace.png", NOBODY)],
        "publish/<uuid:uid>/": [
            Ask(f"/publish/{open_post.uid}/", ADMIN),
            Ask(f"/publish/{closed_post.uid}/", ADMIN),
            Ask(f"/publish/{uuid.uuid4()}/", NOBODY),
        ],
        "publish/<uuid:uid>/-/withdraw/<slug:channel>/": [
            Ask(f"/publish/{open_post.uid}/-/withdraw/news/", ADMIN, ok={200, 405})
        ],
        "channels/": [Ask("/channels/", INSIDE)],
        "channels/-/new/": [Ask("/channels/-/new/", ADMIN)],
        "channels/<slug:channel>/": [Ask("/channels/news/", INSIDE)],
        "channels/<slug:channel>/-/edit/": [Ask("/channels/news/-/edit/", ADMIN)],
        "named/": [
            Ask("/named/", INSIDE),
            Ask("/named/", {"otto"}, method="post", ok={302}, data={"naming": str(naming.pk), "answer": "agreed"}),
            Ask("/named/", NOBODY, method="post", data={"naming": str(hidden_naming.pk), "answer": "declined"}),
        ],
        "subscriptions/": [Ask("/subscriptions/", INSIDE)],
        "subscriptions/<uuid:uid>/-/revoke/": [Ask(f"/subscriptions/{uuid.uuid4()}/-/revoke/", INSIDE, ok={404, 405})],
        r"^feeds/media/(?P<signature>[-\w:]+)/(?P<name>[^/]+)$": [
            Ask("/feeds/media/junk:junk/x.mp3", EVERYBODY, ok={404})
        ],
        r"^feeds/(?P<token>[-\w]+)/feed\.(?P<format>[a-z]+)$": [
            Ask(f"/feeds/{'x' * 43}/feed.{kind}", EVERYBODY, ok={404}) for kind in ("rss", "atom", "json", "exe")
        ],
        "search/": [
            Ask("/search/", INSIDE),
            Ask("/search/?q=kestrelword", INSIDE),
            Ask("/search/?q=ospreyword+OR+heronword", INSIDE),
            Ask("/search/?q=open&space=operations", INSIDE),
        ],
        "search.json": [Ask("/search.json?q=kestrelword", INSIDE), Ask("/search.json?q=open&tag=kestrelword", INSIDE)],
        "search/suggest.json": [
            Ask("/search/suggest.json?q=kestr", INSIDE),
            Ask("/search/suggest.json?q=clos", INSIDE),
        ],
        r"^spaces/(?P<path>[\w/-]+)/-/related/$": [
            *both("-/related/"),
            *wiki("-/related/"),
            Ask(f"{open_post.get_absolute_url()}-/related/?part=list", INSIDE),
            Ask(f"{episode.get_absolute_url()}-/related/", INSIDE),
            Ask(f"{inner.get_absolute_url()}-/related/", DIGITAL),
            Ask(f"{draft.get_absolute_url()}-/related/", NOBODY),
            Ask(f"{closed_post.get_absolute_url()}-/related/", OPERATIONS),
        ],
        "search/words/": [Ask("/search/words/", INSIDE), Ask("/search/words/?word=kestrelword", INSIDE)],
        "search/words/<int:pk>/": [Ask(f"/search/words/{words.pk}/", ADMIN)],
        "search/answers/": [Ask("/search/answers/", ADMIN)],
        "search/ranking/": [Ask("/search/ranking/", ADMIN)],
        "search/explain/": [
            Ask(f"/search/explain/?q=open&uid={open_post.uid}", INSIDE),
            Ask(f"/search/explain/?q=open&uid={inner.uid}", DIGITAL),
            Ask(f"/search/explain/?q=open&uid={draft.uid}", NOBODY),
            Ask(f"/search/explain/?q=open&uid={closed_page.uid}", OPERATIONS),
            Ask(f"/search/explain/?q=open&uid=picture:{closed_picture.pk}", OPERATIONS),
            Ask(f"/search/explain/?q=open&uid=file:{files[1].pk}", OPERATIONS),
            Ask("/search/explain/?q=open&uid=person:linus", INSIDE),
        ],
        "search/report/": [Ask("/search/report/", ADMIN), Ask("/search/report/?list=tasks&days=7", ADMIN)],
        "search/report/query/": [
            Ask("/search/report/query/?q=open", ADMIN | {"mary"}),
            Ask("/search/report/query/?q=kestrelword", NOBODY),
        ],
        "search/report.csv": [Ask("/search/report.csv", ADMIN)],
        "search/seen/": [Ask("/search/seen/", INSIDE, ok={405}), Ask("/search/seen/", INSIDE, method="post", ok={400})],
        "search/answers/<int:pk>/-/forget/": post_only(f"/search/answers/{answer.pk}/-/forget/", ADMIN),
        r"^(?P<path>[\w/-]*/)$": [Ask("/nothing/here/", NOBODY), Ask(f"{o}/wiki/nothing-here/", NOBODY)],
    }
    return World(house, asks)


def sign_in(world: World, reader: str) -> Client:
    client = Client(raise_request_exception=False, HTTP_HOST=FORGED)
    if reader != "anonymous":
        client.force_login(getattr(world.house, reader))
    return client


def ask(client: Client, it: Ask) -> tuple[int, str, bytes]:
    response = getattr(client, it.method)(it.url, it.data)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return response.status_code, headers, body


def what_is_wrong(reader: str, it: Ask, status: int, headers: str, body: bytes) -> str:
    # What was asked stands in the answer of a search box or a sign-in address: that tells nothing.
    asked = it.url.lower().encode()
    text = (headers.encode() + body).lower()
    for word, readers in SECRETS.items():
        if reader not in readers and word.encode() in text and word.encode() not in asked:
            return f"tells {word}"
    if FORGED.encode() in text:
        return "repeats the Host header"
    if status >= 500 and it.ok != {200, 503}:
        return f"breaks with {status}"
    if reader in it.allowed:
        return "" if status in it.ok else f"gets {status} instead of {sorted(it.ok)}"
    if it.url.startswith("/admin/"):
        return "" if status in {302, 403, 404} else f"gets {status}"
    if reader == "anonymous":
        return "" if status == 404 or "location: /sign-in/" in headers.lower() else f"gets {status}"
    return "" if status == 404 else f"gets {status} instead of 404"


@pytest.mark.django_db
@pytest.mark.parametrize("reader", READERS)
def test_each_reader_gets_from_each_exit_what_is_hers_and_no_more(house, reader):
    world = make_world(house)
    client = sign_in(world, reader)
    wrong = []
    for route, asks in world.asks.items():
        for it in asks:
            if it.refusal_only and reader in it.allowed:
                continue
            complaint = what_is_wrong(reader, it, *ask(client, it))
            if complaint:
                wrong.append(f"{reader} at {it.url} ({route}): {complaint}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.sqlite_only
@pytest.mark.django_db
def test_every_address_has_a_row(house):
    assert set(routes()) == set(make_world(house).asks)


@pytest.mark.sqlite_only
@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["anonymous", "otto", "mary"])
def test_no_address_of_the_admin_lets_a_reader_in(house, reader):
    world = make_world(house)
    client = sign_in(world, reader)
    admin = next(p for p in get_resolver().url_patterns if str(p.pattern) == "admin/")
    assert isinstance(admin, URLResolver)
    asked = 0
    for route in routes(admin, "/admin/"):
        if "<" in route or "(" in route:
            continue
        address = route.replace("^", "").replace("$", "").replace("\\", "")
        it = Ask(address, NOBODY)
        status, headers, body = ask(client, it)
        complaint = what_is_wrong(reader, it, status, headers, body)
        # Sign-in pages, translations of the admin's own words and the like hold nothing of ours.
        assert not complaint or status == 200, f"{address}: {complaint}"
        assert not any(word.encode() in body.lower() for word in SECRETS), address
        asked += 1
    assert asked > 50
