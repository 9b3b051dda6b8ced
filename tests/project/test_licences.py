"""The licence of every package that the site needs grants our users what BSD-3-Clause grants them."""

import importlib.metadata
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL-2\.0|Mozilla Public License 2\.0|CC0|Unlicense|Zlib|HPND",
    re.I,
)
COPYLEFT = re.compile(r"\b(A?GPL|GNU (?:Affero )?General Public)", re.I)
# Used unchanged as libraries, which the LGPL allows to everybody.
LIBRARIES = {"psycopg", "psycopg-binary", "psycopg-pool"}
# Run as a program over our templates, imported by nothing, part of nothing that we hand out.
PROGRAMS = {"djhtml"}


def locked(name: str) -> list[str]:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return [match.group(1).lower() for line in lines if (match := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", line))]


def licence_of(package: str) -> str:
    metadata = importlib.metadata.metadata(package)
    classifiers = [value for value in metadata.get_all("Classifier") or [] if value.startswith("License ::")]
    words = [metadata.get("License-Expression") or "", (metadata.get("License") or "")[:200], *classifiers]
    return " ".join(word for word in words if word)


def installed(package: str) -> bool:
    try:
        importlib.metadata.distribution(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


@pytest.mark.parametrize("package", locked("base.txt"))
def test_a_package_of_the_site_has_a_permissive_licence(package: str) -> None:
    if not installed(package):
        pytest.skip(f"{package} is for another platform")
    licence = licence_of(package)
    assert PERMISSIVE.search(licence) or (package in LIBRARIES and "LGPL" in licence), f"{package}: {licence}"
    assert not COPYLEFT.search(licence.replace("LGPL", "")), f"{package}: {licence}"


def test_no_tool_but_a_program_is_under_the_gpl() -> None:
    tools = {package for package in locked("dev.txt") if installed(package)}
    assert {package for package in tools if COPYLEFT.search(licence_of(package).replace("LGPL", ""))} <= PROGRAMS


def test_every_package_we_chose_has_its_reason_in_the_decision() -> None:
    decision = (ROOT / "docs" / "decisions" / "0008-dependencies.md").read_text()
    for name in ("base.in", "dev.in"):
        for line in (ROOT / "requirements" / name).read_text().splitlines():
            package = re.match(r"[A-Za-z0-9_-]+", line)
            if package and not line.startswith(("#", "-")) and not line.startswith(("types-", "lxml-stubs")):
                assert package.group() in decision, f"{package.group()} of requirements/{name} is not explained"


def test_every_locked_package_is_held_by_its_hash() -> None:
    for name in ("base.txt", "dev.txt", "uv.txt"):
        text = (ROOT / "requirements" / name).read_text()
        for block in re.split(r"\n(?=[A-Za-z0-9])", text):
            if "==" in block.split("\n")[0]:
                assert "--hash=sha256:" in block, block.split("\n")[0]
        assert "://" not in re.sub(r"^#.*$", "", text, flags=re.M), f"requirements/{name} names an address"
