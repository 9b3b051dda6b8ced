"""The history of a post; see `desk.history`."""

from typing import Any

from django.utils.translation import gettext as _

from blog.views import post_or_404
from desk.history import History
from pages.breadcrumbs import steps_to


def _trail(person: Any, page: Any) -> list[dict[str, str]]:
    return steps_to(page, {"title": _("Blog"), "url": f"{page.space.get_absolute_url()}blog/"})


of_post = History(post_or_404, _trail)
