"""How comments are found: by their words, with the audience and the space of their page, and never by a title."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conversation.models import Comment
from pages.access import visible_to
from pages.models import BasePage
from search.results import Place, Result
from search.sources import Marks, SearchDocument, Source, year_of

LABEL = gettext_lazy("Comment")


class CommentSource(Source):
    model = Comment
    kind = "comment"
    titles = ()
    texts = ("plain",)

    def queryset(self) -> QuerySet[Any]:
        return Comment.objects.said().filter(page__live=True).select_related("page__space", "person")

    def documents(self, objects: Sequence[Any]) -> list[SearchDocument | None]:
        return [self._document(comment) for comment in objects]

    def _document(self, comment: Comment) -> SearchDocument | None:
        page: Any = comment.page
        if not (page.live and page.audience_token) or comment.deleted_at is not None:
            return None
        return SearchDocument(
            kind=self.kind,
            # Without one it is not completed, and the words of its page do not find it as well.
            title="",
            audience=page.audience_token,
            text=[comment.plain],
            language=page.language,
            space=str(page.space_id or ""),
            authors=[comment.person.username] if comment.person else [],
            at=comment.at,
        )

    def _audiences(self, pks: Sequence[str]) -> Iterable[tuple[Any, str]]:
        return self.queryset().filter(pk__in=pks).values_list("pk", "page__audience_token")

    def holds(self, pattern: str, *, title: bool = False) -> Q:
        return Q(pk__in=[]) if title else super().holds(pattern)

    def readable(self, tokens: frozenset[str]) -> QuerySet[Any]:
        return self.queryset().filter(page__audience_token__in=tokens)

    def marks(self, found: QuerySet[Any], most: int) -> Iterator[Marks]:
        columns = ("pk", "at", "page__space", "page__language", "person__username")
        for pk, at, space, language, username in found.order_by("-at", "-pk").values_list(*columns)[:most]:
            values = {
                "k_kind": (self.kind,),
                "k_space": (str(space),) if space else (),
                "k_author": (username,) if username else (),
                "k_lang": (language[:2],),
                "k_year": (year_of(at),),
            }
            yield Marks(pk, "", int(at.timestamp()), values)

    def results(self, pks: Sequence[str], person: Any, tokens: frozenset[str]) -> dict[str, Result]:
        readable = visible_to(person, BasePage.objects.all())
        found = self.queryset().filter(pk__in=pks).on(readable)  # type: ignore[attr-defined]
        return {str(comment.pk): self._result(comment) for comment in found}

    def _result(self, comment: Comment) -> Result:
        page: Any = comment.page
        return Result(
            uid=f"{self.kind}:{comment.pk}",
            kind=self.kind,
            kind_label=str(LABEL),
            title=_("Comment on “%(title)s”") % {"title": page.title},
            url=comment.get_absolute_url(),
            audience=page.audience_token,
            space=Place(page.space.slug, page.space.name) if page.space else None,
            authors=[{"username": comment.person.username, "name": comment.person.name}] if comment.person else [],
            published_at=comment.at,
            language=page.language,
            text=comment.plain,
        )


def keys_on(pages: Iterable[int]) -> list[str]:
    """The keys of all comments on these pages, which are found as the pages are."""
    label = Comment._meta.label_lower
    return [f"{label}:{pk}" for pk in Comment.objects.filter(page__in=list(pages)).values_list("pk", flat=True)]
