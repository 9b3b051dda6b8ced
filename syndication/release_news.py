"""What people are told about releases."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from news import events, kinds
from news.kinds import EventKind
from news.models import Level, Reason
from pages.models import PageAuthor
from syndication.models import Release

RELEASED = EventKind(name="released", says=_("%(by)s released %(title)s to the public"), levels=frozenset({Level.ALL}))
kinds.register(RELEASED)


def announce(page: Any, release: Release, *, by: Any) -> None:
    """The authors of the page, and those who follow it, are told that the public can read it."""
    authors = PageAuthor.objects.filter(page=page.pk).values_list("person", flat=True)
    key = f"release:{release.pk}:{release.updated_at.isoformat()}"
    events.record(kind=RELEASED.name, key=key, by=by, page=page, to={Reason.WROTE: authors})
