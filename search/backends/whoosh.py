"""A django-modelsearch backend on Whoosh: `{"BACKEND": "search.backends.whoosh", "PATH": "/var/lib/site/index"}`.

One index for all models. Words are matched and scored in the index; filters, ordering and facets of a queryset are
answered by the database, over the primary keys that matched.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Count, Model, QuerySet
from modelsearch.backends.base import (
    BaseIndex,
    BaseSearchBackend,
    BaseSearchResults,
    FilterFieldError,
    get_model_root,
)
from modelsearch.index import class_is_indexed

from search.backends import fields, plain
from search.backends.compiler import WhooshAutocompleteQueryCompiler, WhooshQueryCompiler, is_match_all
from search.engine.pool import Pool
from search.engine.scorer import best
from search.engine.store import UNREADABLE, IndexUnavailable, Rebuild, Store

logger = logging.getLogger(__name__)

_unreadable: set[str] = set()
"""Paths whose index could not be read when it was last asked: each loss is told once."""


@lru_cache(maxsize=32)
def pool(path: str) -> Pool:
    """The one pool of readers of a path in this process."""
    return Pool(path)


class WhooshIndex(BaseIndex):
    """Writes at once, in one commit a call. A site that must not write inside a request sets `AUTO_UPDATE` to False."""

    def __init__(self, backend: WhooshSearchBackend, rebuild: Rebuild | None = None) -> None:
        super().__init__(backend)
        self.store = Store(backend.path, durable=backend.durable)
        self.rebuild = rebuild

    def add_items(self, model: type[Model], items: Iterable[Model]) -> None:
        if not class_is_indexed(model):
            return
        documents = fields.documents(model, list(items))
        if self.rebuild is not None:
            self.rebuild.add(documents)
        else:
            self.store.create()
            self.store.write(documents)

    def delete_item(self, item: Model) -> None:
        self.store.create()
        self.store.write(keys=[fields.key_of(item)])

    def reset(self) -> None:
        self.store.rebuild().finish()


class WhooshRebuilder:
    """Builds a new index beside the living one; what is written meanwhile is written again before the switch."""

    def __init__(self, index: WhooshIndex) -> None:
        self.index = index

    def start(self) -> WhooshIndex:
        self.rebuild = self.index.store.rebuild()
        return WhooshIndex(self.index.backend, self.rebuild)

    def finish(self) -> None:
        self.rebuild.finish()


class WhooshSearchResults(BaseSearchResults):
    supports_facet = True
    CHUNK = 5_000
    """Primary keys in one query to the database."""

    def _hits(self) -> list[tuple[Any, float]]:
        """Primary keys and scores of what matched in the index, best first."""
        if not hasattr(self, "_found"):
            snapshot = pool(self.backend.path).snapshot()
            scores = self.query_compiler.hits(snapshot)
            key = _primary_key(self.model)
            order = best(scores, len(scores), snapshot.ties())
            self._found = [(key.to_python(snapshot.key(number).partition(":")[2]), score) for number, score in order]
        return self._found

    def _from_database(self) -> BaseSearchResults | None:
        """The database's results where the index cannot be read; None where it can, or is not asked."""
        if is_match_all(self.query_compiler.query):
            return None
        path = self.backend.path
        try:
            self._hits()
        except NotImplementedError:
            # The caller's own mistake: a kind of query that no index answers.
            raise
        except Exception as error:
            if path not in _unreadable:
                _unreadable.add(path)
                told = None if isinstance(error, IndexUnavailable) else error
                logger.warning("the index cannot be read, so the database answers: %r", error, exc_info=told)
            if isinstance(error, UNREADABLE):
                Store(path).ask_for_rebuild()
            return plain.instead_of(self)
        _unreadable.discard(path)
        return None

    @property
    def _queryset(self) -> QuerySet[Any]:
        return self.query_compiler.queryset

    def _allowed(self, keys: Sequence[Any]) -> list[Any]:
        """The keys that the filters of the queryset let through, in their order."""
        allowed: set[Any] = set()
        for start in range(0, len(keys), self.CHUNK):
            chunk = self._queryset.order_by().filter(pk__in=keys[start : start + self.CHUNK])
            allowed.update(chunk.values_list("pk", flat=True))
        return [key for key in keys if key in allowed]

    def _page(self) -> list[Any]:
        """The keys between start and stop, by relevance. Reads no further into the hits than the page needs."""
        found: list[Any] = []
        hits = [key for key, _ in self._hits()]
        size = max(200, 4 * (self.stop or 0))
        for start in range(0, len(hits), size):
            found += self._allowed(hits[start : start + size])
            if self.stop is not None and len(found) >= self.stop:
                break
        return found[self.start : self.stop]

    def _do_search(self) -> Iterable[Any]:
        if (other := self._from_database()) is not None:
            return other._do_search()
        queryset = self._queryset
        scores: dict[Any, float] = {}
        if is_match_all(self.query_compiler.query):
            if self.query_compiler.order_by_relevance or not queryset.query.order_by:
                queryset = queryset.order_by("-pk") if not queryset.query.order_by else queryset
            found = list(queryset[self.start : self.stop])
        else:
            scores = dict(self._hits())
            if self.query_compiler.order_by_relevance:
                page = self._page()
                objects = {obj.pk: obj for obj in queryset.order_by().filter(pk__in=page)}
                found = [objects[key] for key in page if key in objects]
            else:
                queryset = queryset.filter(pk__in=list(scores))
                if not queryset.query.order_by:
                    queryset = queryset.order_by("-pk")
                found = list(queryset[self.start : self.stop])
        if self._score_field:
            for obj in found:
                setattr(obj, self._score_field, scores.get(obj.pk))
        return found

    def _do_count(self) -> int:
        if (other := self._from_database()) is not None:
            return other._do_count()
        if is_match_all(self.query_compiler.query):
            count = self._queryset.count()
        else:
            count = len(self._allowed([key for key, _ in self._hits()]))
        count = count if self.stop is None else min(count, self.stop)
        return max(count - self.start, 0)

    def facet(self, field_name: str) -> OrderedDict[Any, int]:
        if self.query_compiler._get_filterable_field(field_name) is None:
            model = self.model.__name__
            raise FilterFieldError(
                f'Cannot facet search results with field "{field_name}". '
                f"Please add index.FilterField('{field_name}') to {model}.search_fields.",
                field_name=field_name,
            )
        if (other := self._from_database()) is not None:
            return other.facet(field_name)
        queryset = self._queryset.order_by()
        if not is_match_all(self.query_compiler.query):
            queryset = queryset.filter(pk__in=[key for key, _ in self._hits()])
        rows = queryset.values(field_name).annotate(count=Count("pk")).order_by("-count")
        return OrderedDict((row[field_name], row["count"]) for row in rows)


def _primary_key(model: type[Model]) -> Any:
    """The field that makes a primary key of its text; the root's, where a child shares it."""
    return get_model_root(model)._meta.pk


class WhooshSearchBackend(BaseSearchBackend):
    query_compiler_class = WhooshQueryCompiler
    autocomplete_query_compiler_class = WhooshAutocompleteQueryCompiler
    index_class = WhooshIndex
    results_class = WhooshSearchResults
    rebuilder_class = WhooshRebuilder
    catch_indexing_errors = True

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.path = str(params["PATH"])
        self.durable = bool(params.get("DURABLE", True))


SearchBackend = WhooshSearchBackend
