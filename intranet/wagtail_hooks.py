"""What happens before Wagtail's admin saves a page."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from intranet.admin_saves import joined


@hooks.register("before_edit_page")
def join_what_was_saved_meanwhile(request: HttpRequest, page: Any) -> None:
    # What the admin saves while one types is refused by Wagtail itself where it is out of date.
    if request.method == "POST" and request.accepts("text/html"):
        request.POST = joined(request, page)  # type: ignore[assignment]
