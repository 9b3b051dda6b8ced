"""The maximum depth of the tree, checked by every way to write, copy or move a page: forms, importer,
Wagtail's admin.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from limits import PAGE_LEVELS


def levels_of(page: Any) -> int:
    if not page.numchild:
        return 1
    lowest: int = page.get_descendants().aggregate(depth=Max("depth"))["depth"] or page.depth
    return lowest - page.depth + 1


def fits(parent: Any, *, levels: int = 1) -> bool:
    return bool(parent.depth + levels <= PAGE_LEVELS)


def fits_branch(parent: Any, page: Any) -> bool:
    """Whether `page` and its descendants fit below `parent`; a query only if they would be deeper than now."""
    return parent.depth < page.depth or fits(parent, levels=levels_of(page))


def check_depth(parent: Any, *, levels: int = 1) -> None:
    """Raise `ValidationError` if `parent` has no room for `levels` below it."""
    if not fits(parent, levels=levels):
        raise ValidationError(_("This place is too many levels down. Choose a page higher up."))
