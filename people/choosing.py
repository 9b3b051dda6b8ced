"""Choosing people by name: the form field, and the suggestions for it. Both tell what the directory tells."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import Case, Q, Value, When
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people.fields import MAX_CHOICES, Choice, ChoosingField, key_in, spelt
from people.keys import username_key
from people.models import Membership, Person, Space
from text.titles import folded

SUGGESTED = 8
#: Of those who fit in any way, to find those whose name begins so.
MAX_SCANNED = 300
SHOWN_SPACES = 2
MAX_WORDS = 6


def asked_for(people: Any, query: str, through: str = "") -> Any:
    """Rows whose person matches each word of the query. `through` is the path from a row to its person."""
    for word in folded(query).split()[:MAX_WORDS]:
        people = people.filter(**{f"{through}words__contains": word})
    return people


def begun_by(people: Any, query: str) -> Any:
    """People with a name, job title or skill that begins with each word of the query."""
    for word in folded(query).split()[:MAX_WORDS]:
        people = people.filter(Q(words__startswith=word) | Q(words__contains=f" {word}"))
    return people


def best_first(people: Any, query: str) -> Any:
    """Names that begin with the query first, then other names and words that do."""
    begins = folded(query)
    rank = Case(
        When(words__startswith=begins, then=Value(0)),
        When(Q(words__contains=f" {begins}"), then=Value(1)),
        default=Value(2),
    )
    return people.order_by(rank, "sort_key", "pk")


def choices_of(reader: Any, people: Iterable[Person]) -> list[Choice]:
    """People with job title and those of their spaces that the reader can see."""
    people = list(people)
    seen = Membership.objects.filter(person__in=people, space__in=Space.objects.visible_to(reader))
    spaces: dict[int, list[str]] = {}
    for pk, name in seen.order_by("space__sort_key").values_list("person_id", "space__name"):
        spaces.setdefault(pk, []).append(name)
    return [
        Choice(
            person.username,
            person.name,
            " · ".join(filter(None, [person.job_title, *spaces.get(person.pk, [])[:SHOWN_SPACES]])),
            person,
        )
        for person in people
    ]


def people_text(people: Iterable[Person]) -> str:
    return ", ".join(spelt(person.name, person.username) for person in people)


class PeopleField(ChoosingField):
    """Several people. The form sets `reader`. A deactivated person is found only by her username, if `any_account`."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "none": _("No one here is called “%(term)s”. Check the spelling, or type another part of the name."),
        "several": _("More than one person is called “%(term)s”. Choose below who you mean."),
        "many": _(
            "More than %(number)s people are called “%(term)s”. Choose below who you mean, or type more of the name."
        ),
        "terms": _("Name %(number)s people or fewer at a time."),
    }

    reader: Any = None

    def __init__(self, *, any_account: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.any_account = any_account
        self.widget.address = "/people/-/suggest.json?"

    def find(self, terms: list[str]) -> list[list[Choice]]:
        keys = [username_key(key_in(term).removeprefix("@")) for term in terms]
        accounts = Person.objects.all() if self.any_account else Person.objects.filter(is_active=True)
        exact = {person.username_key: person for person in accounts.filter(username_key__in=keys)}
        found = [[exact[key]] if key in exact else _called(term) for term, key in zip(terms, keys, strict=True)]
        # Only where one has to choose do job title and space matter.
        return [
            choices_of(self.reader, fits)
            if len(fits) > 1
            else [Choice(one.username, one.name, value=one) for one in fits]
            for fits in found
        ]


def _called(term: str) -> list[Person]:
    """Active people of this name; if there are none, those with names that begin with each of its words."""
    words = folded(term).split()
    people = Person.objects.filter(is_active=True)
    rows = best_first(begun_by(people, term), term)[:MAX_SCANNED] if words else []
    named = [(person, [*folded(person.name).split(), folded(person.username)]) for person in rows]
    whole = [person for person, names in named if folded(person.name).split() == words]
    begun = [person for person, names in named if all(any(name.startswith(word) for name in names) for word in words)]
    return (whole or begun)[: MAX_CHOICES + 1]


@require_safe
@never_cache
def suggest(request: HttpRequest) -> JsonResponse:
    typed = " ".join(request.GET.get("q", "").replace("\0", "").split())[:100]
    people = Person.objects.filter(is_active=True)
    found = best_first(begun_by(people, typed), typed)[:SUGGESTED] if folded(typed) else []
    return JsonResponse({"suggestions": [choice.suggestion for choice in choices_of(request.user, found)]})
