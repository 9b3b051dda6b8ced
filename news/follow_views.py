"""What a person follows, and the choice of how closely to follow a page."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from taggit.models import Tag

from news import follows
from news.models import DepartmentFollow, Follow, Level
from pages.access import page_or_404, visible_to, with_own_drafts
from pages.models import BasePage
from people.models import Person, Space
from web.numbers import whole_number

Kind = Follow.Kind
#: What each level means, in the order of the form.
LEVELS = (
    (Level.ALL, Level.ALL.label, gettext_lazy("New pages, changes and comments.")),
    (Level.NEW, Level.NEW.label, gettext_lazy("New pages and new conversations, not each change.")),
    (Level.MENTIONS, Level.MENTIONS.label, gettext_lazy("Mentions and answers.")),
    (
        Level.MUTED,
        gettext_lazy("Mute"),
        gettext_lazy("Nothing, not even mentions. Requests that wait for your answer still reach you."),
    ),
    (Level.NONE, gettext_lazy("Do not follow"), gettext_lazy("You are told only if you are mentioned or asked.")),
)


@require_http_methods(["GET", "HEAD", "POST"])
def of_page(request: HttpRequest, path: str) -> HttpResponse:
    """How closely to follow the page at this address, alone or with the pages below it; POST `level`, `kind`."""
    person: Any = request.user
    page = page_or_404(person, BasePage.objects.select_related("space"), f"/spaces/{path}/", drafts=True)
    is_space = page.depth == follows.SPACE_DEPTH
    holds_others = (
        (not is_space and page.specific_kind.holds_others) or bool(page.specific_kind.room) or page.numchild > 0
    )
    kinds = [Kind.SPACE] if is_space else [Kind.BRANCH, Kind.PAGE] if holds_others else [Kind.PAGE]
    things = {Kind.SPACE: page.space_id, Kind.BRANCH: page.pk, Kind.PAGE: page.pk}
    if request.method == "POST":
        kind, level = request.POST.get("kind") or kinds[0], request.POST.get("level", "")
        if kind not in kinds or level not in Level.values:
            messages.error(request, _("Choose how closely you want to follow this page."))
            return redirect(request.path)
        follows.follow(person, kind, page.space if kind == Kind.SPACE else page, level)
        messages.success(request, said(level, page.title))
        return redirect(page.get_absolute_url())
    rows = Follow.objects.filter(follower=person, target__in=[follows.target(kind, things[kind]) for kind in kinds])
    levels = dict(rows.values_list("kind", "level"))
    current = next((kind for kind in kinds if levels.get(kind, Level.NONE) != Level.NONE), kinds[0])
    context = {
        "page": page,
        "space": page.space,
        "kinds": [(kind, Kind(kind).label) for kind in kinds],
        "kind": current,
        "level": levels.get(current, Level.NONE),
        "levels": LEVELS,
    }
    return render(request, "news/follow.html", context)


def said(level: str, title: str) -> str:
    if level == Level.NONE:
        return _("You no longer follow “%(title)s”.") % {"title": title}
    if level == Level.MUTED:
        return _("“%(title)s” is muted.") % {"title": title}
    return _("You follow “%(title)s”.") % {"title": title}


@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HttpRequest) -> HttpResponse:
    """Everything that a person follows. POST `kind`, `key` and `level` change one of them, or follow something new."""
    person: Any = request.user
    if request.method == "POST":
        kind, level = request.POST.get("kind", ""), request.POST.get("level", "")
        if level not in Level.values or kind not in Kind.values:
            messages.error(request, _("Choose how closely you want to follow this."))
            return redirect("news:following")
        thing, title = _thing(person, kind, request.POST.get("key", ""))
        follows.follow(person, kind, thing, level)
        messages.success(request, said(level, title))
        back = request.POST.get("back", "")
        safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
        return redirect(back if safe else "/following/")
    rows = follows.shown(person)
    departments = DepartmentFollow.objects.filter(members_of__memberships__person=person).exclude(
        space__in=Follow.objects.filter(follower=person, kind=Kind.SPACE).values("space")
    )
    spaces = Space.objects.visible_to(person)
    context = {
        "groups": [
            (label, found) for kind, label in Kind.choices if (found := [row for row in rows if row.kind == kind])
        ],
        "departments": departments.filter(space__in=spaces).select_related("space", "members_of"),
        "levels": [(value, label) for value, label, _hint in LEVELS],
    }
    return render(request, "news/following.html", context)


def _thing(person: Any, kind: str, key: str) -> tuple[Any, str]:
    """What `key` names, if `person` may know of it, and how it is called. Raises `Http404`."""
    number = whole_number(key) or 0
    if kind == Kind.SEARCH:
        wanted = follows.clean_search(key)
        if not wanted:
            raise Http404
        return wanted, follows.title_of_search(wanted)
    if kind in {Kind.PAGE, Kind.BRANCH}:
        found: Any = with_own_drafts(person, BasePage.objects.all()).filter(pk=number, space__isnull=False).first()
    elif kind == Kind.SPACE:
        found = Space.objects.visible_to(person).filter(pk=number).first()
    elif kind == Kind.PERSON:
        found = Person.objects.filter(pk=number, is_active=True).first()
    else:
        found = Tag.objects.filter(pk=number).first()
        # A tag is known to those who can read a page with it.
        if found and not visible_to(person, BasePage.objects.filter(tagged_items__tag=found)).exists():
            found = None
    if found is None:
        raise Http404
    return found, str(getattr(found, "title", None) or found.name)
