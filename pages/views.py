"""The list of spaces, the front page of a space, author invitations, and former addresses."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pages import kinds
from pages.access import page_or_404, visible_to
from pages.actions import agree, decline
from pages.authorship import invitations_for
from pages.entries import COLUMNS, Entry, news
from pages.former import page_that_left
from pages.models import BasePage, SpacePage
from pages.permissions import may_administer, may_write
from pages.prepared import PreparedQuery
from pages.rendering import PageRenderContext, show_text
from people.models import Membership, Space
from people.permissions import may_ask_to_join, roles_of
from web.numbers import whole_number
from web.paging import paginate


@require_safe
def space_index(request: HttpRequest) -> HttpResponse:
    person = request.user
    roles = roles_of(person)
    spaces = list(Space.objects.visible_to(person))
    groups = [(label, [space for space in spaces if space.kind == kind]) for kind, label in Space.Kind.choices]
    context = {
        "groups": [(label, members) for label, members in groups if members],
        "mine": [space for space in spaces if space.pk in roles],
        "total": len(spaces),
    }
    return render(request, "pages/space_index.html", context)


def _newest_of_space(reader: Any, space: int) -> Any:
    pages = news(BasePage.objects.filter(space=space), kinds.news_of_space())
    return visible_to(reader, pages).newest_first().values_list(*COLUMNS)[:12]


newest_of_space = PreparedQuery(_newest_of_space, space=int)


@require_safe
def space_page(request: HttpRequest, space: str) -> HttpResponse:
    page = page_or_404(request.user, SpacePage.objects.select_related("space"), f"/spaces/{space}/")
    newest = [Entry.of(row) for row in newest_of_space(request.user, space=page.space_id)]
    members = Membership.objects.filter(space=page.space).order_by()
    owners = list(
        members.filter(role="owner")
        .select_related("person")
        .annotate(members=Subquery(members.values("space").annotate(count=Count("pk")).values("count")))
    )
    role = roles_of(request.user).get(page.space_id, "")
    context = {
        "page": page,
        "space": page.space,
        "rooms": [room for room in kinds.rooms() if room.write_label],
        "intro": [_landing_block(page, block) for block in page.intro],
        "entries": newest,
        "owners": [membership.person for membership in owners if membership.person.is_active],
        "member_count": owners[0].members if owners else members.count(),
        "role": role,
        "may_write": may_write(request.user, page.space),
        "may_administer": may_administer(request.user, page.space),
        "may_ask": may_ask_to_join(request.user, page.space),
        "has_asked": not role and page.space.asked_by(request.user),
    }
    return render(request, "pages/space_page.html", context)


def _landing_block(page: SpacePage, block: Any) -> dict[str, Any]:
    if block.block_type == "text":
        html = show_text(block.value, context=PageRenderContext(page)).html
        return {"kind": "text", "html": html}
    return {"kind": "links", "links": [dict(link) for link in block.value]}


@require_http_methods(["GET", "HEAD", "POST"])
def named(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    if request.method == "POST":
        number = whole_number(request.POST.get("invitation", ""))
        invitation = get_object_or_404(invitations_for(person), pk=number or 0)
        title = {"title": invitation.page.title}
        if request.POST.get("answer") == "declined":
            decline(person=person, invitation=invitation)
            messages.success(request, _("Your name is removed from “%(title)s”. No one can add it again.") % title)
        elif request.POST.get("answer") == "agreed":
            agree(person=person, invitation=invitation)
            messages.success(request, _("You are named as an author of “%(title)s”.") % title)
        else:
            messages.error(request, _("Choose whether you want to be named as an author of “%(title)s”.") % title)
        return redirect("pages:named")
    return render(request, "pages/named.html", {"invitations": paginate(request, invitations_for(person))})


@require_safe
def former_address(request: HttpRequest, path: str) -> HttpResponse:
    """The fallback view: redirects from a former address, for people who can read the page."""
    page = page_that_left(request.user, path)
    if page is None:
        raise Http404
    return HttpResponseRedirect(page.get_absolute_url())
