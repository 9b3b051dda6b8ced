"""The history of an episode; see `desk.history`."""

from typing import Any

from django.utils.translation import gettext as _

from desk.history import History
from pages.breadcrumbs import steps_to
from podcasts.views import episode_or_404, show_of


def _trail(person: Any, page: Any) -> list[dict[str, str]]:
    show = show_of(person, page)
    above = [{"title": show.title, "url": show.get_absolute_url(), "language": show.language}] if show else []
    return steps_to(page, {"title": _("Podcasts"), "url": f"{page.space.get_absolute_url()}podcasts/"}, *above)


of_episode = History(episode_or_404, _trail)
