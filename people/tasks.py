"""Background tasks for accounts."""

from django.db.models import Q
from django_tasks import task

from people import accounts, tokens
from people.models import AccountLink, Person
from text.titles import title_key

MAX_OF_ONE_ADDRESS = 5


@task()
def mail_reset_link(typed: str) -> int:
    """Mail a link to people with this username or e-mail address.

    It is a task for unknown names too, so that the page and its timing are always the same. The link is made here, so
    that no row of the task table has it.
    """
    named = Person.objects.named([typed]).values("pk")
    found = Person.objects.filter(Q(pk__in=named) | Q(email_key=title_key(typed)), is_active=True).exclude(email="")
    people = [person for person in found[:MAX_OF_ONE_ADDRESS] if not tokens.has_new_link(person)]
    for person in people:
        # Who never had a password is still invited: the link is valid for as long as an invitation.
        invited = not person.has_usable_password()
        purpose = AccountLink.Purpose.INVITATION if invited else AccountLink.Purpose.RESET
        accounts.mail_link(person, tokens.new_link(person, purpose), invited=invited)
    return len(people)
