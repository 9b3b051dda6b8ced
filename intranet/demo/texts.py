"""Reads the demo content: TOML tables, and Markdown with TOML front matter between `+++` lines."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from pages.addresses import to_path

CONTENT = Path(__file__).parent / "content"
FRONT_MATTER = re.compile(r"\A\+\+\+\n(.*?)^\+\+\+\n(.*)\Z", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Text:
    """One file. `place` is its path without suffix (`digital-services/blog/houseboats`), which gives its address."""

    place: str
    fields: dict[str, Any]
    body: str

    @property
    def slug(self) -> str:
        return self.place.rpartition("/")[2]

    @property
    def parent_path(self) -> str:
        return to_path(f"/spaces/{self.place.rpartition('/')[0]}/")

    @property
    def written_at(self) -> datetime:
        """`days_ago` before today, at `time`, so that the site looks alive on any day."""
        day = timezone.localdate() - timedelta(days=self.fields["days_ago"])
        moment = time.fromisoformat(self.fields.get("time", "09:00"))
        return timezone.make_aware(datetime.combine(day, moment))


def table(name: str) -> list[dict[str, Any]]:
    return tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))[name_of_row(name)]


def name_of_row(name: str) -> str:
    return "person" if name == "people" else name.removesuffix("s")


def read(path: Path) -> Text:
    found = FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{path} has no front matter.")
    place = path.relative_to(CONTENT / "spaces").with_suffix("").as_posix()
    return Text(place, tomllib.loads(found[1]), found[2].strip() + "\n")


def texts(space: str, room: str) -> Iterator[Text]:
    """All texts of `blog`, `wiki` or `podcasts` in a space, parents before children, without earlier versions."""
    folder = CONTENT / "spaces" / space
    paths = [path for path in [folder / f"{room}.md", *(folder / room).rglob("*.md")] if path.exists()]
    for path in sorted(paths, key=lambda path: (len(path.parts), path)):
        if "@" not in path.name:
            yield read(path)


def earlier_versions(text: Text) -> list[Text]:
    path = CONTENT / "spaces" / f"{text.place}.md"
    return [read(earlier) for earlier in sorted(path.parent.glob(f"{path.stem}@*.md"))]
