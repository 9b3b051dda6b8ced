"""Saving a page in Wagtail's admin keeps what others have saved since the form was opened.

Wagtail warns if scripts run, and then overwrites. Here the form is merged with the newest version before Wagtail reads
it: field by field, and the text passage by passage, as in the wiki. If both changed the same thing, the form comes back
as typed, with the other person's value beside the field; sending it again is a decision.
"""

from typing import Any

from django.contrib import messages
from django.forms import CheckboxInput
from django.http import HttpRequest, QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from taggit.utils import parse_tags

from text import phrases
from text.merge import merge
from web.numbers import whole_number

AUTHORS = "page_authors"


def joined(request: HttpRequest, page: Any) -> QueryDict:
    """The posted data merged with `page`, the newest version; `contradictions` has conflicts by field."""
    data = request.POST.copy()
    data.contradictions = {}  # type: ignore[attr-defined]
    base = seen_version(request.POST, page)
    authors = _authors_typed(data)
    if base is not None:
        data.contradictions = _join_fields(data, base, page, request.user)  # type: ignore[attr-defined]
        if authors is not None:
            authors = _three_way(_authors(base), authors, _authors(page))
        data.pop("overwrite_revision_id", None)
        data["loaded_revision_id"] = str(page.latest_revision_id)
        if not data.contradictions and page.latest_revision.user != request.user:  # type: ignore[attr-defined]
            words = phrases.CHANGES_JOINED
            messages.info(request, words % {"name": _writer(page)})
    if authors is not None:
        _write_authors(data, authors, page)
    return data


def seen_version(posted: QueryDict, page: Any) -> Any:
    """The version that the form is based on; None if it is the newest, an empty page if unknown."""
    latest = page.latest_revision
    if latest is None:
        return None
    own = posted.get("overwrite_revision_id", "")
    number = whole_number(own or posted.get("loaded_revision_id", ""))
    found = page.revisions.filter(pk=number).first() if number else None
    if found == latest:
        # Autosave may have overwritten this version since.
        loaded_at = posted.get("loaded_revision_created_at") or latest.created_at.isoformat()
        if own or loaded_at == latest.created_at.isoformat():
            return None
        found = page.revisions.filter(pk__lt=latest.pk).order_by("-pk").first()
    version = found.as_object() if found else type(page)()
    version.space = page.space
    return version


def _writer(page: Any) -> str:
    writer = page.latest_revision.user
    return writer.name if writer else _("Someone")


def _join_fields(data: QueryDict, base: Any, page: Any, person: Any) -> dict[str, str]:
    """Set in `data` what only the others changed; return messages for what both changed."""
    form_class = type(page).get_edit_handler().get_form_class()
    before, now = (form_class(instance=version, for_user=person) for version in (base, page))
    typed = form_class(data, instance=base, for_user=person)
    contradictions = {}
    for name in before.fields:
        if name not in data and not isinstance(before.fields[name].widget, CheckboxInput):
            continue
        old, new, mine = as_sent(before, name), as_sent(now, name), data.get(name)
        if _plain(mine) == _plain(old) or name not in typed.changed_data:
            _put(data, name, new)
        elif new in (old, mine) or _plain(new) == _plain(mine):
            continue
        elif name == "tags":
            tags = _three_way(*(parse_tags(text or "") for text in (old, mine, new)))
            data[name] = ", ".join(f'"{tag}"' for tag in tags)
        elif name == "body":
            merged = merge(*(_plain(text) for text in (old, mine, new)))
            data[name] = merged.text
            if not merged.is_clean:
                theirs = " … ".join(conflict.theirs.strip() for conflict in merged.conflicts)
                contradictions[name] = _words(page, theirs)
        else:
            contradictions[name] = _words(page, _plain(new))
    return contradictions


def _words(page: Any, theirs: str) -> str:
    return _(
        "%(name)s changed this to “%(theirs)s” while you were writing. Your text is below and is not "
        "saved yet. Combine both, then save again."
    ) % {"name": _writer(page), "theirs": Truncator(theirs).chars(400)}


def as_sent(form: Any, name: str) -> str | None:
    """What a browser would send for an untouched field; None for an unticked box."""
    field = form[name]
    value, widget = field.value(), field.field.widget
    if isinstance(widget, CheckboxInput):
        return "on" if value else None
    if hasattr(widget, "choices") or hasattr(widget, "model_class"):
        value = getattr(value, "pk", value)
        return "" if value is None else str(value)
    formatted = widget.format_value(value)
    return "" if formatted is None else str(formatted)


def _put(data: QueryDict, name: str, value: str | None) -> None:
    if value is None:
        data.pop(name, None)
    else:
        data[name] = value


def _plain(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


def _three_way(base: list[Any], mine: list[Any], theirs: list[Any]) -> list[Any]:
    """Both people's additions and removals; in my order if only I changed it."""
    if theirs == base:
        return mine
    merged = [item for item in theirs if item in mine or item not in base]
    return merged + [item for item in mine if item not in base and item not in merged]


# Rows of authors get new ids with each save, so the ids in an open form become meaningless. An author is a
# person: read the rows of the form as a list of people, and write them as new rows.


def _authors(page: Any) -> list[str]:
    rows = sorted(page.page_authors.all(), key=lambda author: author.sort_order or 0)
    return [str(author.person_id) for author in rows]


def _authors_typed(data: QueryDict) -> list[str] | None:
    """The people in the form, in order; None if the form has no authors."""
    total = whole_number(data.get(f"{AUTHORS}-TOTAL_FORMS", ""))
    if total is None:
        return None
    rows = []
    for place in range(min(total, 1000)):
        row = {name: data.get(f"{AUTHORS}-{place}-{name}", "") for name in ("person", "ORDER", "DELETE")}
        if f"{AUTHORS}-{place}-person" in data and not row["DELETE"]:
            order = whole_number(row["ORDER"])
            rows.append((place if order is None else order, place, row["person"]))
    return list(dict.fromkeys(person for _order, _place, person in sorted(rows)))


def _write_authors(data: QueryDict, authors: list[str], page: Any) -> None:
    for name in [name for name in data if name.startswith(f"{AUTHORS}-")]:
        del data[name]
    data |= {f"{AUTHORS}-TOTAL_FORMS": str(len(authors)), f"{AUTHORS}-INITIAL_FORMS": "0"}  # type: ignore[assignment]
    data |= {f"{AUTHORS}-MIN_NUM_FORMS": "0", f"{AUTHORS}-MAX_NUM_FORMS": "1000"}  # type: ignore[assignment]
    for place, person in enumerate(authors):
        data[f"{AUTHORS}-{place}-person"] = person
        data[f"{AUTHORS}-{place}-ORDER"] = str(place + 1)
        data[f"{AUTHORS}-{place}-id"] = data[f"{AUTHORS}-{place}-DELETE"] = ""
    page.page_authors.set([])
