"""Addresses of the public site, made only from settings and paths, so that every process makes the same ones."""

from django.conf import settings

# Replaces the base of the public site in stored text, so that the site can move.
PLACEHOLDER = "public:"


def public_base() -> str:
    """The base of every public address, with a trailing slash: `https://public.example.org/`."""
    base = settings.INTRANET_PUBLIC_URL
    if base.startswith("/"):
        base = settings.INTRANET_URL.rstrip("/") + base
    return base.rstrip("/") + "/"


def public_url(path: str = "") -> str:
    """The absolute address of `path` on the public site; `path` has no leading slash."""
    return public_base() + path


def resolve(address: str, base: str) -> str:
    return base + address.removeprefix(PLACEHOLDER) if address.startswith(PLACEHOLDER) else address


def resolve_html(html: str, base: str) -> str:
    """Stored HTML with absolute addresses. Text cannot forge the placeholder: quotes in attributes are escaped."""
    for attribute in ("href", "src"):
        html = html.replace(f'{attribute}="{PLACEHOLDER}', f'{attribute}="{base}')
    return html
