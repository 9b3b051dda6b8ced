"""Bundles the parts of the style sheet into three files, whenever static files are looked up.

`site.css` is for signed-in people, `public.css` for the public, `admin.css` for the editor in Wagtail's admin, whose own
rules are in no layer and would win over ours. None is committed: `prepare` collects them, and
where static files are served from their sources, as in tests, a changed part is used by the next request.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

PARTS = Path(__file__).resolve().parent.parent / "static" / "css"
LAYERS = "@layer tokens, base, prose, components, forced, print;\n"
SHARED = (
    "tokens",
    "base",
    "shell",
    "layout",
    "page-head",
    "entry",
    "button",
    "form",
    "prose",
    "table",
    "player",
    "plain",
)
BUNDLES = {
    "css/site.css": (
        *SHARED,
        "search",
        "editor",
        "people",
        "news",
        "conversation",
        "stream",
        "history",
        "tree",
        "forced",
        "print",
    ),
    "css/public.css": (*SHARED, "forced", "print"),
    "css/admin_editor.css": ("tokens", "button", "prose", "table", "search", "editor", "admin"),
}
WITHIN = {"css/admin_editor.css": ".commonplace-editor"}
LAYER = re.compile(r"^@layer \w+ \{$", re.MULTILINE)


def squeeze(text: str) -> str:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())


def bundle(name: str) -> str:
    parts = "".join(squeeze((PARTS / f"{part}.css").read_text(encoding="utf-8")) for part in BUNDLES[name])
    if name not in WITHIN:
        return LAYERS + parts
    # As nested rules, which also win over the plain rules of the other style sheet.
    inside = LAYER.sub(f"{WITHIN[name]} {{", parts).replace("color-scheme: light dark;\n", "")
    return inside.replace(":root {", "& {")


class StyleSheetFinder(BaseFinder):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.INTRANET_VAR / "styles")

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in BUNDLES:
            return []
        return [self._made(path)] if find_all else self._made(path)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in BUNDLES:
            self._made(name)
            yield name, self.storage

    def _made(self, name: str) -> str:
        path, text = Path(self.storage.path(name)), bundle(name)
        # collectstatic compares modification times, so leave an unchanged file alone.
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return str(path)
