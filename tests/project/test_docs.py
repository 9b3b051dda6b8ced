"""The docs name every setting and command that exists, and none that does not."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import get_commands
from django.urls import get_resolver

ROOT = Path(__file__).resolve().parents[2]
OURS = {"intranet", "search", "blog", "wiki", "podcasts", "syndication", "news", "pages", "people"}
FROM_ENVIRONMENT = re.compile(r"""(?:ENV\.\w+|environ(?:\.get)?)[(\[]\s*["']([A-Z][A-Z_]+)["']""")
# Of the terminal, of make and of Python, not ours to describe.
FOREIGN = {"PATH", "MAKELEVEL", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE"}


def docs() -> dict[str, str]:
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return {file.relative_to(ROOT).as_posix(): file.read_text() for file in files}


def settings_in_code() -> set[str]:
    return {
        name for path in (ROOT / "intranet").rglob("*.py") for name in FROM_ENVIRONMENT.findall(path.read_text())
    } - FOREIGN


def test_every_setting_is_described_and_every_described_setting_exists() -> None:
    described = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(), flags=re.M))
    assert settings_in_code() - described == set(), "not in docs/settings.md"
    assert described - settings_in_code() - {"PYTHON"} == set(), "in docs/settings.md, but nobody reads it"


def test_every_command_is_described_and_every_described_command_exists() -> None:
    known = get_commands()
    ours = {name for name, app in known.items() if app in OURS}
    described = {name for text in docs().values() for name in re.findall(r"manage\.py ([a-z_]+)", text)}
    assert ours - described == set(), "in no page of the docs"
    assert described - set(known) == set(), "described, but no such command"


def test_every_make_target_in_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.M))
    named = {name for text in docs().values() for name in re.findall(r"`make ([a-z-]+)`", text)}
    assert named - targets == set()


def test_every_link_between_pages_of_the_docs_leads_somewhere() -> None:
    dead = []
    for name, text in docs().items():
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.S)):
            if not (ROOT / name).parent.joinpath(target).exists():
                dead.append(f"{name} → {target}")
    assert dead == []


def test_no_document_names_the_machine_it_was_written_on() -> None:
    for name, text in docs().items():
        assert not re.search(r"/work/|/tmp/|/root/", text), name


def addresses_in_code(patterns: list[Any], before: str = "/") -> Iterator[str]:
    """Every address as a reader of the docs would write it: converters and regular expressions become their names."""
    for entry in patterns:
        text = str(entry.pattern).removeprefix("^").removesuffix("$")
        text = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", text).replace("\\", "")
        text = before + re.sub(r"<\w+:(\w+)>", r"<\1>", text)
        if text.startswith(("/admin/", "/documents/")):
            continue
        if hasattr(entry, "url_patterns"):
            yield from addresses_in_code(entry.url_patterns, text)
        else:
            yield text


def test_every_address_is_described_and_every_described_address_exists() -> None:
    page = (ROOT / "docs" / "addresses.md").read_text()
    described = set(re.findall(r"^\| `(/[^`…]*)`", page, flags=re.M))
    # Nets below all others: former addresses are led on, a missing slash is added, the rest is not found.
    nets = {"/<path>", "/public/<path>"}
    existing = set(addresses_in_code(get_resolver().url_patterns)) - nets
    assert existing - described == set(), "in the code, but not in docs/addresses.md"
    assert described - existing == set(), "in docs/addresses.md, but not in the code"
