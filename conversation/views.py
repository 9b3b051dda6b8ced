"""Writing comments and reacting. A comment is shown below its page, which `conversation.thread` reads."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conversation import access, actions, rendering, thread
from conversation.forms import CommentForm
from conversation.models import Comment
from desk import drafts
from pages.models import BasePage
from people.once import came_of, once, taken
from text import phrases
from text.compare import compare
from web.numbers import whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, path: str) -> HttpResponse:
    """A new comment, or with `parent` an answer; with `quote` it begins with the words of that one."""
    page = access.page_or_404(request.user, path)
    if not access.may_comment(request.user, page):
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    parent = _parent_or_404(page, asked.get("parent", ""))
    begun: dict[str, Any] = {"parent": parent and parent.pk}
    if parent is not None and "quote" in request.GET:
        begun["body"] = rendering.quoted(parent.body)
    form = CommentForm(request.POST or None, initial=begun, auto_id=f"id_{parent.pk}_%s" if parent else "id_%s")

    def make() -> str:
        made = actions.comment(person=request.user, page=page, body=form.cleaned_data["body"], parent=parent)
        return thread.address_of(made, page)

    context = {"page": page, "parent": parent, "action": f"{page.get_absolute_url()}-/comments/"}
    return _form(request, form, make, _("Your comment is on the page."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    comment = access.comment_or_404(request.user, pk)
    if not access.may_edit(request.user, comment):
        raise Http404
    form = CommentForm(request.POST or None, initial={"body": comment.body}, auto_id=f"id_edit_{pk}_%s")

    def make() -> str:
        actions.edit(person=request.user, comment=comment, body=form.cleaned_data["body"])
        return thread.address_of(comment, comment.page)

    context = {"page": comment.page, "comment": comment, "action": f"{comment.get_absolute_url()}edit/"}
    return _form(request, form, make, str(phrases.COMMENT_SAVED), context)


def _form(
    request: HttpRequest, form: CommentForm, make: Callable[[], str], done: str, context: dict[str, Any]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            url, is_first = once(request, make)
        except ValidationError as problem:
            form.add_error("body", problem)
        else:
            if is_first:
                messages.success(request, done)
            return taken(request, redirect(url))
    if url := came_of(request):
        return taken(request, redirect(url))
    # `part=form` is for the script that shows the form in its place below the page.
    inline = request.method == "GET" and request.GET.get("part") == "form"
    context |= {"form": form, "space": context["page"].space, "inline": inline, "kept": _kept(request, form)}
    name = "conversation/_form.html" if inline else "conversation/write.html"
    return render(request, name, context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, form: CommentForm) -> drafts.Opened:
    """What the person has begun here comes back at once: the newest draft of an answer to the same comment."""
    kept = drafts.opened(request, form=form)
    if kept.draft is None and drafts.FIELD not in request.GET and "quote" not in request.GET:
        parent = form["parent"].value()
        same = [each for each in kept.others if whole_number(each.fields.get("parent") or "") == parent]
        if same:
            kept.draft, kept.stamp = same[0], same[0].stamp
            kept.others = [each for each in kept.others if each is not same[0]]
    if kept.draft is not None:
        drafts.fill(form, kept.draft)
    return kept


def _parent_or_404(page: BasePage, asked: str) -> Comment | None:
    if not asked:
        return None
    said = Comment.objects.said().filter(page_id=page.pk).select_related("person")
    return get_object_or_404(said, pk=whole_number(asked) or 0)


@require_safe
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """The lasting address of a comment leads to where it is shown now."""
    found = access.comment_or_404(request.user, pk)
    return redirect(thread.address_of(found, found.page))


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What a comment said before it was edited, and what changed each time."""
    found = access.comment_or_404(request.user, pk)
    texts = [*found.versions.order_by("pk").values_list("at", "body"), (found.edited_at or found.at, found.body)]
    changes = [{"at": at, "comparison": compare(before, body)} for (_at, before), (at, body) in pairwise(texts)]
    context = {
        "page": found.page,
        "space": found.page.space,
        "comment": found,
        "changes": changes[::-1],
        "first": texts[0],
    }
    return render(request, "conversation/history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.comment_or_404(request.user, pk)
    if not access.may_delete(request.user, found):
        raise Http404
    if request.method == "POST":
        actions.delete(person=request.user, comment=found)
        messages.success(request, _("The comment has been deleted."))
        return redirect(thread.address_of(found, found.page))
    return render(
        request, "conversation/delete.html", {"comment": found, "page": found.page, "space": found.page.space}
    )


@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.comment_or_404(request.user, pk)
    resolved = request.POST.get("resolved") != "0"
    _permitted(lambda: actions.resolve(person=request.user, comment=found, resolved=resolved))
    done = _("The thread is resolved. You find it among the resolved ones.")
    messages.success(request, done if resolved else _("The thread is open again."))
    return redirect(found.page.get_absolute_url() + thread.place())


@require_POST
def react_to_comment(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.comment_or_404(request.user, pk)
    kind = request.POST.get("reaction", "")
    _permitted(lambda: actions.react(person=request.user, page=found.page, comment=found, kind=kind))
    return redirect(thread.address_of(found, found.page))


@require_POST
def react(request: HttpRequest, path: str) -> HttpResponse:
    page = access.page_or_404(request.user, path)
    kind = request.POST.get("reaction", "")
    _permitted(lambda: actions.react(person=request.user, page=page, kind=kind))
    return redirect(page.get_absolute_url() + thread.place())


@require_POST
def close(request: HttpRequest, path: str) -> HttpResponse:
    page = access.page_or_404(request.user, path)
    closed = request.POST.get("closed") != "0"
    _permitted(lambda: actions.close(person=request.user, page=page, closed=closed))
    done = _("Comments on this page are closed. What was said stays.")
    messages.success(request, done if closed else _("Comments on this page are open."))
    return redirect(page.get_absolute_url() + thread.place())


def _permitted(act: Callable[[], Any]) -> None:
    """What a person is not offered answers like what is not there."""
    try:
        act()
    except PermissionDenied:
        raise Http404 from None
