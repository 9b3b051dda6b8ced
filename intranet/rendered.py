"""Renders all texts again after an upgrade that changes the rendering, in the background.

Pages are stored as rendered. A hash of the rules is in the database, so that a backup has it: an old backup in a newer
version is rendered again too.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from intranet.models import Organisation
from pages.models import BasePage
from pages.rerendering import rerender_pages

ROOT = Path(__file__).resolve().parent.parent


def sources(root: Path = ROOT) -> Iterator[Path]:
    yield from sorted(root.glob("text/markup/*.py"))
    yield from (path for name in ("rendering", "targets", "texts") if (path := root / "pages" / f"{name}.py").is_file())


def rules() -> str:
    digest = hashlib.sha256()
    for path in sources():
        digest.update(f"{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@transaction.atomic
def renew() -> int:
    """Queue every text for rendering, unless the current rules have been applied; return how many."""
    now = rules()
    if Organisation.objects.filter(pk=1, rendered_by=now).exists():
        return 0
    texts = list(BasePage.objects.exclude(body="").order_by("pk").values_list("pk", flat=True))
    if texts:
        rerender_pages.enqueue(texts)
    Organisation.objects.update_or_create(pk=1, defaults={"rendered_by": now})
    return len(texts)
