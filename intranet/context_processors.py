"""What the frame of every page needs. Asked only by pages that show it, and then with the roles of the reader."""

from functools import partial
from typing import Any

from django.http import HttpRequest

from intranet import organisation
from people.permissions import CURATE_SEARCH, ENTER_ADMIN, RELEASE, has_right


def shell(request: HttpRequest) -> dict[str, Any]:
    person = getattr(request, "user", None)
    # Templates call what can be called, and only where they use it.
    return {
        "organisation": organisation.name,
        "may_enter_admin": partial(has_right, person, ENTER_ADMIN),
        "may_curate_search": partial(has_right, person, CURATE_SEARCH),
        "may_release": partial(has_right, person, RELEASE),
    }
