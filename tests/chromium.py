"""Finds a Chromium for the browser tests and installs one if there is none; `python -m tests.chromium` prints its path."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# No calls home, no first-run pages; no sandbox only where there is no user to separate from.
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


def playwrights_own() -> str | None:
    """Where Playwright has put its own Chromium, if it has."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find() -> str | None:
    """$CHROMIUM, else one on the PATH, else Playwright's own."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None) or playwrights_own()


def install() -> None:
    """Playwright's own build where that can be fetched, else the system's package where we may install it."""
    print("no Chromium here: fetching one", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if not playwrights_own() and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-q"], check=False)
        subprocess.run(
            ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            check=False,
        )


def ensure() -> str:
    """The path of a Chromium that is there. Fails with one sentence where none can be had."""
    path = find()
    if not path:
        install()
        path = find()
    if not path:
        sys.exit("No Chromium and none to be fetched: install one, or set CHROMIUM to its path.")
    return path


if __name__ == "__main__":
    print(ensure())
