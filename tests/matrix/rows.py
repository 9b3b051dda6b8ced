"""What is asked of every address, by topic: a row for each route of the resolver."""

import uuid
from typing import Any

from tests.matrix.asks import (
    ADMIN,
    CLOSED_WIKI,
    DIGITAL,
    DIGITAL_SPACE,
    EVERYBODY,
    INSIDE,
    NOBODY,
    OPEN_WIKI,
    OPERATIONS,
    OPERATIONS_SPACE,
    OWNERS,
    WORD,
    Ask,
    Rows,
    both,
    post_only,
    wiki,
)
from tests.matrix.things import Things


def all_rows(t: Things) -> Rows:
    """By route, as the resolver spells it."""
    return {
        **_public(t),
        **_frame(t),
        **_people(t),
        **_news(t),
        **_drafts(t),
        **_conversation(t),
        **_blog(t),
        **_wiki(t),
        **_podcasts(t),
        **_media(t),
        **_syndication(t),
        **_search(t),
    }


def _public(t: Things) -> Rows:
    """The public site."""
    return {
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
            Ask(f"/public/news/{t.release.slug}/", EVERYBODY),
            Ask("/public/news/closed-post/", EVERYBODY, ok={404}),
        ],
        r"public/^(?P<path>[-\w]+(?:/[-\w]+)?)$": [Ask("/public/news", EVERYBODY, ok={301, 302})],
        "public/^(?P<path>.*)$": [Ask("/public/a/b/c/d", EVERYBODY, ok={404})],
    }


def _frame(t: Things) -> Rows:
    """Home, the frame of the site, and what lies nowhere."""
    return {
        "": [Ask("/", INSIDE), Ask("/?mine=1", INSIDE)],
        "write/": [Ask("/write/", INSIDE)],
        "health/": [Ask("/health/", EVERYBODY, ok={200, 503})],
        "admin/login/": [Ask("/admin/login/", EVERYBODY, ok={302})],
        "admin/account/": [Ask("/admin/account/", ADMIN)],
        "admin/": [Ask("/admin/", ADMIN)],
        r"^(?P<path>[\w/-]*/)$": [Ask("/nothing/here/", NOBODY), Ask(f"{OPERATIONS_SPACE}/wiki/nothing-here/", NOBODY)]
        + [Ask(t.deleted_address + view, OPERATIONS, ok={410}) for view in ("", "-/history/", "-/raw/", "-/edit/")],
    }


