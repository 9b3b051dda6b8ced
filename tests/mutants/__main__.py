"""Breaks one security rule at a time and runs the tests that guard it: `python -m tests.mutants [words]`.

Each core works in a copy of the tree, so the checkout is not touched. The named tests first run on an unchanged copy: a test
that fails anyway would prove nothing. The exit status is non-zero if a mutant survives, or if its line or test is missing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.listing import ROOT, Misfit, Mutant, mutants

PROCESSES = int(os.environ.get("TEST_PROCESSES", "2"))
SECONDS = 300
"""A test that runs longer hangs, which nobody would take for a pass."""
TESTS_FAILED = 1
"""Of pytest's exit codes the only one that says that a test noticed; others say that nothing was asked."""


@dataclass(frozen=True)
class Outcome:
    mutant: Mutant
    killed: bool
    seconds: float
    said: str = ""


class Copy:
    """A copy of the tree, with what lies beside it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.root / name)
        if (ROOT.parent / "shared").exists():
            (folder / "shared").symlink_to(ROOT.parent / "shared")

    def run(self, tests: list[str], *options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", *options, *tests]
        return subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, check=False, timeout=SECONDS * len(tests)
        )

    @contextmanager
    def broken(self, mutant: Mutant) -> Iterator[None]:
        """The copy with this rule broken."""
        path = self.root / mutant.file
        kept = path.read_bytes()
        path.write_text(mutant.applied(kept.decode()))
        try:
            yield
        finally:
            path.write_bytes(kept)
            # Compiled code is told from its source by seconds and length, which a mutant may share.
            for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
                compiled.unlink()


def tried(mutant: Mutant, copies: "SimpleQueue[Copy]") -> Outcome:
    """Whether one of its tests notices the mutant."""
    copy, began = copies.get(), time.monotonic()
    try:
        with copy.broken(mutant):
            done = copy.run(list(mutant.tests), "-x")
    except subprocess.TimeoutExpired:
        return Outcome(mutant, False, time.monotonic() - began, "its tests took too long")
    finally:
        copies.put(copy)
    killed = done.returncode == TESTS_FAILED
    return Outcome(mutant, killed, time.monotonic() - began, "" if killed else done.stdout[-2_000:])


def show(number: int, total: int, outcome: Outcome) -> None:
    """A line of the table, and the bar below it on a terminal."""
    mutant = outcome.mutant
    state = "died" if outcome.killed else "SURVIVED"
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    print(f"{number:3}/{total}  {state:8} {outcome.seconds:5.1f} s  {mutant.theme:10} {mutant.rule}", flush=True)
    if not outcome.killed:
        print(f"    {mutant.file}: {mutant.line}\n    became {mutant.instead}\n{outcome.said}", flush=True)
    if sys.stderr.isatty():
        filled = 40 * number // total
        print(f"[{'#' * filled}{'.' * (40 - filled)}] {number}/{total}", end="", file=sys.stderr, flush=True)
        if number == total:
            print(file=sys.stderr)


def main(words: list[str]) -> int:
    chosen, misfits = mutants(*words), []
    for mutant in chosen:
        try:
            mutant.check()
        except (Misfit, SyntaxError) as error:
            misfits.append(f"{mutant.theme}: {mutant.rule}: {error}")
    if misfits or not chosen:
        print("\n".join(misfits) or "no mutant by that name")
        return 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="commonplace-mutants-") as folder:
        copies: SimpleQueue[Copy] = SimpleQueue()
        made = [Copy(Path(folder, str(number))) for number in range(min(PROCESSES, len(chosen)))]
        print(f"{len(chosen)} mutants; their tests pass without them: ", end="", flush=True)
        unchanged = made[0].run(sorted({test for mutant in chosen for test in mutant.tests}))
        print("no" if unchanged.returncode else f"yes, {time.monotonic() - began:.0f} s", flush=True)
        if unchanged.returncode:
            print(unchanged.stdout + unchanged.stderr)
            return 1
        for copy in made:
            copies.put(copy)
        with ThreadPoolExecutor(len(made)) as pool:
            waiting = [pool.submit(tried, mutant, copies) for mutant in chosen]
            outcomes = []
            for done in as_completed(waiting):
                outcomes.append(done.result())
                show(len(outcomes), len(chosen), outcomes[-1])
    survived = sum(not outcome.killed for outcome in outcomes)
    print(f"{len(outcomes) - survived} died, {survived} survived, in {time.monotonic() - began:.0f} s")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
