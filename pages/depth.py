"""How deep pages lie within one another. Every way to write, copy or move one asks here: forms, importer, Wagtail's admin."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from limits import PAGE_LEVELS


def levels_of(page: Any) -> int:
    """How many levels `page` and all below it take; 1 where nothing is."""
    if not page.numchild:
        return 1
    lowest: int = page.get_descendants().aggregate(depth=Max("depth"))["depth"] or page.depth
    return lowest - page.depth + 1


def fits(parent: Any, *, levels: int = 1) -> bool:
    """Whether the tree holds so many further levels below `parent`."""
    return bool(parent.depth + levels <= PAGE_LEVELS)


def fits_branch(parent: Any, page: Any) -> bool:
    """Whether `page` with all below it has a place below `parent`; asks the database only where it would lie deeper than now."""
    return parent.depth < page.depth or fits(parent, levels=levels_of(page))


def check_depth(parent: Any, *, levels: int = 1) -> None:
    """Raises `ValidationError` where so many further levels below `parent` are more than the tree holds."""
    if not fits(parent, levels=levels):
        raise ValidationError(_("This place is too many levels down. Choose a page higher up."))
