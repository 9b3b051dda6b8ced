"""Addresses that begin with "//" take the scheme of the page that they are in, which a feed reader does not have."""

from urllib.parse import urlsplit


def with_scheme(address: str) -> str:
    """The same with a scheme; "" where no host of the internet is named, for every reader, inside and outside."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return f"https:{address}" if "." in host.strip(".") else ""
