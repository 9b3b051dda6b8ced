"""What happened to an episode; see `pages.history`."""

from typing import Any

from django.utils.translation import gettext as _

from pages.access import visible_to
from pages.history import History, steps_to
from podcasts.models import ShowPage
from podcasts.views import episode_or_404


def _trail(person: Any, page: Any) -> list[dict[str, str]]:
    # A show may be narrower than what is in it, or a draft.
    shows = visible_to(person, ShowPage.objects.filter(path=page.path[: -page.steplen]))
    above = [{"title": show.title, "url": show.get_absolute_url()} for show in shows]
    return steps_to(page, {"title": _("Podcasts"), "url": f"{page.space.get_absolute_url()}podcasts/"}, *above)


of_episode = History(episode_or_404, _trail)
