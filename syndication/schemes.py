"""Addresses that begin with "//" take the scheme of their page, which a feed reader does not have."""

from urllib.parse import urlsplit


def with_scheme(address: str) -> str:
    """The address with https, or "" if its host is not a name on the internet."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return f"https:{address}" if "." in host.strip(".") else ""
