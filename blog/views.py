"""Reading a blog: the list, newest first, and one post."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from blog import browse
from blog.models import BlogIndexPage, BlogPostPage
from conversation import thread
from desk import presence
from pages import texts
from pages.access import page_or_404, visible_to, with_own_drafts
from pages.addresses import to_path
from pages.entries import COLUMNS, Entry
from pages.neighbours import Neighbours
from pages.permissions import may_delete, may_edit, may_write
from pages.prepared import at_address
from web.paging import ROWS_PER_PAGE, page_number

MAX_DRAFTS = 20
A_DAY = timedelta(days=1)


# The columns that are shown or decide what the reader may do. Each column costs time on every request.
SHOWN_COLUMNS = (
    *(
        "title",
        "slug",
        "url_path",
        "live",
        "locked",
        "has_unpublished_changes",
        "owner",
        "uid",
        "language",
        "content_type",
    ),
    *("summary", "html", "plain", "headings", "byline", "labels", "audience_token", "public_since", "link_url"),
    *(
        "first_published_at",
        "last_published_at",
        "space__slug",
        "space__name",
        "space__see",
        "space__write",
        "space__comment",
    ),
    *("hero__file", "hero__title", "hero__description", "hero__width", "hero__height"),
)
published_post = presence.page_at_address(
    lambda: BlogPostPage.objects.select_related("space", "hero").only(*SHOWN_COLUMNS)
)
whole_post = at_address(lambda: BlogPostPage.objects.select_related("space", "hero"))
neighbours = Neighbours(lambda space_id: BlogPostPage.objects.filter(space_id=space_id), space_id=int)


def post_or_404(person: Any, space: str, slug: str) -> BlogPostPage:
    address = f"/spaces/{space}/blog/{slug}/"
    found = whole_post(person, url_path=to_path(address))
    return found[0] if found else draft_or_404(person, address)


def draft_or_404(person: Any, address: str) -> BlogPostPage:
    return page_or_404(person, BlogPostPage.objects.select_related("space", "hero"), address, drafts=True)


def blog_or_404(person: Any, space: str) -> BlogIndexPage:
    return page_or_404(person, BlogIndexPage.objects.select_related("space"), f"/spaces/{space}/blog/")


@require_safe
def index(request: HttpRequest, space: str) -> HttpResponse:
    person, blog = request.user, blog_or_404(request.user, space)
    everything = BlogPostPage.objects.in_space(blog.space_id)
    readable = visible_to(person, everything)
    chosen = browse.Choice.of(request.GET)
    writer = may_write(person, blog.space)
    drafts: Any = ()
    if writer and not chosen:
        drafts = (
            with_own_drafts(person, everything.filter(live=False)).for_list().order_by("-latest_revision_created_at")
        )
    state = browse.state_of(person, blog.space_id)
    posts = Paginator(chosen.among(readable).by_date().values_list(*COLUMNS), ROWS_PER_PAGE)
    if not chosen:
        # Already known; the paginator would count again.
        posts.count = state[0]
    page_of_posts = posts.get_page(page_number(request.GET))
    page_of_posts.object_list = [Entry.of(row) for row in page_of_posts.object_list]
    context = {
        "page": blog,
        "space": blog.space,
        "posts": page_of_posts,
        "chosen": chosen,
        "facets": browse.facets(readable, chosen, state=(blog.space_id, *state)),
        "drafts": drafts[:MAX_DRAFTS],
        "may_write": writer,
    }
    return render(request, "blog/blog_index_page.html", context)


@require_safe
def post(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    address = f"/spaces/{space}/blog/{slug}/"
    found = published_post(request.user, url_path=to_path(address), **presence.asked_by(request.user))
    page = found[0] if found else draft_or_404(request.user, address)
    texts.whole(page)
    before, after = neighbours(request.user, page, space_id=page.space_id)
    hero = page.lead_picture()
    context = {
        "page": page,
        "space": page.space,
        "is_draft": not page.live,
        "newer": page.live and page.has_unpublished_changes and may_edit(request.user, page),
        "reading_time": ngettext("%(number)s minute to read", "%(number)s minutes to read", page.reading_minutes)
        % {"number": page.reading_minutes},
        "updated": page.edited_at if page.live and page.edited_at - page.first_published_at > A_DAY else None,
        "link_host": urlsplit(page.link_url).hostname if page.link_url else "",
        "hero": hero,
        "hero_url": hero.rendition_url(1600 if hero.width > 800 else 0) if hero else "",
        "before": before,
        "after": after,
        "editing": presence.notice(page, request.user),
        "may_edit": may_edit(request.user, page),
        "may_delete": may_delete(request.user, page),
        "talk": thread.on_page(request, page),
        "has_history": True,
    }
    return render(request, "blog/blog_post_page.html", context)
