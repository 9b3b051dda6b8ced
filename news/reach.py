"""How many people are told of what is new in a space, and how many of an event were: from recorded reasons."""

from typing import Any

from django.db.models import Count, Q

from news import follows
from news.models import DepartmentFollow, Event, Follow, LeftOut, Level, Notice
from people.audiences import holders
from people.models import Membership, Person, Space


def told_of_new_pages(space: Space) -> int:
    """How many people will be told of a new page in `space` for all who can see it, by whatever leads to the space."""
    row = Follow.objects.filter(target=follows.target(Follow.Kind.SPACE, space.pk))
    departments = DepartmentFollow.objects.filter(space=space).values("members_of")
    members = Membership.objects.filter(space__in=departments).exclude(person__in=row.values("follower"))
    following = row.filter(level__in=[Level.ALL, Level.NEW])
    chosen = Q(pk__in=following.values("follower")) | Q(pk__in=members.values("person"))
    return int(Person.objects.filter(holders(space.audience_token)).filter(chosen).count())


def reached(found: list[Event]) -> dict[int, dict[str, int]]:
    """By event id: how many people were told, read it, and were left out. Two queries."""
    pks = [event.pk for event in found]
    told = Notice.objects.filter(event__in=pks).order_by().values("event")
    rows = told.annotate(told=Count("pk"), read=Count("pk", filter=Q(read_at__isnull=False)))
    counts = {pk: {"told": 0, "read": 0, "left_out": 0} for pk in pks}
    for row in rows:
        counts[row["event"]].update(told=row["told"], read=row["read"])
    left_out = LeftOut.objects.filter(event__in=pks).exclude(why=LeftOut.Why.OWN).order_by().values("event")
    for event, count in left_out.annotate(count=Count("pk")).values_list("event", "count"):
        counts[event]["left_out"] = count
    return counts


def outcome_for(person: Any, found: list[Event]) -> dict[int, tuple[str, str]]:
    """By event id: whether `person` was told ("told", "left_out"), and why, in words. Nothing for who had no part in it."""
    pks = [event.pk for event in found]
    told = Notice.objects.filter(event__in=pks, person=person)
    outcomes = {notice.event_id: ("told", str(notice.get_reason_display())) for notice in told}
    left_out = LeftOut.objects.filter(event__in=pks, person=person)
    return outcomes | {row.event_id: ("left_out", str(row.get_why_display())) for row in left_out}