def _people(t: Things) -> Rows:
    """People, accounts, spaces and members."""
    return {
        "sign-in/": [Ask("/sign-in/", EVERYBODY, ok={200, 302})],
        "sign-out/": [Ask("/sign-out/", EVERYBODY, ok={405})],
        "people/-/accounts/": [Ask("/people/-/accounts/?q=linus", ADMIN)],
        "people/-/accounts/new/": [Ask("/people/-/accounts/new/", ADMIN)],
        "people/<username:username>/-/account/": [Ask("/people/linus/-/account/", ADMIN)],
        "settings/password/": [Ask("/settings/password/", INSIDE)],
        "settings/notifications/": [Ask("/settings/notifications/", INSIDE)],
        "mail/": [Ask("/mail/", ADMIN)],
        # A mail program opens it and posts to it signed out; it names neither page nor space.
        "-/mail/<str:token>/": [
            Ask(t.stop_address, EVERYBODY),
            Ask(t.stop_address, EVERYBODY, method="post"),
            Ask(f"/-/mail/{'x' * 43}/", EVERYBODY, ok={404}),
            Ask(f"/-/mail/{'x' * 43}/", EVERYBODY, method="post", ok={404}),
        ],
        "settings/writing/": post_only("/settings/writing/", INSIDE),
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
        "people/-/suggest.json": [
            Ask("/people/-/suggest.json?q=kestr", INSIDE),
            Ask("/people/-/suggest.json?q=linus", INSIDE),
        ],
        "spaces/<slug:space>/-/members/": [
            *both("-/members/"),
            Ask(f"{OPERATIONS_SPACE}/-/members/", ADMIN, method="post", ok={422}),
        ],
        "spaces/<slug:space>/-/join/": post_only(f"{OPERATIONS_SPACE}/-/join/"),
        "spaces/<slug:space>/-/leave/": post_only(f"{OPERATIONS_SPACE}/-/leave/"),
        "spaces/<slug:space>/-/role/": post_only(f"{OPERATIONS_SPACE}/-/role/"),
        "bin/": [Ask("/bin/", INSIDE)],
        # Nothing is done: the ask after it needs the page to be there.
        "bin/<int:pk>/restore/": [
            Ask(f"/bin/{t.deletion}/restore/", OPERATIONS, method="post", refusal_only=True),
            Ask("/bin/0/restore/", NOBODY, method="post"),
        ],
        "bin/<int:pk>/delete/": [Ask(f"/bin/{t.deletion}/delete/", ADMIN), Ask("/bin/0/delete/", NOBODY)],
        "spaces/<slug:space>/-/writing/": [
            *both("-/writing/", DIGITAL, method="post"),
            *both("-/writing/?upload", DIGITAL, method="post", ok={400}),
            *both("-/writing/?describe", NOBODY, NOBODY, method="post", data={"picture": "0"}),
        ],
        "spaces/<slug:space>/-/templates/": both("-/templates/", DIGITAL),
        "spaces/<slug:space>/-/templates/new/": both("-/templates/new/", OWNERS),
        "spaces/<slug:space>/-/templates/<int:pk>/": [
            Ask(f"{OPERATIONS_SPACE}/-/templates/{t.template}/", OPERATIONS),
            Ask(f"{DIGITAL_SPACE}/-/templates/{t.template}/", NOBODY),
        ],
        "spaces/<slug:space>/-/templates/<int:pk>/delete/": post_only(
            f"{OPERATIONS_SPACE}/-/templates/{t.template}/delete/"
        ),
        "changes/": [Ask("/changes/", INSIDE), Ask("/changes/?minor=1&page=1", INSIDE)],
        "people/<username:username>/-/changes/": [
            Ask("/people/linus/-/changes/?minor=1", INSIDE),
            Ask("/people/grace/-/changes/?minor=1", INSIDE),
            Ask("/people/nobody-here/-/changes/", NOBODY),
        ],
        "named/": [
            Ask("/named/", INSIDE),
            Ask(
                "/named/",
                {"otto"},
                method="post",
                ok={302},
                data={"invitation": str(t.invitation.pk), "answer": "agreed"},
            ),
            Ask(
                "/named/", NOBODY, method="post", data={"invitation": str(t.hidden_invitation.pk), "answer": "declined"}
            ),
        ],
    }


def _news(t: Things) -> Rows:
    """What people are told, and follow: everybody has notices of closed pages, as if told by an error."""
    follow = "-/follow/"
    return {
        "inbox/": [
            Ask("/inbox/", INSIDE),
            Ask("/inbox/?all=1", INSIDE),
            Ask("/inbox/?why=waiting", INSIDE),
            Ask("/inbox/?all=1&why=page", INSIDE),
        ],
        "inbox.json": [Ask("/inbox.json", INSIDE), Ask("/inbox.json?all=1", INSIDE)],
        "inbox/-/read/": post_only("/inbox/-/read/", INSIDE),
        "following/": [
            Ask("/following/", INSIDE),
            Ask("/following/", NOBODY, method="post", data={"kind": "space", "key": "0", "level": "all"}),
            Ask(
                "/following/",
                OPERATIONS,
                method="post",
                data={"kind": "page", "key": t.closed_page.pk, "level": "all"},
                refusal_only=True,
            ),
        ],
        "spaces/<slug:space>/-/told/": [
            *both("-/told/", OWNERS, ADMIN),
            *both("-/told/?person=linus", OWNERS, ADMIN),
            Ask(f"{DIGITAL_SPACE}/-/told/", OWNERS, method="post", data={"members_of": "0"}, ok={422}),
        ],
        r"^spaces/(?P<path>[\w/-]+)/-/follow/$": [
            *both(follow),
            *wiki(follow),
            Ask(f"{t.open_post.get_absolute_url()}{follow}", INSIDE),
            Ask(f"{t.inner_post.get_absolute_url()}{follow}", DIGITAL),
            Ask(f"{t.draft.get_absolute_url()}{follow}", OWNERS),
            Ask(f"{t.closed_post.get_absolute_url()}{follow}", OPERATIONS),
            Ask(f"{t.closed_episode.get_absolute_url()}{follow}", OPERATIONS),
        ],
    }


