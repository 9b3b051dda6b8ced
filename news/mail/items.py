"""Notices as one reader may read them at this moment: the sentence, the title, the text, and where it leads."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from news.access import visible_notices
from news.kinds import Details, details_of, kind_of
from news.models import Reason
from text.invisible import one_line

MAX_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Item:
    notice: Any
    sentence: str
    title: str
    text: str
    url: str
    why: str
    space: Any

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


def readable(person: Any, notices: Collection[int]) -> list[Item]:
    """Those of `notices` that `person` may know of now, the oldest first."""
    found = visible_notices(person).filter(pk__in=notices).order_by("pk")
    rows = list(found.select_related("event__by", "event__page__space", "event__space"))
    details = details_of(person, [row.event for row in rows])
    return [_item(row, details.get(row.event_id, Details())) for row in rows]


def _item(notice: Any, details: Details) -> Item:
    event = notice.event
    kind = kind_of(event.kind)
    about = event.page if event.page is not None else event.space
    space = event.page.space if event.page is not None else event.space
    title = one_line(str(about)) if about is not None else ""
    by = one_line(event.by.name) if event.by is not None else _("Someone")
    sentence = kind.sentence(notice.reason) % {"by": by, "title": f"“{title}”"} if kind is not None else ""
    text = "" if space is not None and space.mails_titles_only else details.text
    path = details.url or (about.get_absolute_url() if about is not None else "/inbox/")
    return Item(
        notice=notice,
        sentence=one_line(sentence),
        title=title,
        text="\n".join(one_line(line) for line in Truncator(text).chars(MAX_TEXT).splitlines()).strip(),
        url=path if path.startswith(("http://", "https://")) else f"{settings.INTRANET_URL}{path}",
        why=str(Reason(notice.reason).label),
        space=space,
    )
