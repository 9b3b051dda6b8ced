"""Join the parts of the style sheet into the two files that are served: run it after editing a part.

`site.css` is for people who are signed in, `public.css` for everybody; a test holds both in step with their parts.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "css"
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
    "site.css": (*SHARED, "search", "editor", "people", "history", "forced", "print"),
    "public.css": (*SHARED, "forced", "print"),
}


def squeeze(text: str) -> str:
    """Return the style sheet `text` without comments, indentation and empty lines."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())


def bundle(name: str) -> str:
    """Return what the served file `name` must hold."""
    parts = (squeeze((FOLDER / f"{part}.css").read_text(encoding="utf-8")) for part in BUNDLES[name])
    return LAYERS + "".join(parts)


def main() -> None:
    """Write every served file."""
    for name in BUNDLES:
        (FOLDER / name).write_text(bundle(name), encoding="utf-8")


if __name__ == "__main__":
    main()