def _drafts(t: Things) -> Rows:
    """What people have typed and not saved: each finds her own, and not even administrators another's."""
    save = "/drafts/-/save/"
    return {
        "drafts/": [Ask("/drafts/", INSIDE)],
        "approvals/": [Ask("/approvals/", INSIDE)],
        "approvals/<int:pk>/": [
            Ask(f"/approvals/{t.asked_for}/", OPERATIONS),
            Ask(f"/approvals/{t.asked_for}/", OPERATIONS, method="post", refusal_only=True, data={"action": "approve"}),
            Ask(f"/approvals/{t.open_post.pk}/", NOBODY),
        ],
        "scheduled/": [Ask("/scheduled/", INSIDE)],
        "scheduled/<int:pk>/": [
            Ask(f"/scheduled/{t.waiting}/", OPERATIONS),
            # Nothing is done: the ask before it needs the page to wait.
            Ask(f"/scheduled/{t.waiting}/", OPERATIONS, method="post", refusal_only=True, data={"action": "cancel"}),
            Ask(f"/scheduled/{t.open_post.pk}/", NOBODY),
        ],
        # A stranger is told by a status that the script of the form understands.
        "drafts/-/save/": [
            Ask(save, EVERYBODY, ok={200, 401}),
            Ask(save, EVERYBODY, method="post", ok={400, 401}, data={"draft": t.typed.stamp}),
        ],
        "drafts/-/present/": [
            Ask("/drafts/-/present/", DIGITAL, method="post", data={"page": t.open_page.pk}),
            Ask("/drafts/-/present/", OPERATIONS, method="post", data={"page": t.closed_page.pk}),
        ],
        "drafts/<uuid:key>/": [
            Ask(f"/drafts/{t.typed.key}/", {"mary"}),
            Ask(f"/drafts/{t.typed_over.key}/", {"mary"}),
            Ask(f"/drafts/{uuid.uuid4()}/", NOBODY),
        ],
        "drafts/<uuid:key>/-/discard/": [
            Ask(f"/drafts/{t.typed.key}/-/discard/", {"mary"}),
            Ask(f"/drafts/{t.typed.key}/-/discard/", {"mary"}, method="post", refusal_only=True),
        ],
    }


