"""Writing podcasts: shows and episodes. All views answer 404 to people who cannot write here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from desk.writing import WritingView
from pages import actions
from pages.permissions import may_delete, may_edit
from podcasts.forms import EpisodeForm, ShowForm
from podcasts.models import EpisodePage, ShowPage
from podcasts.views import episode_or_404, podcasts_or_404, show_of, show_or_404
from text import phrases


class ShowDesk(WritingView):
    form_class = ShowForm
    template_name = "podcasts/write_show.html"

    def find_parent(self) -> Any:
        return podcasts_or_404(self.person, self.kwargs["space"])

    def find_page(self) -> Any:
        show = self.kwargs.get("show")
        return show_or_404(self.person, self.kwargs["space"], show) if show else None

    def new_page(self) -> ShowPage:
        return ShowPage()


class EpisodeDesk(WritingView):
    form_class = EpisodeForm
    template_name = "podcasts/write_episode.html"

    def find_parent(self) -> Any:
        return show_or_404(self.person, self.kwargs["space"], self.kwargs["show"])

    def find_page(self) -> Any:
        episode = self.kwargs.get("episode")
        return episode_or_404(self.person, self.kwargs["space"], self.kwargs["show"], episode) if episode else None

    def new_page(self) -> EpisodePage:
        return EpisodePage()

    def extra_context(self) -> dict[str, Any]:
        return {"parent": show_of(self.person, self.page) if self.page else self.parent}


write_show = ShowDesk.as_view()
write_episode = EpisodeDesk.as_view()


def either_or_404(person: Any, space: str, show: str, episode: str | None) -> Any:
    return episode_or_404(person, space, show, episode) if episode else show_or_404(person, space, show)


@require_POST
def unpublish(request: HttpRequest, space: str, show: str, episode: str | None = None) -> HttpResponse:
    page = either_or_404(request.user, space, show, episode)
    if not may_edit(request.user, page):
        raise Http404
    if page.live:
        actions.unpublish_page(person=request.user, page=page)
    messages.success(request, phrases.NOW_A_DRAFT % {"title": page.title})
    return redirect("podcasts:index", space)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, space: str, show: str, episode: str | None = None) -> HttpResponse:
    page = either_or_404(request.user, space, show, episode)
    if not may_delete(request.user, page):
        raise Http404
    if request.method == "POST":
        actions.delete_page(person=request.user, page=page)
        messages.success(request, phrases.DELETED % {"title": page.title})
        return redirect("podcasts:show", space, show) if episode else redirect("podcasts:index", space)
    return render(request, "podcasts/confirm_delete.html", {"page": page, "space": page.space})
