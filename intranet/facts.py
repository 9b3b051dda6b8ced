"""The few settings that a supervising process needs."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple


class Facts(NamedTuple):
    INTRANET_VAR: Path
    INTRANET_URL: str
    INTRANET_ROLE: str
    INTRANET_BACKGROUND: str


def read() -> Facts:
    """Raises `ImproperlyConfigured` for wrong settings, and for a site that must not start with them.

    Runs in a short-lived process: the 15 MB that this imports would stay in memory as long as the site runs.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as elsewhere:
        return elsewhere.submit(_read).result()


def _read() -> Facts:
    from intranet import settings
    from intranet.exposure import refuse_published_password

    refuse_published_password(settings)
    return Facts(*(getattr(settings, name) for name in Facts._fields))
