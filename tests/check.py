"""A yes or no within 90 seconds about the changes since this branch left its base: `make check`.

    python -m tests.check [base]

The linters check all of the code while the tests near the change run, nearest first, until the time is up. `make test` has
the last word. `base` is a commit; by default it is where the branch left its upstream, or HEAD if it has
none.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import environment
from tests.everything import LINT, ROOT

SECONDS = float(os.environ.get("CHECK_SECONDS", "75"))
"""For the tests; the last one that began may take a little longer."""
#: Who may read what, asked by a stranger and by a member at every address.
SAMPLE = [
    "tests/test_matrix.py::test_every_address_has_a_row",
    *(
        f"tests/test_matrix.py::test_each_reader_gets_from_each_exit_what_is_hers_and_no_more[{reader}]"
        for reader in ("anonymous", "mary")
    ),
]
#: Takes as long as everything else, and every start of the site asks it.
LEFT_TO_MAKE_TEST = {"system checks"}
NO_TESTS = 5
TEST = re.compile(r"tests/(?!functional/).*test_\w+\.py")


def changed(base: str = "") -> list[str]:
    """Paths of all files that differ from the base, are not committed, or are new; none that is gone."""
    if not base:
        upstream = _git("merge-base", "HEAD", "@{upstream}") or _git("merge-base", "HEAD", "origin/main")
        base = upstream[0] if upstream else "HEAD"
    names = {*_git("diff", "--name-only", base), *_git("ls-files", "--others", "--exclude-standard")}
    return sorted(name for name in names if (ROOT / name).is_file())


def _git(*command: str) -> list[str]:
    done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.split("\n")[:-1] if not done.returncode else []


def near_tests(paths: Iterable[str], root: Path = ROOT) -> list[str]:
    """Files of tests, the nearest first: those that changed, those that bear the name of what changed, those that import it
    or show the template, those of its app."""
    listed = sorted(str(path.relative_to(root)) for path in (root / "tests").rglob("test_*.py"))
    texts = {name: (root / name).read_text() for name in listed if TEST.fullmatch(name)}
    found: list[list[str]] = [[], [], [], []]
    for path in paths:
        parts = Path(path).with_suffix("").parts
        app, name = parts[0], parts[-1]
        if TEST.fullmatch(path):
            found[0].append(path)
        elif app == "tests":
            found[2] += _naming(".".join(parts), texts)
        elif app == "templates":
            app = parts[1] if len(parts) > 2 else "intranet"
            found[2] += [test for test, text in texts.items() if f"{'/'.join(parts[1:])}.html" in text]
            found[3] += [test for test in texts if test.startswith(f"tests/{app}/")]
        elif path.endswith(".py"):
            found[1] += [test for test in texts if re.fullmatch(rf"tests/{app}/(?:.*/)?test_{name}\w*\.py", test)]
            found[2] += _naming(".".join(parts), texts)
            found[3] += [test for test in texts if test.startswith(f"tests/{app}/")]
        elif path.endswith((".md", ".toml", ".css", ".txt")):
            found[3] += [test for test in texts if test.startswith("tests/project/")]
    return list(dict.fromkeys(test for group in found for test in group))


def _naming(module: str, texts: dict[str, str]) -> list[str]:
    """The tests that import a module."""
    package, _dot, name = module.removesuffix(".__init__").rpartition(".")
    wanted = re.compile(
        rf"^\s*(?:from {re.escape(module)} |import {re.escape(module)}\b|from {package} import .*\b{name}\b)", re.M
    )
    return [test for test, text in texts.items() if wanted.search(text)]


def _linted(name: str, began: float) -> bool:
    with subprocess.Popen(
        LINT[name], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            said, _none = process.communicate(timeout=SECONDS - (time.monotonic() - began))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGTERM)
            said = "did not end in the time; a second run begins where this one ended\n"
    well = process.returncode == 0
    print(f"lint: {name:22} {'ok' if well else 'failed'}" + ("" if well else f"\n{said}"), flush=True)
    return well


def main(arguments: list[str]) -> int:
    os.environ.pop("DATABASE_URL", None)
    os.environ["INTRANET_VAR"] = environment.folder
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    began, paths = time.monotonic(), changed(*arguments[:1])
    near = near_tests(paths)
    print(f"{len(paths)} files changed; {len(near)} files of tests are near, and a sample of the matrix", flush=True)
    asking = [name for name in LINT if name not in LEFT_TO_MAKE_TEST]
    # What changed first: after that the sample, which is what nobody thinks of.
    first = [test for test in near if test in paths]
    rest = [test for test in near if test not in first]
    asked = ["-q", "-x", "--no-header", "-m", "not browser and not slow", "--until", str(time.time() + SECONDS)]
    command = [sys.executable, "-m", "pytest", "-p", "tests.deadline", *asked, *first, *SAMPLE, *rest]
    with ThreadPoolExecutor(1) as pool, subprocess.Popen(command, cwd=ROOT) as tests:
        linted = list(pool.map(lambda name: _linted(name, began), asking))
    well = all(linted) and tests.returncode in {0, NO_TESTS}
    print(f"{'yes' if well else 'no'}, in {time.monotonic() - began:.0f} s")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
