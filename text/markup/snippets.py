"""The HTML that this package makes itself. Values are escaped here and nowhere else."""

from html import escape
from urllib.parse import quote

from text.markup.context import Media

CHECKED = '<span class="task-box">☑</span>'
UNCHECKED = '<span class="task-box">☐</span>'


def opening(address: str, *, css_class: str = "", title: str = "", external: bool = False) -> str:
    parts = [f'<a href="{escape(address)}"']
    if css_class:
        parts.append(f' class="{css_class}"')
    if title:
        parts.append(f' title="{escape(title)}"')
    if external:
        parts.append(' rel="noopener noreferrer"')
    return "".join(parts) + ">"


def ending(media: Media) -> str:
    """Of a link to stored media."""
    return f' <span class="file-facts">({escape(media.facts)})</span></a>' if media.facts else "</a>"


def mention(username: str, full_name: str) -> str:
    return f'<a href="/people/{quote(username, safe="")}/" class="mention">@{escape(full_name or username)}</a>'


def mention_of_leaver(name: str) -> str:
    """People who have left are named but have no profile."""
    return f'<span class="mention">@{escape(name)}</span>'


def red_link_address(space_slug: str, title: str) -> str:
    return f"/spaces/{quote(space_slug, safe='')}/wiki/-/new/?title={quote(title, safe='')}"


def picture(media: Media, alt: str) -> str:
    size = f' width="{media.width:d}" height="{media.height:d}"' if media.width and media.height else ""
    return f'<img src="{escape(media.url)}" alt="{escape(alt)}"{size} loading="lazy">'


def recording(media: Media, caption: str) -> str:
    """A player that loads nothing until it is used, and a plain link for browsers without one."""
    tag = "video" if media.media_type.startswith("video/") else "audio"
    words = escape(caption or media.title)
    return (
        f'<figure class="recording"><{tag} src="{escape(media.url)}" controls="" preload="none"></{tag}>'
        f'<figcaption><a href="{escape(media.url)}">{words or escape(media.url)}</a></figcaption></figure>'
    )


def figure(media: Media, alt: str, caption: str) -> str:
    words = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f'<figure class="picture">{picture(media, alt)}{words}</figure>'


def missing(words: str) -> str:
    return f'<span class="missing-media">{escape(words)}</span>'
