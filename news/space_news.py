"""What people are told about spaces and memberships: implements `people.announcing`."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news import events, kinds
from news.kinds import Details, EventKind
from news.models import Event, Reason
from people.models import JoinRequest, Membership


class SpaceNews:
    def asked_to_join(self, request: JoinRequest) -> None:
        owners = Membership.objects.filter(space=request.space_id, role=Membership.Role.OWNER)
        events.record(
            kind=ASKED.name,
            key=key_of(request),
            by=request.person,
            space=request.space,
            to={Reason.ASKED: owners.values_list("person", flat=True)},
        )

    def request_answered(self, request: JoinRequest, *, by: Any, accepted: bool) -> None:
        events.forget(key_of(request))
        if not accepted:
            key, to = f"declined:{request.pk}", {Reason.ANSWERED: [request.person]}
            events.record(kind=DECLINED.name, key=key, by=by, space=request.space, to=to)

    def role_given(self, membership: Membership, *, by: Any, is_new: bool) -> None:
        key = f"member:{membership.pk}:{timezone.now().isoformat()}"  # the same role can be given again
        to = {Reason.MEMBER: [membership.person]}
        kind = ADDED if is_new else ROLE
        events.record(kind=kind.name, key=key, by=by, space=membership.space, to=to, data={"role": membership.role})


def key_of(request: JoinRequest) -> str:
    return f"join:{request.pk}"


def members_page(person: Any, found: list[Event]) -> dict[int, Details]:
    return {event.pk: Details(url=f"{event.space.get_absolute_url()}-/members/") for event in found}


def role(person: Any, found: list[Event]) -> dict[int, Details]:
    labels = dict(Membership.Role.choices)
    return {event.pk: Details(str(labels.get(event.data.get("role"), ""))) for event in found}


ASKED = EventKind(
    name="asked_to_join",
    says=_("%(by)s asks to join %(title)s"),
    stands_alone=True,
    for_owners=True,
    details=members_page,
)
DECLINED = EventKind(name="join_declined", says=_("%(by)s declined your request to join %(title)s"), stands_alone=True)
ADDED = EventKind(name="member_added", says=_("%(by)s added you to %(title)s"), stands_alone=True, details=role)
ROLE = EventKind(name="role_given", says=_("%(by)s changed your role in %(title)s"), stands_alone=True, details=role)
kinds.register(ASKED, DECLINED, ADDED, ROLE)
