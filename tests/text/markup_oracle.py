"""A second parser's opinion on our HTML: names everything in it that could run a script or make a request."""

import re
from html.parser import HTMLParser

TAGS = set(
    "a audio blockquote br code del div em figcaption figure h2 h3 h4 h5 h6 hr img li ol p pre section span strong sup "
    "table tbody td th thead tr ul video".split()
)
ATTRIBUTES = set(
    "align alt aria-label class controls height href id loading preload rel role src start tabindex title width".split()
)
# What browsers drop before they look for the scheme.
IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]")
SCHEME = re.compile(r"([^/?#:]*):")


class Oracle(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.complaints: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.complaints.append(f"tag {tag}")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.complaints.append(f"attribute {name} on {tag}")
            if name in ("href", "src"):
                self._address(tag, name, IGNORED.sub("", value or ""))
        if tag == "a":
            self._link(dict(attrs))

    def _address(self, tag: str, name: str, address: str) -> None:
        scheme = SCHEME.match(address)
        if scheme and scheme[1].lower() not in ("http", "https", "mailto", "tel"):
            self.complaints.append(f"scheme {scheme[1]}")
        if name == "src" and not address.startswith(("/media/", "/static/")):
            self.complaints.append(f"{tag} loads {address}")

    def _link(self, attrs: dict[str, str | None]) -> None:
        address = (attrs.get("href") or "").replace("\\", "/").lower()
        if address.startswith(("http:", "https:", "//")) and attrs.get("rel") != "noopener noreferrer":
            self.complaints.append("external link without rel")

    def handle_comment(self, data: str) -> None:
        self.complaints.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.complaints.append("declaration")

    def unknown_decl(self, data: str) -> None:
        self.complaints.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.complaints.append("processing instruction")


def complaints(html: str) -> list[str]:
    oracle = Oracle()
    oracle.feed(html)
    oracle.close()
    return oracle.complaints
