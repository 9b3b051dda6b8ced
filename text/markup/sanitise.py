"""The allow-list for all HTML that leaves this package."""

import nh3

_CLASSES_ON = {"class"}
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "class", "id", "rel", "aria-label"},
    "audio": {"src", "controls", "preload"},
    "code": _CLASSES_ON,
    "div": {"class", "tabindex", "role", "aria-label"},
    "figure": _CLASSES_ON,
    "h1": {"id"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "h5": {"id"},
    "h6": {"id"},
    "img": {"src", "alt", "width", "height", "loading"},
    "li": {"class", "id"},
    "ol": {"start"},
    "p": _CLASSES_ON,
    "pre": {"tabindex", "role", "aria-label"},
    "section": _CLASSES_ON,
    "span": _CLASSES_ON,
    "sup": _CLASSES_ON,
    "td": {"align"},
    "th": {"align"},
    "ul": _CLASSES_ON,
    "video": {"src", "controls", "preload", "width", "height"},
}
_BARE_TAGS = {"blockquote", "br", "del", "em", "figcaption", "hr", "strong", "table", "tbody", "thead", "tr"}
SCHEMES = {"http", "https", "mailto", "tel"}

_cleaner = nh3.Cleaner(
    tags=set(ATTRIBUTES) | _BARE_TAGS,
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    link_rel=None,  # Set where the link is made, on external links only.
)


def sanitise(html: str) -> str:
    return _cleaner.clean(html)