def _conversation(t: Things) -> Rows:
    """Comments and reactions: for who can read the page, and those that change something only refused here."""

    def on_pages(ending: str, **sent: str) -> list[Ask]:
        pages = [
            (t.open_page, INSIDE),
            (t.inner_post, DIGITAL),
            (t.draft, NOBODY if ending != "save" else OWNERS),
            (t.closed_page, OPERATIONS),
        ]
        more: dict[str, Any] = {"method": "post", "data": sent, "refusal_only": True}
        posts = [Ask(f"{page.get_absolute_url()}-/{ending}/", readers, **more) for page, readers in pages]
        return [*posts, Ask(f"{t.deleted_address}-/{ending}/", OPERATIONS, **more)]

    def of_comments(ending: str, *readers: set[str], **more: Any) -> list[Ask]:
        comments = (t.open_comment, t.inner_comment, t.draft_comment, t.closed_comment, t.deleted_comment)
        return [
            Ask(f"/comments/{comment.pk}/{ending}", allowed, **more)
            for comment, allowed in zip(comments, readers, strict=True)
        ]

    author = {"grace"}
    refused: dict[str, Any] = {"method": "post", "refusal_only": True}
    return {
        "<page:path>/-/comments/": [
            *on_pages("comments"),
            Ask(f"{t.open_page.get_absolute_url()}-/comments/?parent={t.open_comment.pk}&quote=1", INSIDE),
            Ask(f"{t.inner_post.get_absolute_url()}-/comments/?parent={t.inner_comment.pk}&quote=1", DIGITAL),
            Ask(f"{t.closed_page.get_absolute_url()}-/comments/?part=form&parent={t.closed_comment.pk}", OPERATIONS),
            # A comment of another page than the one of the address.
            Ask(f"{t.open_page.get_absolute_url()}-/comments/?parent={t.closed_comment.pk}&quote=1", NOBODY),
        ],
        "<page:path>/-/react/": on_pages("react", reaction="thanks"),
        "<page:path>/-/close-comments/": [
            Ask(f"{t.open_page.get_absolute_url()}-/close-comments/", OWNERS, **refused),
            Ask(f"{t.closed_page.get_absolute_url()}-/close-comments/", OPERATIONS, **refused),
        ],
        "<page:path>/-/save/": on_pages("save"),
        "bookmarks/": [Ask("/bookmarks/", INSIDE)],
        "comments/<int:pk>/": of_comments("", INSIDE, DIGITAL, OWNERS, OPERATIONS, NOBODY, ok={302}),
        "comments/<int:pk>/history/": of_comments("history/", INSIDE, DIGITAL, OWNERS, OPERATIONS, NOBODY),
        "comments/<int:pk>/edit/": [
            *of_comments("edit/", author, author, NOBODY, NOBODY, NOBODY),
            *of_comments("edit/", author, author, NOBODY, NOBODY, NOBODY, **refused),
        ],
        "comments/<int:pk>/delete/": [
            *of_comments("delete/", OWNERS, OWNERS, OWNERS, OPERATIONS, NOBODY),
            *of_comments("delete/", OWNERS, OWNERS, OWNERS, OPERATIONS, NOBODY, **refused),
        ],
        "comments/<int:pk>/resolve/": of_comments("resolve/", INSIDE, NOBODY, NOBODY, OPERATIONS, NOBODY, **refused),
        "comments/<int:pk>/react/": of_comments(
            "react/", INSIDE, DIGITAL, NOBODY, OPERATIONS, NOBODY, data={"reaction": "thanks"}, **refused
        ),
    }


