"""Merges two edits of a page, three-way, field by field, for all fields of its form.

A field that only one of them changed takes that value. Lists get what either added and lose what either removed; texts
are merged by lines and words (`text.merge`). The rest contradicts, and the second author decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms

from people.fields import same_key, terms_in
from text.merge import Conflict, Merge, merge
from text.titles import title_key

#: Fields about the form itself, or not stored in a version of the page. The form decides the audience,
#: which belongs to the page and not to a version.
NOT_OF_THE_TEXT = frozenset(
    {"change_note", "minor", "base_revision", "form_key", "section", "settling", "parent", "audience", "audience_seen"}
)
#: Descriptions for pictures of the text, which are in it by now.
DESCRIPTIONS = ("alt_", "decorative_")
TEXTS = frozenset({"body", "transcript", "summary"})
#: How two entries of a list are known to be the same.
LISTS: dict[str, Callable[[str], str]] = {"tags": title_key, "authors": same_key}
#: Fields that can show both passages one after the other.
ROOM_FOR_BOTH = frozenset({"body", "transcript"})


@dataclass(frozen=True, slots=True)
class Contradiction:
    name: str
    label: str
    theirs: str


@dataclass(slots=True)
class Joined:
    """`typed` is the form data with both edits in it, to be checked and saved, or shown."""

    typed: Any
    names: tuple[str, str] = ("", "")
    contradictions: list[Contradiction] = field(default_factory=list)
    passages: list[Conflict] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.contradictions and not self.passages


def join(form: Any, *, base: dict[str, Any], theirs: dict[str, Any], names: tuple[str, str] = ("2", "1")) -> Joined:
    """`form` is bound; `base` and `theirs` are form values of the page: when the author started, and now.

    `names` of the other author and of this one stand at the marks where their words contradict.
    """
    joined = Joined(form.data.copy(), names)
    for name in _names(form):
        mine, before, now = _mine(form, name), _as_typed(base.get(name)), _as_typed(theirs.get(name))
        seen = form.data.get(f"{name}_seen")
        before = before if seen is None else _as_typed(seen)
        if mine is None:
            # Not in the form: stays as it is.
            continue
        if mine == before:
            _set(joined.typed, name, now)
        elif now in (before, mine):
            _set(joined.typed, name, mine)
        elif name in LISTS:
            _set(joined.typed, name, _join_lists(LISTS[name], before, mine, now))
        elif name in TEXTS:
            _join_texts(joined, form, name, merge(before, mine, now))
        else:
            _set(joined.typed, name, mine)
            joined.contradictions.append(Contradiction(name, _label(form, name), now))
    for name in form.fields:
        if name.endswith("_seen") and name != "audience_seen":
            _set(joined.typed, name, _as_typed(theirs.get(name.removesuffix("_seen"))))
        elif name.endswith("_remove"):
            joined.typed.pop(name, None)
    return joined


def _names(form: Any) -> Iterator[str]:
    for name, one in form.fields.items():
        of_the_form = name in NOT_OF_THE_TEXT or name.endswith(("_seen", "_remove")) or name.startswith(DESCRIPTIONS)
        if not of_the_form and not isinstance(one, forms.FileField):
            yield name


def _mine(form: Any, name: str) -> str | None:
    """The posted value, or None if the form did not have the field.

    An unticked box is not posted; the description beside it is.
    """
    stem = name.rpartition("_")[0]
    if name.endswith("_kept") and form.data.get(f"{stem}_remove"):
        return ""
    if name in form.data:
        # As the names that were found are spelt.
        return _as_typed(form[name].value() if name in LISTS else form.data[name])
    is_box = isinstance(form.fields[name], forms.BooleanField)
    return "" if is_box and f"{stem}_alt" in form.data else None


def _as_typed(value: Any) -> str:
    if value is None or value is False:
        return ""
    return "on" if value is True else str(value).replace("\r\n", "\n").replace("\r", "\n")


def _set(typed: Any, name: str, value: str) -> None:
    typed[name] = value


def _join_texts(joined: Joined, form: Any, name: str, merged: Merge) -> None:
    if merged.is_clean:
        _set(joined.typed, name, merged.text)
    elif name in ROOM_FOR_BOTH:
        _set(joined.typed, name, merged.marked(*joined.names))
        joined.passages += merged.conflicts
    else:
        joined.contradictions.append(Contradiction(name, _label(form, name), merged.conflicts[0].theirs))


def _join_lists(same: Callable[[str], str], before: str, mine: str, now: str) -> str:
    """Theirs, without what I removed and with what I added."""
    was, here, there = ({same(one): one for one in terms_in(text)} for text in (before, mine, now))
    kept = [word for key, word in there.items() if key in here or key not in was]
    kept += [word for key, word in here.items() if key not in there and key not in was]
    return ", ".join(kept)


def _label(form: Any, name: str) -> str:
    return str(form.fields[name].label or form.fields.get(name.rpartition("_")[0], form.fields[name]).label or name)
