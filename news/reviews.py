"""Pages whose review date has come: their authors are told, once for each date."""

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news import events, kinds
from news.kinds import EventKind
from news.models import Event, Reason
from pages.models import BasePage, PageAuthor

DUE = EventKind(name="review_due", says=_("%(title)s is due for review"), stands_alone=True)
kinds.register(DUE)


def find_due() -> int:
    """Record an event for each published page that is due; return how many are new."""
    told = Event.objects.filter(kind=DUE.name, page=OuterRef("pk"), at__date__gte=OuterRef("review_date"))
    due = BasePage.objects.filter(live=True, review_date__lte=timezone.localdate()).exclude(Exists(told))
    pages = list(due.only("pk", "live", "audience_token", "review_date", "owner"))
    authors: dict[int, list[int]] = {}
    named = PageAuthor.objects.filter(page__in=[page.pk for page in pages])
    for page, person in named.values_list("page", "person"):
        authors.setdefault(page, []).append(person)
    for page in pages:
        people = authors.get(page.pk) or [page.owner_id]
        to = {Reason.WROTE: [pk for pk in people if pk]}
        events.record(kind=DUE.name, key=f"review:{page.pk}:{page.review_date}", page=page, to=to)
    return len(pages)
