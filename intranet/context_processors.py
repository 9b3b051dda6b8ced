"""Context for the frame of every page. Templates call what they use, so other pages pay nothing."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from intranet import organisation
from people.permissions import CURATE_SEARCH, ENTER_ADMIN, RELEASE, has_right


def shell(request: HttpRequest) -> dict[str, Any]:
    person = getattr(request, "user", None)
    # Callables, which templates call only where they use them.
    return {
        "site_url": settings.INTRANET_URL,
        "organisation": organisation.name,
        "may_enter_admin": partial(has_right, person, ENTER_ADMIN),
        "may_curate_search": partial(has_right, person, CURATE_SEARCH),
        "may_release": partial(has_right, person, RELEASE),
    }
