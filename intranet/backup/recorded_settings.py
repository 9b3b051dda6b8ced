"""Settings that matter for a restore: recorded in the backup, and compared with those of the restored site."""

from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

CONSEQUENCES = {
    "INTRANET_URL": "Links in private feeds and mail now lead to the new address; feed readers still ask at the old one.",
    "INTRANET_PUBLIC_URL": "Public feeds are written again with the new address; their items keep their guids.",
    "INTRANET_HUB_URL": "Public feeds name the new hub.",
    "INTRANET_ROLE": "This process answers other addresses than the one that was backed up.",
    "INTRANET_BIN_DAYS": "Deleted pages are kept for as long as the new number says.",
    "INTRANET_SEARCH_REPORT_DAYS": "Counts of searches are kept for as long as the new number says.",
    "INTRANET_MAX_UPLOAD_BYTES": "Uploads that are there stay; new ones follow the new limit.",
    "INTRANET_MAILS_PER_MINUTE": "Notifications are mailed at the new rate.",
    "DEFAULT_FROM_EMAIL": "Mail has the new sender.",
    "TIME_ZONE": "Moments are shown in the new zone; they are kept in UTC.",
}
KEY_CONSEQUENCE = (
    "SECRET_KEY is another. Passwords and private feeds work. Addresses of pictures and recordings that feed readers took"
    " from a private feed before open no longer, until they fetch that feed again. To avoid that, take over the file"
    " secret-key of the old INTRANET_VAR, or the old SECRET_KEY, and restart."
)


def recorded() -> dict[str, Any]:
    """Without passwords and keys, so that the file cannot be used to sign anything as the site."""
    return {name: str(getattr(settings, name)) for name in CONSEQUENCES} | {
        "database": connection.vendor,
        "search": settings.WAGTAILSEARCH_BACKENDS["default"]["BACKEND"],
        "key_mark": key_mark(),
    }


def key_mark() -> str:
    """Identifies the SECRET_KEY without revealing it."""
    return salted_hmac("intranet.backup", "mark", algorithm="sha256").hexdigest()[:16]


def differences(before: dict[str, Any]) -> list[str]:
    found = [
        f"{name} is {str(getattr(settings, name))!r}, and was {before[name]!r}. {consequence}"
        for name, consequence in CONSEQUENCES.items()
        if name in before and before[name] != str(getattr(settings, name))
    ]
    if before.get("key_mark") != key_mark():
        found.append(KEY_CONSEQUENCE)
    return found
