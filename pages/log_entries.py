"""Entries in Wagtail's page log."""

import uuid
from typing import Any

from django.utils import timezone
from wagtail.models import PageLogEntry


def log_change(page: Any, action: str, *, by: Any, revision: Any = None, data: dict[str, Any] | None = None) -> None:
    """Add an entry to the log. Wagtail's own function runs a query for each foreign key to validate it."""
    entry = PageLogEntry(
        content_type=page.cached_content_type,
        page_id=page.pk,
        label=page.get_admin_display_title(),
        action=action,
        user=by,
        revision=revision,
        data=data or {},
        timestamp=timezone.now(),
        uuid=uuid.uuid4(),
        content_changed=bool(revision) or action == "wagtail.create",
    )
    PageLogEntry.objects.bulk_create([entry])
