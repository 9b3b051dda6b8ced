"""Keeping drafts: saved a few seconds after a pause, shown again in the form, used up when the form is saved.

A save is one short statement outside the lock of page writers, so it holds nobody up. Of two openings of the same draft
neither overwrites the other: the second to save gets a draft of its own.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from django import forms
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from desk.models import Draft
from desk.unsaved import NEVER_SHOWN
from limits import DRAFT_BYTES, DRAFT_KEPT_DAYS, DRAFTS, PATH_CHARACTERS, TITLE_CHARACTERS
from pages.access import with_own_drafts
from pages.models import BasePage
from people import once
from text.invisible import one_line
from web.numbers import whole_number

FIELD = "draft"
#: Fields about the form itself. What begins with `draft` is about the draft.
NOT_KEPT = NEVER_SHOWN | {once.FIELD, "action", FIELD}
#: Fields that name what is written, the first that is filled in; of a text the first line.
NAMES = ("title", "name", "body")
#: Of a first line that is too long for a title.
TITLE_OF_TEXT = 80
OFFERED = 20


class TooMuch(Exception):
    """The person has too many drafts, or too long ones."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which draft a form lies upon, and the save that it has seen."""

    key: uuid.UUID | None = None
    tab: str = ""
    turn: int = 0

    @classmethod
    def of(cls, typed: str) -> Stamp:
        key, _colon, rest = typed.partition(":")
        tab, _colon, turn = rest.partition(":")
        found = key_of(key)
        return cls(found, tab[:32], _turn(turn)) if found else cls()


@dataclass(slots=True)
class Opened:
    """The drafts of a form: the one shown in it, and others that the person can continue instead."""

    draft: Draft | None = None
    others: list[Draft] = field(default_factory=list)
    stamp: str = ""
    page: int | None = None
    #: Whether what is in the form came back from the server unsaved.
    unsaved: bool = False
    #: Whether somebody has saved the page since the draft was started.
    is_behind: bool = False
    #: Whether readers see a published version of the page.
    is_live: bool = False


