"""Writing a blog: new post, edit, unpublish, delete. All answer 404 to people who cannot write here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from blog.forms import PostForm
from blog.models import BlogPostPage
from blog.views import blog_or_404, post_or_404
from desk.writing import WritingView
from pages import actions
from pages.permissions import may_delete, may_edit
from text import phrases


class PostDesk(WritingView):
    form_class = PostForm
    template_name = "blog/write.html"

    def find_parent(self) -> Any:
        return blog_or_404(self.person, self.kwargs["space"])

    def find_page(self) -> Any:
        slug = self.kwargs.get("slug")
        return post_or_404(self.person, self.kwargs["space"], slug) if slug else None

    def new_page(self) -> BlogPostPage:
        return BlogPostPage()


write = PostDesk.as_view()


@require_POST
def unpublish(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    page = post_or_404(request.user, space, slug)
    if not may_edit(request.user, page):
        raise Http404
    if page.live:
        actions.unpublish_page(person=request.user, page=page)
    messages.success(request, phrases.NOW_A_DRAFT % {"title": page.title})
    return redirect("blog:index", space) if not may_edit(request.user, page) else redirect(page.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    page = post_or_404(request.user, space, slug)
    if not may_delete(request.user, page):
        raise Http404
    if request.method == "POST":
        actions.delete_page(person=request.user, page=page)
        messages.success(request, phrases.DELETED % {"title": page.title})
        return redirect("blog:index", space)
    return render(request, "blog/confirm_delete.html", {"page": page, "space": page.space})
