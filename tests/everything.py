"""The stages of `make test`, with one closing line: lint, SQLite, PostgreSQL, browser.

    python -m tests.everything [lint|sqlite|postgresql|browser] [pytest arguments]

A stage that fails does not stop the later ones: one run reports everything that is wrong. Two cores are kept busy:
databases are migrated while the linters run, and the browser tests, which mostly wait, run beside the two others.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import chromium, environment
from tests.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = re.compile(r"(\d+) left out without \.\./shared")
COUNTS = re.compile(r"(\d+) (passed|failed|error|errors|skipped)")
PROCESSES = os.environ.get("TEST_PROCESSES", "2")

# Each with what it guards; all of them run, so that one call shows every fault.
LINT = {
    "code": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "layers": ["lint-imports", "--no-cache"],
    "template syntax": [sys.executable, "-m", "tests.templates", "djade"],
    "template indentation": [sys.executable, "-m", "tests.templates", "djhtml"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "system checks": [sys.executable, "manage.py", "check", "--fail-level", "WARNING"],
    "types": ["mypy"],
}


class Totals:
    """Adds up what the pytest runs counted."""

    def __init__(self) -> None:
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}
        self.failed_stages: list[str] = []
        self.left_out = 0

    def notice(self, line: str) -> None:
        """Adds up what was left out, of which the closing line says nothing."""
        if found := LEFT_OUT.match(line):
            self.left_out += int(found[1])

    def add(self, line: str) -> None:
        for number, word in COUNTS.findall(line):
            self.counts["failed" if word.startswith("error") else word] += int(number)

    def closing_line(self) -> str:
        return "{passed} passed, {failed} failed, {skipped} skipped".format(**self.counts)


def run(command: list[str], totals: Totals, **environment: str) -> tuple[int, str]:
    """Runs a command, shows what it says as it says it, and gives its exit code and its last line."""
    last = ""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            totals.notice(line)
            last = line if line.strip() else last
    return process.returncode, last


def lint(totals: Totals, *arguments: str) -> bool:
    """Static checks. They count as one test each, so that the closing line tells of them."""
    well = True
    for name, command in LINT.items():
        began = time.monotonic()
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        print(
            f"lint: {name:22} {'failed' if result.returncode else 'ok':7} {time.monotonic() - began:5.1f} s", flush=True
        )
        if result.returncode:
            well = False
            print(result.stdout + result.stderr, flush=True)
        totals.counts["failed" if result.returncode else "passed"] += 1
    return well


def pytest(totals: Totals, *arguments: str, **environment: str) -> bool:
    code, last = run([sys.executable, "-m", "pytest", "-q", *arguments], totals, **environment)
    totals.add(last)
    return code == 0


def sqlite(totals: Totals, *arguments: str) -> bool:
    return pytest(totals, "-n", PROCESSES, "--dist", "loadfile", "-m", "not browser", *arguments)


def postgresql(totals: Totals, *arguments: str) -> bool:
    """On a real server, the tests that could end differently there (`tests.both`)."""
    with ExitStack() as stack:
        url = os.environ.get("TEST_POSTGRESQL_URL") or stack.enter_context(Server()).url("suite")
        return pytest(
            totals,
            *("-n", PROCESSES, "--dist", "loadfile"),
            *("-m", "not browser"),
            *arguments,
            DATABASE_URL=url,
        )


def browser(totals: Totals, *arguments: str) -> bool:
    return pytest(totals, "-m", "browser", "tests/functional", *arguments, CHROMIUM=chromium.ensure())


STAGES: dict[str, Callable[..., bool]] = {
    "lint": lint,
    "sqlite": sqlite,
    "postgresql": postgresql,
    "browser": browser,
}


def stage(name: str, totals: Totals, *arguments: str) -> None:
    began = time.monotonic()
    print(f"=== {name}", flush=True)
    if not STAGES[name](totals, *arguments):
        totals.failed_stages.append(name)
    print(f"=== {name}: {time.monotonic() - began:.0f} s", flush=True)


@contextmanager
def beside(name: str, totals: Totals, *arguments: str, **environment: str) -> Iterator[None]:
    """Runs a stage in a process of its own while something else is done, and shows afterwards what it said."""
    command = [sys.executable, "-m", "tests.everything", name, *arguments]
    with tempfile.TemporaryFile("w+") as said:
        with subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=said, stderr=subprocess.STDOUT
        ) as process:
            yield
        said.seek(0)
        lines = said.read()
    print(lines, end="", flush=True)
    for line in lines.splitlines():
        totals.notice(line)
    totals.add(lines.strip().rpartition("\n")[2])
    if process.returncode:
        totals.failed_stages.append(name)


def whole(totals: Totals, *arguments: str) -> None:
    """All stages."""
    migrate = [sys.executable, "-m", "tests.databases"]
    with Server() as server:
        url = server.url("suite")
        with (
            subprocess.Popen(migrate, cwd=ROOT),
            subprocess.Popen(migrate, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}),
        ):
            stage("lint", totals)
        # A browser mostly waits, so that two other processes have the cores to themselves most of the time.
        with beside("browser", totals, *arguments):
            stage("sqlite", totals, *arguments)
            os.environ["TEST_POSTGRESQL_URL"] = url
            stage("postgresql", totals, *arguments)


def main(arguments: list[str]) -> int:
    # The checks read settings: what somebody has set in the terminal is not what is tested.
    os.environ.pop("DATABASE_URL", None)
    os.environ["INTRANET_VAR"] = environment.folder
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    totals, began = Totals(), time.monotonic()
    if arguments and arguments[0] in STAGES:
        stage(arguments[0], totals, *arguments[1:])
    else:
        whole(totals, *arguments)
    if totals.failed_stages:
        print(f"failed: {', '.join(totals.failed_stages)}")
    if totals.left_out:
        print(f"{totals.left_out} tests were left out: what they need is not in ../shared beside this checkout.")
    print(f"in {time.monotonic() - began:.0f} s")
    print(totals.closing_line(), flush=True)
    return 1 if totals.failed_stages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