def _blog(t: Things) -> Rows:
    """Posts."""
    return {
        "spaces/<slug:space>/blog/": both("blog/"),
        "spaces/<slug:space>/blog/-/new/": [
            *both("blog/-/new/", DIGITAL),
            Ask(f"{DIGITAL_SPACE}/blog/-/new/?draft={t.typed.key}", DIGITAL),
        ],
        "spaces/<slug:space>/blog/<slug:slug>/": [
            Ask(t.open_post.get_absolute_url(), INSIDE),
            Ask(t.inner_post.get_absolute_url(), DIGITAL),
            Ask(t.draft.get_absolute_url(), OWNERS),
            Ask(t.closed_post.get_absolute_url(), OPERATIONS),
        ],
        "spaces/<slug:space>/blog/<slug:slug>/-/edit/": [
            Ask(f"{t.open_post.get_absolute_url()}-/edit/", DIGITAL),
            Ask(f"{t.closed_post.get_absolute_url()}-/edit/", OPERATIONS),
            Ask(f"{t.draft.get_absolute_url()}-/edit/", OWNERS),
        ],
        "spaces/<slug:space>/blog/<slug:slug>/-/section/<str:section>/": [
            Ask(f"{t.open_post.get_absolute_url()}-/section/x/", DIGITAL),
            Ask(f"{t.closed_post.get_absolute_url()}-/section/x/", OPERATIONS),
            Ask(f"{t.draft.get_absolute_url()}-/section/x/", OWNERS),
        ],
        "spaces/<slug:space>/blog/<slug:slug>/-/history/": [
            Ask(f"{t.closed_post.get_absolute_url()}-/history/", OPERATIONS),
            Ask(f"{t.opened_post.get_absolute_url()}-/history/", INSIDE),
            Ask(f"{t.draft.get_absolute_url()}-/history/", OWNERS),
        ],
        "spaces/<slug:space>/blog/<slug:slug>/-/blame/": [
            Ask(f"{t.closed_post.get_absolute_url()}-/blame/", OPERATIONS),
            Ask(f"{t.opened_post.get_absolute_url()}-/blame/", INSIDE),
            Ask(f"{t.draft.get_absolute_url()}-/blame/", OWNERS),
        ],
        "spaces/<slug:space>/blog/<slug:slug>/-/history/<int:revision>/": [
            Ask(f"{t.opened_post.get_absolute_url()}-/history/{t.opened_post.latest_revision_id}/", INSIDE),
            Ask(f"{t.opened_post.get_absolute_url()}-/history/{t.opened_post_before}/", DIGITAL),
            Ask(f"{t.opened_post.get_absolute_url()}-/history/{t.closed_post.latest_revision_id}/", NOBODY),
        ],
        "spaces/<slug:space>/blog/<slug:slug>/-/diff/": [
            Ask(f"{t.opened_post.get_absolute_url()}-/diff/", INSIDE),
            Ask(f"{t.opened_post.get_absolute_url()}-/diff/?from={t.opened_post_before}", DIGITAL),
            Ask(f"{t.closed_post.get_absolute_url()}-/diff/", OPERATIONS),
        ],
        "spaces/<slug:space>/blog/<slug:slug>/-/restore/": post_only(f"{t.closed_post.get_absolute_url()}-/restore/"),
        "spaces/<slug:space>/blog/<slug:slug>/-/unpublish/": post_only(
            f"{t.closed_post.get_absolute_url()}-/unpublish/"
        ),
        "spaces/<slug:space>/blog/<slug:slug>/-/delete/": [
            Ask(f"{t.closed_post.get_absolute_url()}-/delete/", OPERATIONS)
        ],
    }


