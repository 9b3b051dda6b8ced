"""docs/limits.md matches the limits in the code, and every limit is defined in one place."""

import re
from pathlib import Path

import limits

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `([A-Z_]+)` \| ([\d,]+) \| ([^|]+(?:\\\|[^|]*)*) \| (.+) \|$", re.MULTILINE)


def test_the_documentation_gives_every_limit_its_value_unit_and_reason() -> None:
    told = {name: int(value.replace(",", "")) for name, value, _unit, _why in ROW.findall(read("docs/limits.md"))}
    assert told == {name: value for name, value in vars(limits).items() if name.isupper()}


def test_no_limit_is_written_down_a_second_time() -> None:
    """A number of six digits or more that is a limit of the table stands nowhere else as the most of anything."""
    distinctive = {value for name, value in vars(limits).items() if name.isupper() and value >= 100_000}
    apps = ("blog", "imaging", "intranet", "news", "pages", "people", "podcasts", "search", "syndication", "wiki")
    copies = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for app in apps
        for path in sorted((ROOT / app).rglob("*.py"))
        for line in path.read_text().splitlines()
        if (
            found := re.match(
                r"\s*(?:MAX|MOST|LONGEST|LARGEST)_[A-Z_]+ *(?::[^=]*)?= ([\d_]+)$", line.partition("#")[0].rstrip()
            )
        )
        and int(found[1]) in distinctive
    ]
    assert copies == []


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
