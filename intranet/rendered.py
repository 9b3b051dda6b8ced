"""Texts whose HTML was made by other rules than today's are rendered again after an upgrade, by the worker.

Pages are read as they were rendered when they were saved. What says by which rules that was is a row of the database, so that
a backup has it: an old one that is restored into a newer version is rendered again too.
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
    """The files that say how a text becomes HTML."""
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
    """Asks the worker to render every text again if that was not done by today's rules; how many there are."""
    now = rules()
    if Organisation.objects.filter(pk=1, rendered_by=now).exists():
        return 0
    texts = list(BasePage.objects.exclude(body="").order_by("pk").values_list("pk", flat=True))
    if texts:
        rerender_pages.enqueue(texts)
    Organisation.objects.update_or_create(pk=1, defaults={"rendered_by": now})
    return len(texts)
