"""Every package that the project imports is in its own requirements: none is there only through another package."""

import ast
import importlib.metadata
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {path.stem for path in ROOT.glob("*.py")}
# Run by hand to make the demo content again, with what is installed for tests.
NOT_PACKAGES = {"rows"}  # modules of django-modelsearch's own tests, which are no package
FOR_DEVELOPERS = {"bench", "scripts", "tests", "intranet/demo/make_media.py"}


def wanted(name: str) -> set[str]:
    """The packages of a list and of those that it includes, as the package index calls them."""
    found: set[str] = set()
    for line in (ROOT / "requirements" / name).read_text().splitlines():
        if line.startswith("-r "):
            found |= wanted(line.removeprefix("-r ").strip())
        elif match := re.match(r"[A-Za-z0-9._-]+", line):
            found.add(normalised(match[0]))
    return found


def normalised(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def packages(*, for_developers: bool) -> dict[str, str]:
    """Each package that is imported, with one file that does."""
    known = importlib.metadata.packages_distributions()
    found: dict[str, str] = {}
    for path in ROOT.glob("*/**/*.py"):
        name = path.relative_to(ROOT).as_posix()
        if path.relative_to(ROOT).parts[0] not in OURS:
            continue
        if for_developers == any(name == one or name.startswith(f"{one}/") for one in FOR_DEVELOPERS):
            for module in imported(path):
                if module not in {*OURS, *NOT_PACKAGES, *sys.stdlib_module_names}:
                    found.setdefault(normalised(known.get(module, [module])[0]), name)
    return found


@pytest.mark.parametrize(("name", "for_developers"), [("services.in", False), ("dev.in", True)])
def test_every_import_is_of_a_package_in_our_lists(name: str, for_developers: bool) -> None:
    found = packages(for_developers=for_developers)
    assert found
    assert {package: path for package, path in found.items() if package not in wanted(name)} == {}