def _wiki(t: Things) -> Rows:
    """Wiki pages."""
    return {
        "spaces/<slug:space>/wiki/-/new/": both("wiki/-/new/?title=X", DIGITAL),
        "spaces/<slug:space>/wiki/-/suggest.json": both("wiki/-/suggest.json?q=closed")
        + both("wiki/-/suggest.json?q=inner"),
        "spaces/<slug:space>/wiki/-/to/": [
            Ask(f"{DIGITAL_SPACE}/wiki/-/to/?title=Open+page", INSIDE, ok={302}),
            Ask(f"{DIGITAL_SPACE}/wiki/-/to/?title=Inner+page+ospreyword", DIGITAL, ok={302}),
            Ask(f"{DIGITAL_SPACE}/wiki/-/to/?title=No+such+page", DIGITAL, ok={302}),
            Ask(f"{OPERATIONS_SPACE}/wiki/-/to/?title=Closed+page+{WORD}", OPERATIONS, ok={302}),
        ],
        "spaces/<slug:space>/<wiki:path>/-/changes/": [*both("wiki/-/changes/"), *wiki("-/changes/")],
        "spaces/<slug:space>/wiki/-/pages/": both("wiki/-/pages/"),
        "spaces/<slug:space>/wiki/-/wanted/": both("wiki/-/wanted/"),
        "spaces/<slug:space>/wiki/-/orphans/": both("wiki/-/orphans/"),
        "spaces/<slug:space>/<wiki:path>/": [
            *wiki(""),
            *both("wiki/"),
            Ask(f"{DIGITAL_SPACE}/wiki/inner-page-ospreyword/", DIGITAL),
        ],
        "spaces/<slug:space>/<wiki:path>/-/edit/": wiki("-/edit/", DIGITAL),
        "spaces/<slug:space>/<wiki:path>/-/section/<str:section>/": wiki("-/section/none/", DIGITAL),
        "spaces/<slug:space>/<wiki:path>/-/history/": wiki("-/history/"),
        "spaces/<slug:space>/<wiki:path>/-/blame/": [
            *wiki("-/blame/"),
            Ask(f"{t.opened_page.get_absolute_url()}-/blame/", INSIDE),
        ],
        "spaces/<slug:space>/<wiki:path>/-/history/<int:revision>/": [
            Ask(f"{OPEN_WIKI}/-/history/{t.open_page.latest_revision_id}/", INSIDE),
            Ask(f"{CLOSED_WIKI}/-/history/{t.closed_page.latest_revision_id}/", OPERATIONS),
            Ask(f"{t.opened_page.get_absolute_url()}-/history/{t.opened_page_before}/", DIGITAL),
            # A t.open_page.latest_revision_id of another page is not shown under an address that one may read.
            Ask(f"{OPEN_WIKI}/-/history/{t.closed_page.latest_revision_id}/", NOBODY),
        ],
        "spaces/<slug:space>/<wiki:path>/-/diff/": [
            Ask(f"{OPEN_WIKI}/-/diff/?from={t.older_revision}&to={t.open_page.latest_revision_id}", INSIDE),
            Ask(f"{t.opened_page.get_absolute_url()}-/diff/", INSIDE),
            Ask(
                f"{CLOSED_WIKI}/-/diff/?from={t.older_revision}&to={t.closed_page.latest_revision_id}",
                OPERATIONS,
                ok={200, 404},
            ),
            Ask(
                f"{OPEN_WIKI}/-/diff/?from={t.older_revision}&to={t.closed_page.latest_revision_id}",
                INSIDE,
                ok={200, 404},
            ),
        ],
        "spaces/<slug:space>/<wiki:path>/-/restore/": post_only(f"{CLOSED_WIKI}/-/restore/"),
        "spaces/<slug:space>/<wiki:path>/-/backlinks/": wiki("-/backlinks/"),
        "spaces/<slug:space>/<wiki:path>/-/raw/": wiki("-/raw/"),
        "spaces/<slug:space>/<wiki:path>/-/below/": [*wiki("-/below/"), *both("wiki/-/below/")],
        "spaces/<slug:space>/<wiki:path>/-/order/": [
            Ask(f"{DIGITAL_SPACE}/wiki/-/order/", DIGITAL),
            # One page has nothing to be put in order.
            Ask(f"{OPEN_WIKI}/-/order/", NOBODY),
            Ask(f"{OPERATIONS_SPACE}/wiki/-/order/", OPERATIONS, ok={200, 404}),
        ],
        "spaces/<slug:space>/<wiki:path>/-/move/": wiki("-/move/", DIGITAL),
        "spaces/<slug:space>/<wiki:path>/-/audience/": wiki("-/audience/", DIGITAL, ok={200, 405}),
        "spaces/<slug:space>/<wiki:path>/-/unpublish/": [
            *post_only(f"{OPEN_WIKI}/-/unpublish/", DIGITAL),
            *post_only(f"{CLOSED_WIKI}/-/unpublish/"),
        ],
        "spaces/<slug:space>/<wiki:path>/-/delete/": wiki("-/delete/", OWNERS),
    }


