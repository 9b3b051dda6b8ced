"""The pages for requests that were refused: too large, too slow, or no room to store them."""

from functools import lru_cache

from django.conf import settings
from django.template import loader
from django.template.defaultfilters import filesizeformat
from django.template.exceptions import TemplateDoesNotExist
from django.utils.translation import gettext as _


@lru_cache(maxsize=16)
def refusal(status: int) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and page. The connection closes, because the rest of the body may still be on its way."""
    most = filesizeformat(getattr(settings, "INTRANET_MAX_UPLOAD_BYTES", 0))
    titles = {
        408: (_("Sending took too long"), _("Your connection was too slow. Go back and try again.")),
        413: (
            _("What you sent is too large"),
            _(
                "A file can be up to %(size)s. If you were signed out while you were writing, sign in again in "
                "another tab. Then go back and send it again."
            )
            % {"size": most},
        ),
        503: (_("Commonplace is busy"), _("Nothing was saved. Wait a moment, then go back and send it again.")),
        507: (
            _("This site’s disk is full"),
            _("Nothing was saved. Copy what you typed, and tell an administrator."),
        ),
    }
    title, text = titles[status]
    try:
        page: str = loader.render_to_string("refused.html", {"title": title, "text": text})
    except TemplateDoesNotExist:  # another application is served, as in `make bench`
        page = f"{title}. {text}"
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    ]
    if status == 503:
        headers.append(("Retry-After", "30"))
    return status, headers, page.encode()
