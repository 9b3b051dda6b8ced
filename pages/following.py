"""Pictures, recordings and files are seen by whom the pages that show them are for, no more and no fewer."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from wagtail.models import get_page_models

from pages.models import Attachment, BasePage, Picture, Recording

MODELS: dict[str, Any] = {"picture": Picture, "recording": Recording, "file": Attachment}
# However it stands in the text: in a link, in a reference at the end, with a title behind it.
IN_TEXT = re.compile(r"\b(picture|recording|file):(\d{1,12})\b")


def wanted_by(page: Any) -> set[tuple[str, int]]:
    """Kind and number of what the text names and of what stands in the page's own fields."""
    named = {(kind, int(number)) for kind, number in IN_TEXT.findall(page.body)}
    kinds = {model: kind for kind, model in MODELS.items()}
    own = (getattr(page, name) for name in getattr(page, "media_fields", ()))
    return named | {(kinds[type(item)], item.pk) for item in own if item is not None}


def media_of(page: Any) -> Iterator[tuple[str, Any]]:
    """What the page shows of its own space: nobody widens or narrows what belongs to somebody else."""
    wanted = wanted_by(page)
    for kind, model in MODELS.items():
        numbers = [number for wanted_kind, number in wanted if wanted_kind == kind]
        for item in model.objects.filter(pk__in=numbers, space=page.space_id) if numbers else ():
            yield kind, item


def follow(page: Any) -> bool:
    """Gives the page's media its audience, or that of the space's members while it is not published.

    What another published page for all shows as well stays as it is, or its readers would lose it. True if anything
    changed.
    """
    return give(media_of(page), page.audience if page.live else "space", page)


def give(media: Iterable[tuple[str, Any]], audience: str, page: Any) -> bool:
    """Gives media that `page` shows an audience, as far as no other page needs a wider one."""
    changed = False
    for kind, item in media:
        if item.audience == audience or (audience == "space" and _shown_to_all(kind, item, page)):
            continue
        item.audience = audience
        item.save()
        changed = True
    return changed


def leave_with(pages: Iterable[Any], *, before: Any, space: Any) -> None:
    """Media of pages that have moved from one space to another go with them, unless a page that stayed shows them too."""
    for page in pages:
        for kind, number in wanted_by(page):
            item = MODELS[kind].objects.filter(pk=number).exclude(space=space).first()
            # Only what came from where the page came from: a number typed into a text moves nothing.
            if item is not None and item.space_id == (before and before.pk) and not _shown_to_all(kind, item, page):
                item.space, item.audience = space, page.audience if page.live else "space"
                item.save()


def _shown_to_all(kind: str, item: Any, page: Any) -> bool:
    mention = rf"{kind}:{item.pk}"
    others = BasePage.objects.filter(live=True, audience="staff", space=item.space_id).exclude(pk=page.pk)
    for body in others.filter(body__contains=mention).values_list("body", flat=True):
        if (kind, str(item.pk)) in IN_TEXT.findall(body):
            return True
    return any(
        model.objects.filter(**{name: item}, live=True, audience="staff").exclude(pk=page.pk).exists()
        for model in get_page_models()
        for name in getattr(model, "media_fields", ())
        if isinstance(item, model._meta.get_field(name).related_model)
    )
