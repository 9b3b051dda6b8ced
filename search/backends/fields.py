"""What modelsearch's declarations (`SearchField`, `AutocompleteField`, `RelatedFields`) mean in the index.

A search field `title` is the index field `f_title`, one of a related object `f_author__name`; those for completion
begin with `ac_`. A site that keeps better fields of its own for a model says so with `alias`, and adds to documents
with `extend`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Manager, Model
from modelsearch.backends.base import get_model_root
from modelsearch.index import AutocompleteField, Indexed, RelatedFields, SearchField, class_is_indexed
from modelsearch.utils import get_descendant_models

from search.engine.analysis import written_positions

SEARCH, COMPLETE = "f_", "ac_"

Extension = Callable[[Sequence[Model]], list[dict[str, Any]]]
_extensions: list[Extension] = []
_aliases: dict[type[Model], dict[str, str]] = {}


def extend(extension: Extension) -> None:
    """Registers a function that gives more index fields for a list of objects of one model, in their order."""
    _extensions.append(extension)


def alias(model: type[Model], names: dict[str, str]) -> None:
    """Search fields of a model (and of its descendants) that live in language fields: name to prefix, `{"plain": "text_"}`."""
    _aliases[model] = names


def aliases_of(model: type[Model]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for ancestor in reversed(model.__mro__):
        merged.update(_aliases.get(ancestor, {}))
    return merged


def key_of(obj: Model) -> str:
    """The key of an object in the index: the label of its root model and its primary key."""
    return f"{get_model_root(type(obj))._meta.label_lower}:{obj.pk}"


def models_of(model: type[Model]) -> list[str]:
    """The labels of a model and of all it descends from."""
    return [model._meta.label_lower, *(parent._meta.label_lower for parent in model._meta.get_parent_list())]


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        value = value.values()
    if hasattr(value, "__iter__"):
        return ", ".join(as_text(item) for item in value)
    return str(value)


def _values(obj: Model, declared: Sequence[Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Index field and text for everything a list of declarations finds in an object and in its related objects."""
    for field in declared:
        if isinstance(field, RelatedFields):
            related = field.get_value(obj)
            if related is None:
                continue
            objects = related.all() if isinstance(related, Manager) else [related() if callable(related) else related]
            for other in objects:
                yield from _values(other, field.fields, f"{path}{field.field_name}__")
        elif isinstance(field, SearchField | AutocompleteField):
            prefix = SEARCH if isinstance(field, SearchField) else COMPLETE
            yield f"{prefix}{path}{field.field_name}", as_text(field.get_value(obj))


def documents(model: type[Model], objects: Sequence[Model]) -> list[dict[str, Any]]:
    """The index documents of objects of one model."""
    covered = {SEARCH + name for name in aliases_of(model)}
    built: list[dict[str, Any]] = []
    for obj in objects:
        parts: dict[str, list[str]] = {}
        declared = type(obj).get_search_fields() if isinstance(obj, Indexed) else ()
        for name, text in _values(obj, declared):
            if text and name not in covered:
                parts.setdefault(name, []).append(text)
        document: dict[str, Any] = {"key": key_of(obj), "model": models_of(type(obj))}
        document.update((name, written_positions(texts)) for name, texts in parts.items())
        built.append(document)
    for extension in _extensions:
        for document, more in zip(built, extension(objects), strict=True):
            document.update(more)
    return built


def boosts(model: type[Model], *, complete: bool = False) -> dict[str, float]:
    """The index fields that a search in a model looks into, descendants' fields among them, and their boosts."""
    found: dict[str, float] = {}
    wanted = AutocompleteField if complete else SearchField
    prefix = COMPLETE if complete else SEARCH

    def collect(declared: Sequence[Any], path: str, aliases: dict[str, str]) -> None:
        for field in declared:
            if isinstance(field, RelatedFields):
                collect(field.fields, f"{path}{field.field_name}__", {})
            elif isinstance(field, wanted):
                name = prefix + path + field.field_name
                if not complete and not path:
                    name = aliases.get(field.field_name, name)
                boost = float(getattr(field, "boost", None) or 1.0)
                found[name] = max(boost, found.get(name, 0.0))

    for descendant in get_descendant_models(model):
        if class_is_indexed(descendant):
            collect(descendant.get_search_fields(), "", aliases_of(descendant))
    return found
