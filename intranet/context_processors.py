"""What the frame of every page needs. Nothing here asks the database."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    person = getattr(request, "user", None)
    signed_in = person is not None and person.is_authenticated
    return {"may_enter_admin": signed_in and (person.is_superuser or person.is_staff)}
