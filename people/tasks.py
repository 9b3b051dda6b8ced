"""What the worker does for accounts."""

from django.db.models import Q
from django_tasks import task

from people import accounts, tokens
from people.models import AccountLink, Person

MAX_OF_ONE_ADDRESS = 5


@task()
def mail_reset_link(typed: str) -> int:
    """Mails a link to whoever has this user name or e-mail address.

    A task also for names that nobody has: who asks sees the same page in the same time. The link is made here, so that
    it is in no row of the table of tasks.
    """
    named = Person.objects.named([typed]).values("pk")
    found = Person.objects.filter(Q(pk__in=named) | Q(email__iexact=typed), is_active=True).exclude(email="")
    people = list(found[:MAX_OF_ONE_ADDRESS])
    for person in people:
        accounts.mail_link(person, tokens.new_link(person, AccountLink.Purpose.RESET), invited=False)
    return len(people)
