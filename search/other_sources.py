"""How people, pictures and files are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Model, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from people.models import Person
from search.engine.reader import STAFF
from search.results import Place, Result
from search.sources import Marks, SearchDocument, Source, year_of


class PersonSource(Source):
    """Everybody who works here, for everybody who works here."""

    model = Person

    def documents(self, objects: Sequence[Any]) -> list[SearchDocument | None]:
        return [
            SearchDocument(
                kind="person",
                title=person.name,
                audience=STAFF,
                language="",
                text=[person.username, person.job_title, person.about, *map(str, person.skills)],
            )
            if person.is_active
            else None
            for person in objects
        ]

    def _audiences(self, pks: Sequence[str]) -> Iterable[tuple[Any, str]]:
        return ((pk, STAFF) for pk in Person.objects.filter(pk__in=pks, is_active=True).values_list("pk", flat=True))

    titles = ("whole_name", "username")
    texts = ("job_title", "about", "skills")

    def readable(self, tokens: frozenset[str]) -> QuerySet[Any]:
        people = Person.objects.annotate(whole_name=Concat("first_name", Value(" "), "last_name"))
        return people.filter(is_active=True) if STAFF in tokens else people.none()

    def marks(self, found: QuerySet[Any], most: int) -> Iterator[Marks]:
        values = {"k_kind": ("person",)}
        for pk, name, username in found.order_by("-pk").values_list("pk", "whole_name", "username")[:most]:
            yield Marks(pk, name.strip() or username, 0, values)

    def results(self, pks: Sequence[str], person: Any, tokens: frozenset[str]) -> dict[str, Result]:
        if STAFF not in tokens:
            return {}
        return {
            str(found.pk): Result(
                uid=f"person:{found.username}",
                kind="person",
                kind_label=str(_("Person")),
                title=found.name,
                url=found.get_absolute_url(),
                text="\n".join(filter(None, (found.job_title, found.about, ", ".join(map(str, found.skills))))),
            )
            for found in Person.objects.filter(pk__in=pks, is_active=True)
        }


def file_type(name: str) -> str:
    """What readers call the type of a file: its ending, one for those that mean the same; "" without one."""
    ending = name.rpartition("/")[2].rpartition(".")[2].lower() if "." in name else ""
    return {"jpeg": "jpg", "tiff": "tif", "htm": "html"}.get(ending, ending)[:8]


class MediaSource(Source):
    """Pictures and files, by their title and what describes them."""

    def __init__(self, model: type[Model], kind: str, label: Any) -> None:
        self.model, self.kind, self.label = model, kind, label
        described = [one.name for one in model._meta.get_fields() if one.name == "description"]
        self.texts = ("file", *described)

    def readable(self, tokens: frozenset[str]) -> QuerySet[Any]:
        return self.queryset().filter(audience_token__in=tokens)

    def marks(self, found: QuerySet[Any], most: int) -> Iterator[Marks]:
        columns = ("pk", "title", "created_at", "space", "file")
        for pk, title, at, space, name in found.order_by("-created_at", "-pk").values_list(*columns)[:most]:
            values = {
                "k_kind": (self.kind,),
                "k_type": (file_type(name),) if file_type(name) else (),
                "k_space": (str(space),) if space else (),
                "k_year": (year_of(at),),
            }
            yield Marks(pk, title, int(at.timestamp()), values)

    def documents(self, objects: Sequence[Any]) -> list[SearchDocument | None]:
        return [
            SearchDocument(
                kind=self.kind,
                title=item.title,
                audience=item.audience_token or STAFF,
                text=[getattr(item, "description", ""), item.file.name.rpartition("/")[2]],
                language="",
                file_type=file_type(item.file.name),
                space=str(item.space_id or ""),
                at=item.created_at,
            )
            for item in objects
        ]

    def results(self, pks: Sequence[str], person: Any, tokens: frozenset[str]) -> dict[str, Result]:
        rows = self.queryset().filter(pk__in=pks, audience_token__in=tokens).select_related("space")
        return {
            str(item.pk): Result(
                uid=f"{self.kind}:{item.pk}",
                kind=self.kind,
                kind_label=str(self.label),
                title=item.title,
                url=item.get_absolute_url(),
                audience=item.audience_token,
                space=Place(item.space.slug, item.space.name) if item.space else None,
                published_at=item.created_at,
                text=getattr(item, "description", ""),
            )
            for item in rows
        }
