"""What somebody gets by e-mail: their choices, what they stopped, and when their digest comes."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from news.kinds import kind_of
from news.mail import DIGEST
from news.models import Event, How, MailStop, Preferences, Reason
from news.models.mail import GROUPS
from people.models import Person
from people.zones import zone_of

#: A mail of these is about one page, so stopping it stops that page.
OF_A_PAGE = frozenset({Reason.PAGE, Reason.WROTE, Reason.COMMENTED})
DIGEST_SCOPE = DIGEST


class Choices:
    """Those of several people, by two queries; three where a digest is planned."""

    def __init__(self, people: Collection[int]) -> None:
        self.people = people
        self.rows = {row.person_id: row for row in Preferences.objects.filter(person__in=people)}
        self.stopped = set(MailStop.objects.filter(person__in=people).values_list("person", "scope"))

    @cached_property
    def zones(self) -> dict[int, str]:
        found = Person.objects.filter(pk__in=self.people).only("pk", "time_zone")
        return {person.pk: str(zone_of(person)) for person in found}

    def next_digest(self, person: int, moment: datetime) -> datetime:
        mine = self.of(person)
        weekday = int(mine.digest_weekday) if mine.is_weekly else None
        # One answer for all who are told of the same event.
        moment = moment.replace(second=0, microsecond=0)
        return planned_after(moment, self.zones[person], int(mine.digest_hour), weekday)

    def day_of(self, person: int, moment: datetime) -> date:
        """The day of a digest that is sent now: the last one planned, so that a late one is not counted as the next."""
        planned = self.next_digest(person, moment).astimezone(ZoneInfo(self.zones[person]))
        return planned.date() - timedelta(days=7 if self.of(person).is_weekly else 1)

    def of(self, person: int) -> Preferences:
        return self.rows.get(person) or Preferences(person_id=person)

    def how(self, person: int, reason: str, event: Event) -> str:
        how = self.of(person).how(reason)
        if how == How.DIGEST and getattr(kind_of(event.kind), "urgent", False):
            how = How.MAIL
        scope = {How.MAIL: scope_of(reason, event), How.DIGEST: DIGEST_SCOPE}.get(How(how))
        return str(How.HERE) if (person, scope) in self.stopped else how


def scope_of(reason: str, event: Event) -> str:
    """What the link in a mail about `event` stops."""
    if reason in OF_A_PAGE and event.page_id is not None:
        return f"page:{event.page_id}"
    return f"{GROUPS[reason]}:{space_id_of(event) or 0}"


def space_id_of(event: Event) -> int | None:
    return event.page.space_id if event.page is not None else event.space_id


def reachable(people: Collection[int]) -> set[int]:
    """Those of `people` who have an account in use and an address that no server refused."""
    found = Person.objects.filter(pk__in=people, is_active=True).exclude(email="")
    return set(found.exclude(Q(preferences__refused_address=F("email"))).values_list("pk", flat=True))


@lru_cache(maxsize=1_024)
def planned_after(moment: datetime, zone: str, hour: int, weekday: int | None) -> datetime:
    """The first planned moment after `moment`: at `hour` where the person is, each day or each `weekday`."""
    here = ZoneInfo(zone)
    day = moment.astimezone(here).date()
    while True:
        planned = datetime.combine(day, time(hour), here).astimezone(UTC)
        if planned > moment and weekday in (None, day.weekday()):
            return planned
        day += timedelta(days=1)
