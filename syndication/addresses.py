"""Addresses of the public site. They are made from one setting and paths, so that both processes agree on them."""

from django.conf import settings

# Stands for the base of the public site in stored text, which therefore survives a move of the site.
PLACEHOLDER = "public:"


def public_base() -> str:
    """The base of everything public, with a slash at its end: `https://public.example.org/`."""
    base = settings.INTRANET_PUBLIC_URL
    if base.startswith("/"):
        base = settings.INTRANET_URL.rstrip("/") + base
    return base.rstrip("/") + "/"


def public_url(path: str = "") -> str:
    """The absolute address of `path` within the public site; a path begins without a slash."""
    return public_base() + path


def resolve(address: str, base: str) -> str:
    """A stored address as an absolute one."""
    return base + address.removeprefix(PLACEHOLDER) if address.startswith(PLACEHOLDER) else address


def resolve_html(html: str, base: str) -> str:
    """Stored HTML with absolute addresses. Quotes within attributes are escaped, so text cannot forge the mark."""
    for attribute in ("href", "src"):
        html = html.replace(f'{attribute}="{PLACEHOLDER}', f'{attribute}="{base}')
    return html
