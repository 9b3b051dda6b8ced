"""The shows of a space, a show's episodes, and one episode with player and transcript."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Max
from django.db.models.functions import Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from conversation import thread
from desk import presence
from pages import texts
from pages.access import page_or_404, visible_to, with_own_drafts
from pages.neighbours import Neighbours
from pages.permissions import may_delete, may_edit, may_write
from pages.querysets import paths_below
from pages.version import remembered
from podcasts.models import EpisodePage, PodcastIndexPage, ShowPage
from text import transcripts
from web.paging import paginate

MAX_DRAFTS = 20
# Parsing a long transcript takes milliseconds. The text is the key, so an edit shows at once.
cues_of = lru_cache(maxsize=64)(transcripts.parse)


neighbours = Neighbours(lambda first, last: EpisodePage.objects.filter(path__range=(first, last)), first=str, last=str)
SHOW_STEPS = 6  # root, home, list of spaces, space, podcasts, show


def podcasts_or_404(person: Any, space: str) -> PodcastIndexPage:
    return page_or_404(person, PodcastIndexPage.objects.select_related("space"), f"/spaces/{space}/podcasts/")


def show_or_404(person: Any, space: str, show: str) -> ShowPage:
    shows = presence.with_editors(ShowPage.objects.select_related("space", "cover"), person.pk, presence.since())
    return page_or_404(person, shows, f"/spaces/{space}/podcasts/{show}/", drafts=True)


def show_path(episode: EpisodePage) -> str:
    return episode.url_path.removesuffix(f"{episode.slug}/")


def show_of(person: Any, episode: EpisodePage) -> ShowPage | None:
    """The episode's show, if `person` can read it: it can be a draft, or open to fewer people than the episode."""
    shows = ShowPage.objects.filter(url_path=show_path(episode)).select_related("cover")
    return with_own_drafts(person, shows.defer("body", "html", "plain")).first()


def episode_or_404(person: Any, space: str, show: str, episode: str) -> EpisodePage:
    episodes = EpisodePage.objects.select_related("space", "recording")
    episodes = presence.with_editors(episodes, person.pk, presence.since())
    return page_or_404(person, episodes, f"/spaces/{space}/podcasts/{show}/{episode}/", drafts=True)


@require_safe
def index(request: HttpRequest, space: str) -> HttpResponse:
    person, page = request.user, podcasts_or_404(request.user, space)
    everything = ShowPage.objects.in_space(page.space_id)
    writer = may_write(person, page.space)
    shows = with_own_drafts(person, everything) if writer else visible_to(person, everything)
    listed = paginate(request, shows.for_list().select_related("cover").order_by("sort_key", "pk"))
    heard = remembered(person, f"podcasts.heard {page.space_id}", lambda: _heard(person, page.space_id))
    listed.object_list = list(listed.object_list)
    for one in listed:
        one.episode_count, one.newest_at = heard.get(one.path, (0, None))
    context = {"page": page, "space": page.space, "shows": listed, "may_write": writer}
    return render(request, "podcasts/podcast_index_page.html", context)


def _heard(person: Any, space_id: int) -> dict[str, tuple[int, Any]]:
    """For each show, by its path: how many episodes the reader can hear, and when the newest one was published."""
    episodes = visible_to(person, EpisodePage.objects.in_space(space_id)).order_by()
    counted = episodes.values_list(Substr("path", 1, SHOW_STEPS * EpisodePage.steplen))
    rows = counted.annotate(number=Count("pk"), newest=Max("first_published_at"))
    return {path: (number, newest) for path, number, newest in rows}


@require_safe
def show(request: HttpRequest, space: str, show: str) -> HttpResponse:
    person = request.user
    page = texts.whole(show_or_404(person, space, show))
    everything = EpisodePage.objects.descendant_of(page)
    writer = may_write(person, page.space)
    drafts: Any = ()
    if writer:
        drafts = with_own_drafts(person, everything.filter(live=False)).for_episodes()
        drafts = drafts.order_by("-latest_revision_created_at")[:MAX_DRAFTS]
    context = {
        "page": page,
        "is_draft": not page.live,
        "newer": page.live and page.has_unpublished_changes and may_edit(person, page),
        "space": page.space,
        "episodes": paginate(request, visible_to(person, everything).for_episodes().newest_first()),
        "drafts": drafts,
        "may_write": writer,
        "editing": presence.notice(page, person),
        "may_edit": may_edit(person, page),
        "may_delete": may_delete(person, page),
    }
    return render(request, "podcasts/show_page.html", context)


@require_safe
def episode(request: HttpRequest, space: str, show: str, episode: str) -> HttpResponse:
    person = request.user
    page = texts.whole(episode_or_404(person, space, show, episode))
    found_show = show_of(person, page)
    first, last = paths_below(page.path[: -page.steplen])
    before, after = neighbours(person, page, first=first, last=last)
    timed = transcripts.is_timed(page.transcript)
    context = {
        "page": page,
        "space": page.space,
        "show": found_show,
        "is_draft": not page.live,
        "newer": page.live and page.has_unpublished_changes and may_edit(person, page),
        "cover_url": found_show.cover_url if found_show else "",
        "transcript_url": "#transcript" if page.transcript else "",
        "elsewhere": urlsplit(page.enclosure_url).hostname if page.enclosure_url else "",
        "place": render_to_string("podcasts/_place.html", {"season": page.season, "number": page.number}),
        "recording": page.heard,
        "cues": cues_of(page.transcript) if page.transcript else (),
        "timed": timed,
        "captions_url": reverse("podcasts:captions", args=[space, show, episode]) if timed else "",
        "before": before,
        "after": after,
        "editing": presence.notice(page, person),
        "may_edit": may_edit(person, page),
        "may_delete": may_delete(person, page),
        "talk": thread.on_page(request, page),
        "has_history": True,
    }
    return render(request, "podcasts/episode_page.html", context)


@require_safe
def captions(request: HttpRequest, space: str, show: str, episode: str) -> HttpResponse:
    page = episode_or_404(request.user, space, show, episode)
    if not transcripts.is_timed(page.transcript):
        raise Http404
    return HttpResponse(transcripts.to_vtt(page.transcript), content_type="text/vtt; charset=utf-8")