def _podcasts(t: Things) -> Rows:
    """Shows and episodes."""
    return {
        "spaces/<slug:space>/podcasts/": both("podcasts/"),
        "spaces/<slug:space>/podcasts/-/new/": both("podcasts/-/new/", DIGITAL),
        "spaces/<slug:space>/podcasts/<slug:show>/": [
            Ask(t.show.get_absolute_url(), INSIDE),
            Ask(t.closed_show.get_absolute_url(), OPERATIONS),
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/-/edit/": [
            Ask(f"{t.closed_show.get_absolute_url()}-/edit/", OPERATIONS)
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/-/section/<str:section>/": [
            Ask(f"{t.closed_show.get_absolute_url()}-/section/x/", OPERATIONS)
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/section/<str:section>/": [
            Ask(f"{t.closed_episode.get_absolute_url()}-/section/x/", OPERATIONS)
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/-/new/": [
            Ask(f"{t.closed_show.get_absolute_url()}-/new/", OPERATIONS)
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/-/unpublish/": post_only(
            f"{t.closed_show.get_absolute_url()}-/unpublish/"
        ),
        "spaces/<slug:space>/podcasts/<slug:show>/-/delete/": [
            Ask(f"{t.closed_show.get_absolute_url()}-/delete/", OPERATIONS)
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/": [
            Ask(t.episode.get_absolute_url(), INSIDE),
            Ask(t.closed_episode.get_absolute_url(), OPERATIONS),
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/captions.vtt": [
            Ask(f"{t.episode.get_absolute_url()}-/captions.vtt", INSIDE),
            Ask(f"{t.closed_episode.get_absolute_url()}-/captions.vtt", OPERATIONS),
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/edit/": [
            Ask(f"{t.closed_episode.get_absolute_url()}-/edit/", OPERATIONS)
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/history/": [
            Ask(f"{t.episode.get_absolute_url()}-/history/", INSIDE),
            Ask(f"{t.closed_episode.get_absolute_url()}-/history/", OPERATIONS),
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/blame/": [
            Ask(f"{t.episode.get_absolute_url()}-/blame/", INSIDE),
            Ask(f"{t.closed_episode.get_absolute_url()}-/blame/", OPERATIONS),
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/history/<int:revision>/": [
            Ask(f"{t.episode.get_absolute_url()}-/history/{t.episode.latest_revision_id}/", INSIDE),
            Ask(f"{t.closed_episode.get_absolute_url()}-/history/{t.closed_episode.latest_revision_id}/", OPERATIONS),
            Ask(f"{t.episode.get_absolute_url()}-/history/{t.closed_episode.latest_revision_id}/", NOBODY),
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/diff/": [
            Ask(f"{t.closed_episode.get_absolute_url()}-/diff/", OPERATIONS)
        ],
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/restore/": post_only(
            f"{t.closed_episode.get_absolute_url()}-/restore/"
        ),
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/unpublish/": post_only(
            f"{t.closed_episode.get_absolute_url()}-/unpublish/"
        ),
        "spaces/<slug:space>/podcasts/<slug:show>/<slug:episode>/-/delete/": [
            Ask(f"{t.closed_episode.get_absolute_url()}-/delete/", OPERATIONS)
        ],
    }


def _media(t: Things) -> Rows:
    """Pictures, recordings and files."""
    return {
        "media/pictures/<int:pk>/<int:width>/<str:name>": [
            Ask(t.picture.get_absolute_url(), INSIDE),
            Ask(t.closed_picture.get_absolute_url(), OPERATIONS),
        ],
        "media/renditions/<int:pk>/<str:name>": [Ask(t.closed_picture.get_rendition("width-50").url, OPERATIONS)],
        "media/files/<int:pk>/<str:name>": [
            Ask(t.file.get_absolute_url(), INSIDE),
            Ask(t.closed_file.get_absolute_url(), OPERATIONS),
            Ask(t.typed_file.get_absolute_url(), {"mary"}),
        ],
        "media/recordings/<int:pk>/<slug:version>/<str:name>": [
            Ask(t.sound.get_absolute_url(), INSIDE),
            Ask(t.closed_sound.get_absolute_url(), OPERATIONS),
        ],
        "media/photos/<str:username>/<str:name>": [Ask("/media/photos/grace/grace.png", NOBODY)],
    }


