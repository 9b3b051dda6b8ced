"""The content that the matrix asks about: open things, each with a closed twin that carries a hidden word."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core.files.base import ContentFile
from django.utils import timezone

from blog.models import BlogPostPage
from conversation.models import Bookmark, Comment, CommentVersion
from desk.models import Draft, TextTemplate
from media.models import Attachment, Picture, Recording
from news import follows
from news.mail.links import stop_url
from news.models import DepartmentFollow, Event, Follow, Level, Notice
from pages import approval
from pages.actions import delete_page, edit_page, set_audience
from pages.models import AuthorInvitation, BasePage, Change, Deletion, PageAuthor
from pages.scheduling import When
from people.audiences import space_token
from people.models import JoinRequest, Person
from podcasts.models import EpisodePage, ShowPage
from search.documents import page_key
from search.models import ChosenAnswer, QueryCount, WordGroup
from syndication.models import Release
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page
from tests.factories.syndication import make_channel, make_picture, make_recording, make_release
from tests.matrix.asks import WORD
from wiki.models import WikiPage

SAID = "WEBVTT\n\n00:00.000 --> 00:01.000\n"


@dataclass
class Posts:
    open_post: BlogPostPage
    inner_post: BlogPostPage
    draft: BlogPostPage
    closed_post: BlogPostPage
    # Written for members, then opened: what it said before is still theirs.
    opened_post: BlogPostPage
    opened_post_before: int


@dataclass
class WikiPages:
    open_page: WikiPage
    older_revision: int
    closed_page: WikiPage
    opened_page: WikiPage
    opened_page_before: int


@dataclass
class Episodes:
    sound: Recording
    closed_sound: Recording
    show: ShowPage
    closed_show: ShowPage
    episode: EpisodePage
    closed_episode: EpisodePage


@dataclass
class Media:
    picture: Picture
    closed_picture: Picture
    file: Attachment
    closed_file: Attachment
    typed_file: Attachment


@dataclass
class Beside:
    """What stands beside pages: releases, names in bylines, and what curators decided."""

    release: Release
    invitation: AuthorInvitation
    hidden_invitation: AuthorInvitation
    answer: ChosenAnswer
    words: WordGroup
    typed: Draft
    typed_over: Draft
    waiting: int
    stop_address: str
    asked_for: int


@dataclass
class Bin:
    deletion: int
    deleted_address: str
    template: int


@dataclass
class Said:
    """Comments on an open page, on one for members, on a draft that was published once, and in a closed space."""

    open_comment: Comment
    inner_comment: Comment
    draft_comment: Comment
    closed_comment: Comment
    deleted_comment: Comment


@dataclass
class Things(Posts, WikiPages, Episodes, Media, Beside, Bin, Said):
    pass


def make_things(house: House) -> Things:
    house.operations.name = f"Operations {WORD}"
    house.operations.save()
    posts, pages = make_posts(house), make_wiki_pages(house)
    parts = [posts, pages, make_episodes(house), make_media(house), make_beside(house, posts, pages), make_bin(house)]
    parts.append(make_comments(house, posts, pages))
    make_news(house, [posts.closed_post, posts.inner_post, posts.draft, posts.opened_post, pages.closed_page])
    return Things(**{name: value for part in parts for name, value in vars(part).items()})


def make_news(house: House, pages: list[Any]) -> None:
    """Everybody has a notice of every hidden page and follows it, as if told by an error."""
    by = {"by": house.linus, "told_at": timezone.now()}
    changes = Change.objects.filter(page__in=pages).order_by("pk")
    Change.objects.filter(pk__in=changes.values("pk"), page__space=house.operations).update(note=f"note {WORD}")
    Change.objects.filter(audience_token=space_token(house.digital.pk)).update(note="note ospreyword")
    rows = [
        Event(key=f"matrix:{change.pk}", kind="page_changed", page_id=change.page_id, data={"change": change.pk}, **by)
        for change in changes
    ]
    rows += [
        Event(key=f"matrix:{kind}", kind=kind, space=house.operations, **by) for kind in ("asked_to_join", "role_given")
    ]
    made = Event.objects.bulk_create(rows)
    for person in house.everybody:
        Notice.objects.bulk_create(
            Notice(person=person, event=event, reason="page", thread=f"event:{event.pk}") for event in made
        )
        for page in pages:
            follows.follow(person, Follow.Kind.PAGE, page, Level.ALL)
            for tag in page.tags.all():
                follows.follow(person, Follow.Kind.TAG, tag, Level.ALL)
        follows.follow(person, Follow.Kind.SPACE, house.operations, Level.ALL)
        DepartmentFollow.objects.get_or_create(space=house.operations, members_of=house.digital)
    Person.objects.update(unread_notices=len(made))


def make_posts(house: House) -> Posts:
    grace = house.grace
    text = "[[Open page]] [[operations:Rota]] @linus"
    opened = make_post(house.digital, "Opened", "Ospreyword.", by=grace, audience="space", slug="opened")
    return Posts(
        open_post=make_post(house.digital, "Open post", text, by=grace, tags=["open"]),
        inner_post=make_post(
            house.digital, "Inner ospreyword", "Ospreyword.", by=grace, audience="space", tags=["ospreyword"]
        ),
        draft=make_post(house.digital, "Draft heronword", "Heronword.", by=grace, publish=False),
        closed_post=make_post(house.operations, f"Closed {WORD}", WORD, tags=[WORD], summary=WORD, slug="closed-post"),
        opened_post=opened,
        opened_post_before=_open(house, opened),
    )


def make_wiki_pages(house: House) -> WikiPages:
    page = make_wiki_page(house.digital, "Open page", "Text.", by=house.grace)
    make_wiki_page(house.digital, "Inner page ospreyword", "Ospreyword links [[Open page]].", audience="space")
    text = f"{WORD} [[digital-services:Open page]]"
    closed = make_wiki_page(house.operations, f"Closed page {WORD}", text, slug="closed-page")
    opened = make_wiki_page(house.digital, "Opened page", "Ospreyword.", by=house.grace, audience="space")
    before = _open(house, opened)
    for text in ("One.", "Two."):
        page.body = text
        edit_page(person=house.grace, page=page, note="open note")
        closed.body = f"{WORD} {text}"
        edit_page(person=house.linus, page=closed, note=WORD)
    return WikiPages(page, page.revisions.order_by("pk").values_list("pk", flat=True)[0], closed, opened, before)


def _open(house: House, page: Any) -> int:
    """Opens a page of members to all staff, with another text; the revision of before."""
    before: int = page.latest_revision_id
    set_audience(person=house.grace, page=page, audience="staff")
    page.body = "For all."
    edit_page(person=house.grace, page=page, note="For all")
    return before


def make_episodes(house: House) -> Episodes:
    sound, closed_sound = make_recording(house.digital), make_recording(house.operations, title=WORD)
    show = make_show(house.digital, "Open show", by=house.grace)
    closed_show = make_show(house.operations, f"Closed show {WORD}", slug="closed-show")
    said: dict[str, Any] = {"recording": closed_sound, "transcript": SAID + WORD, "slug": "closed-episode"}
    return Episodes(
        sound,
        closed_sound,
        show,
        closed_show,
        make_episode(show, "Open episode", recording=sound, transcript=f"{SAID}Hello", by=house.grace),
        make_episode(closed_show, f"Closed episode {WORD}", **said),
    )


def make_bin(house: House) -> Bin:
    page = make_wiki_page(house.operations, f"Deleted {WORD}", WORD, tags=[WORD], by=house.ada, slug="deleted-page")
    delete_page(person=house.linus, page=page)
    template = TextTemplate.objects.create(space=house.operations, name=WORD, description=WORD, body=WORD)
    return Bin(Deletion.objects.get().pk, page.get_absolute_url(), template.pk)


def make_media(house: House) -> Media:
    files = [
        Attachment(title=title, space=space, file=ContentFile(b"%PDF-1.4 " + title.encode(), f"{title}.pdf"))
        for title, space in [("open", house.digital), (WORD, house.operations)]
    ]
    for each in files:
        each.save()
    own = ContentFile(b"%PDF-1.4 ploverword", "ploverword.pdf")
    typed = Attachment(
        title="Ploverword", space=house.digital, audience="writer", uploaded_by_user=house.mary, file=own
    )
    typed.save()
    return Media(make_picture(house.digital), make_picture(house.operations, title=WORD), *files, typed)


def make_beside(house: House, posts: Posts, pages: WikiPages) -> Beside:
    JoinRequest.objects.create(person=house.otto, space=house.digital)
    for each in (posts.open_post, posts.closed_post):
        PageAuthor.objects.create(page_id=each.pk, person=house.otto)
    # What waits, and what was asked: neither tells anybody of what is hidden.
    QueryCount.objects.create(day=timezone.localdate(), query=WORD, searches=2, persons=2)
    return Beside(
        release=make_release(house.ada, posts.open_post, make_channel(house.ada, "news")),
        invitation=AuthorInvitation.objects.create(page=posts.open_post, person=house.otto, by=house.grace),
        hidden_invitation=AuthorInvitation.objects.create(page=posts.closed_post, person=house.otto, by=house.linus),
        answer=ChosenAnswer.objects.create(query="open", key=page_key(pages.closed_page.pk), note=WORD),
        words=WordGroup.objects.create(forms=[WORD, "open"], proposed_by=house.linus),
        typed=make_draft(house, "/spaces/digital-services/blog/-/new/"),
        stop_address=urlsplit(stop_url(house.linus.pk, f"page:{posts.closed_post.pk}")).path,
        typed_over=make_draft(house, f"{posts.open_post.get_absolute_url()}-/edit/", posts.open_post),
        waiting=make_waiting(house),
        asked_for=make_asked_for(house),
    )


def make_asked_for(house: House) -> int:
    page = make_post(house.operations, f"Asked for {WORD}", WORD, by=house.linus, publish=False)
    approval.submit(page, by=house.linus)
    return int(page.pk)


def make_waiting(house: House) -> int:
    page = make_post(house.operations, f"Waiting {WORD}", WORD, by=house.linus, publish=False)
    when = When(publish_at=timezone.now() + timedelta(days=1))
    return int(edit_page(person=house.linus, page=page, when=when).pk)


def make_comments(house: House, posts: Posts, pages: WikiPages) -> Said:
    deleted = BasePage._base_manager.get(title=f"Deleted {WORD}")
    places = [
        (pages.open_page, "Hello"),
        (posts.inner_post, "Ospreyword"),
        (posts.draft, "Heronword"),
        (pages.closed_page, WORD),
        (deleted, WORD),
    ]
    comments = [
        Comment(
            page_id=page.pk,
            person=house.grace,
            body=body,
            html=f"<p>{body}</p>\n",
            plain=body,
            edited_at=timezone.now(),
        )
        for page, body in places
    ]
    for comment in comments:
        comment.save()
        Comment.objects.filter(pk=comment.pk).update(thread=comment.pk)
        CommentVersion.objects.create(comment=comment, body=f"{comment.body} before", at=comment.at)
        Bookmark.objects.bulk_create(Bookmark(page_id=comment.page_id, person=person) for person in house.everybody)
    return Said(*comments)


def make_draft(house: House, path: str, page: Any = None) -> Draft:
    fields = {
        "title": "Ploverword",
        "body": "Ploverword",
        "base_revision": str(page.latest_revision_id if page else ""),
    }
    page_id = page and page.pk
    return Draft.objects.create(person=house.mary, path=path, page_id=page_id, title="Ploverword", fields=fields)