def key_of(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


def path_of(typed: str) -> str:
    """What `request.path` is at an address of this site as a browser has it; "" for any other."""
    path = unquote(typed)
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_ours and path.isprintable() else ""


def _turn(typed: str) -> int:
    return min(whole_number(typed) or 0, 2_000_000_000)


def drafts_of(person: Any) -> Any:
    return Draft.objects.filter(person_id=person.pk)


def typed_in(posted: QueryDict) -> dict[str, Any]:
    """The fields to keep: never passwords, never files."""
    kept: dict[str, Any] = {}
    for name, values in posted.lists():
        if name in NOT_KEPT or name.startswith("draft_") or "password" in name:
            continue
        # PostgreSQL cannot store the character 0.
        clean = [value.replace("\0", "").replace("\r\n", "\n") for value in values]
        kept[name.replace("\0", "")[:100]] = clean[0] if len(clean) == 1 else clean
    return kept


def keep(
    person: Any, *, upon: Stamp, form_key: uuid.UUID, tab: str, turn: int, fields: dict[str, Any], **place: Any
) -> tuple[Draft, bool]:
    """Save a draft, and whether it had to become another one, because the draft was saved or deleted elsewhere.

    `upon` is what the form has seen, empty at its first save; `tab` and `turn` are this opening of the form and the
    number of its save, so that a request that comes late or twice does nothing. `place`: path, heading and page.
    """
    key = upon.key or form_key
    draft = Draft(person=person, key=key, fields=fields, tab=tab, turn=turn)
    draft.title = next(filter(None, (_first_line(fields.get(name)) for name in NAMES)), "")
    draft.path, draft.heading = place["path"][:PATH_CHARACTERS], one_line(place["heading"])[:255]
    draft.size = len(json.dumps(fields))
    _check_room(draft)
    if _put(draft, upon, place["page"], is_new=upon.key is None):
        return draft, False
    # The same each time, so that a request sent again finds what its first one made.
    draft.key = uuid.uuid5(key, tab)
    _put(draft, Stamp(), place["page"], is_new=True)
    return draft, True


def _first_line(typed: Any) -> str:
    first = str(typed or "").strip().partition("\n")[0]
    return one_line(first if len(first) <= TITLE_CHARACTERS else f"{first[:TITLE_OF_TEXT]}…")


def _check_room(draft: Draft) -> None:
    others = Draft.objects.filter(person_id=draft.person_id).exclude(key=draft.key)
    taken = others.order_by().aggregate(number=Count("pk"), bytes=Sum("size"))
    if taken["number"] >= DRAFTS or (taken["bytes"] or 0) + draft.size > DRAFT_BYTES:
        raise TooMuch


def _put(draft: Draft, upon: Stamp, page: int | None, *, is_new: bool) -> bool:
    """Save it, unless it is newer than what the form has seen."""
    row = Draft.objects.filter(person_id=draft.person_id, key=draft.key)
    seen = Q(tab=upon.tab, turn__lte=upon.turn) if upon.key else Q(pk=None)
    content = {name: getattr(draft, name) for name in ("title", "fields", "size", "tab", "turn", "saved_at")}
    if row.filter(seen | Q(tab=draft.tab, turn__lt=draft.turn)).update(**content):
        return True
    if (tab := row.values_list("tab", flat=True).first()) is not None:
        # From here, and newer: this request was overtaken.
        return tab == draft.tab
    if not is_new:
        return False
    draft.page_id = _readable(draft.person, page)
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        # Another save of this form came first.
        draft.pk = None
        return _put(draft, upon, page, is_new=False)
    return True


def _readable(person: Any, page: int | None) -> int | None:
    return page and with_own_drafts(person, BasePage.objects.filter(pk=page)).values_list("pk", flat=True).first()


def opened(request: HttpRequest, *, page: Any = None, form: Any = None) -> Opened:
    """The drafts of the form at this address. The newest one over a page is shown; `?draft=` asks for a certain one."""
    person: Any = request.user
    if request.method == "POST":
        ours = form is None or form.is_bound
        return Opened(stamp=request.POST.get(FIELD, "")[:100] if ours else "", page=page and page.pk, unsaved=ours)
    own = drafts_of(person).filter(page=page) if page else drafts_of(person).filter(page=None, path=request.path)
    found, asked = list(own[: OFFERED + 1]), key_of(request.GET.get(FIELD, ""))
    if asked and asked not in {each.key for each in found}:
        # Begun at an address that has changed since.
        found += drafts_of(person).filter(key=asked, page=page)
    found = [each for each in found if form is None or form.fields.keys() & each.fields.keys()]
    shown = next((each for each in found if each.key == asked), None)
    if page is not None and not asked:
        shown = next(iter(found), None)
    others = [each for each in found if each is not shown]
    begun = whole_number(str(shown.fields.get("base_revision") or "")) if shown else None
    return Opened(
        draft=shown,
        others=others,
        stamp=shown.stamp if shown else "",
        page=page and page.pk,
        is_behind=bool(page and begun and begun != page.latest_revision_id),
        is_live=bool(page and page.live),
    )


def fill(form: Any, draft: Draft) -> None:
    """Show the draft in an unbound form."""
    for name, each in form.fields.items():
        if isinstance(each, forms.BooleanField):
            # Browsers do not send an empty box.
            form.initial[name] = bool(draft.fields.get(name))
        elif name in draft.fields and name not in NOT_KEPT and not isinstance(each, forms.FileField):
            form.initial[name] = draft.fields[name]
    form._bound_fields_cache.clear()


def use_up(request: HttpRequest) -> None:
    """Delete the draft of a form that is saved now, unless it has been continued elsewhere meanwhile."""
    if FIELD not in request.POST:
        return
    stamp = Stamp.of(request.POST[FIELD])
    rows = Q(key=stamp.key, tab=stamp.tab)
    if stamp.key is None:
        # The answer to its first save may have been lost.
        rows = Q(key=once.key_of(request))
    drafts_of(request.user).filter(rows).delete()


def is_gone(request: HttpRequest) -> bool:
    """Whether the form lies upon a draft that was published or deleted elsewhere."""
    stamp = Stamp.of(request.POST.get(FIELD, ""))
    return stamp.key is not None and not drafts_of(request.user).filter(key=stamp.key).exists()


def keep_posted(request: HttpRequest, fields: QueryDict, *, page: Any) -> bool:
    """Keep a form that was sent to be saved as a draft; whether it had to become another draft."""
    person: Any = request.user
    place = {"path": request.path, "heading": page.title, "page": page.pk}
    form_key = once.key_of(request) or uuid.uuid4()
    stamp, tab = Stamp.of(request.POST.get(FIELD, "")), uuid.uuid4().hex
    _draft, is_apart = keep(person, upon=stamp, form_key=form_key, tab=tab, turn=1, fields=typed_in(fields), **place)
    return is_apart


def pages_of(person: Any, drafts: Iterable[Draft]) -> dict[int, Any]:
    """The pages that these drafts are over, as far as the person can read them."""
    numbers = {draft.page_id for draft in drafts if draft.page_id}
    readable = with_own_drafts(person, BasePage.objects.filter(pk__in=numbers)).select_related("space")
    return {page.pk: page for page in readable.defer("body", "html", "plain")} if numbers else {}


def forget_old() -> None:
    Draft.objects.filter(saved_at__lt=timezone.now() - timedelta(days=DRAFT_KEPT_DAYS)).delete()
