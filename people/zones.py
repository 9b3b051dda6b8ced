"""The time zone of a person: in it she types and reads when something will happen."""

from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils.timezone import get_default_timezone, get_default_timezone_name
from django.utils.translation import gettext as _


def zone_of(person: Any) -> Any:
    """The zone that `person` chose, or the site's; `str()` of it is its name."""
    name = getattr(person, "time_zone", "")
    return ZoneInfo(name) if name in available_timezones() else get_default_timezone()


def zone_choices() -> list[tuple[str, str]]:
    # Without the old names such as "US/Eastern", which stay valid.
    areas = {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
    names = sorted(name for name in available_timezones() if name.partition("/")[0] in areas)
    site = _("As on this site: %(zone)s") % {"zone": get_default_timezone_name()}
    return [("", site), *((name, name.replace("_", " ")) for name in [*names, "UTC"])]