def _syndication(t: Things) -> Rows:
    """Channels, releases and feed links."""
    return {
        "publish/<uuid:uid>/": [
            Ask(f"/publish/{t.open_post.uid}/", ADMIN),
            Ask(f"/publish/{t.closed_post.uid}/", ADMIN),
            Ask(f"/publish/{uuid.uuid4()}/", NOBODY),
        ],
        "publish/<uuid:uid>/-/withdraw/<slug:channel>/": [
            Ask(f"/publish/{t.open_post.uid}/-/withdraw/news/", ADMIN, ok={200, 405})
        ],
        "channels/": [Ask("/channels/", INSIDE)],
        "channels/-/new/": [Ask("/channels/-/new/", ADMIN)],
        "channels/<slug:channel>/": [Ask("/channels/news/", INSIDE)],
        "channels/<slug:channel>/-/edit/": [Ask("/channels/news/-/edit/", ADMIN)],
        "subscriptions/": [Ask("/subscriptions/", INSIDE)],
        "subscriptions/<uuid:uid>/-/revoke/": [Ask(f"/subscriptions/{uuid.uuid4()}/-/revoke/", INSIDE, ok={404, 405})],
        r"^feeds/media/(?P<signature>[-\w:]+)/(?P<name>[^/]+)$": [
            Ask("/feeds/media/junk:junk/x.mp3", EVERYBODY, ok={404})
        ],
        r"^feeds/(?P<token>[-\w]+)/feed\.(?P<format>[a-z]+)$": [
            Ask(f"/feeds/{'x' * 43}/feed.{kind}", EVERYBODY, ok={404}) for kind in ("rss", "atom", "json", "exe")
        ],
    }


def _search(t: Things) -> Rows:
    """Search, and what curators see of it."""
    return {
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
            Ask("/search/suggest.json?q=open&in=operations", INSIDE),
            Ask("/search/suggest.json?q=kestr&only=tag", INSIDE),
            Ask("/search/suggest.json?q=closed+pag&in=digital-services", INSIDE),
        ],
        r"^spaces/(?P<path>[\w/-]+)/-/related/$": [
            *both("-/related/"),
            *wiki("-/related/"),
            Ask(f"{t.open_post.get_absolute_url()}-/related/?part=list", INSIDE),
            Ask(f"{t.episode.get_absolute_url()}-/related/", INSIDE),
            Ask(f"{t.inner_post.get_absolute_url()}-/related/", DIGITAL),
            Ask(f"{t.draft.get_absolute_url()}-/related/", NOBODY),
            Ask(f"{t.closed_post.get_absolute_url()}-/related/", OPERATIONS),
        ],
        "search/words/": [Ask("/search/words/", INSIDE), Ask("/search/words/?word=kestrelword", INSIDE)],
        "search/words/<int:pk>/": [Ask(f"/search/words/{t.words.pk}/", ADMIN)],
        "search/answers/": [Ask("/search/answers/", ADMIN)],
        "search/boosts/": [Ask("/search/boosts/", ADMIN)],
        "search/explain/": [
            Ask(f"/search/explain/?q=open&uid={t.open_post.uid}", INSIDE),
            Ask(f"/search/explain/?q=open&uid={t.inner_post.uid}", DIGITAL),
            Ask(f"/search/explain/?q=open&uid={t.draft.uid}", NOBODY),
            Ask(f"/search/explain/?q=open&uid={t.closed_page.uid}", OPERATIONS),
            Ask(f"/search/explain/?q=open&uid=picture:{t.closed_picture.pk}", OPERATIONS),
            Ask(f"/search/explain/?q=open&uid=file:{t.closed_file.pk}", OPERATIONS),
            Ask("/search/explain/?q=open&uid=person:linus", INSIDE),
        ],
        "search/report/": [Ask("/search/report/", ADMIN), Ask("/search/report/?list=failing&days=7", ADMIN)],
        "search/seen/": [Ask("/search/seen/", INSIDE, ok={405}), Ask("/search/seen/", INSIDE, method="post", ok={400})],
        "search/answers/<int:pk>/-/forget/": post_only(f"/search/answers/{t.answer.pk}/-/forget/", ADMIN),
    }
