"""Writes the catalogue of all user-visible texts, `locale/en/LC_MESSAGES/django.po`, for translators.

Does what `manage.py makemessages -l en` does, but without `xgettext`, which not every machine has. Run it after
changing a text; a test compares the catalogue with the texts.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
LEFT_OUT = {"bench", "locale", "migrations", "node_modules", "scripts", "static", "tests", "var"}
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
#: The output of templatize for a tag: a call with literals, in otherwise blanked-out text.
MARKED = re.compile(r"(?<!\w)(?P<call>_|gettext|ngettext|pgettext)\((?P<rest>\s*u?(?P<quote>['\"]))")
LITERAL = re.compile(r"\s*u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\s*,?", re.DOTALL)
HEADER = r"""msgid ""
msgstr ""
"Project-Id-Version: Commonplace\n"
"Language: en\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"""


class Message(NamedTuple):
    """A text as gettext looks it up; `plural` and `context` may be empty."""

    context: str
    text: str
    plural: str


def message(call: str, literals: list[str]) -> Message:
    context = literals.pop(0) if call.startswith("pgettext") else ""
    plural = literals[1] if call.startswith("ngettext") and len(literals) > 1 else ""
    return Message(context, literals[0], plural)


def in_python(source: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        literals = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if name in CALLS and literals:
            yield message(name, literals)


def in_template(source: str) -> Iterator[Message]:
    marked = templatize(source)
    for call in MARKED.finditer(marked):
        literals, at = [], call.start("rest")
        while found := LITERAL.match(marked, at):
            literals.append(ast.literal_eval(found[1]))
            at = found.end()
        yield message(call["call"], literals)


def sources() -> Iterator[Path]:
    for path in sorted([*ROOT.glob("*/**/*.py"), *(ROOT / "templates").glob("**/*.*")]):
        parts = path.relative_to(ROOT).parts
        if not LEFT_OUT.intersection(parts) and not any(part.startswith(".") for part in parts):
            yield path


def messages() -> dict[Message, list[str]]:
    found: dict[Message, list[str]] = {}
    for path in sources():
        reader = in_python if path.suffix == ".py" else in_template
        for each in reader(path.read_text(encoding="utf-8")):
            files = found.setdefault(each, [])
            name = path.relative_to(ROOT).as_posix()
            if name not in files:
                files.append(name)
    return _with_plurals(found)


def _with_plurals(found: dict[Message, list[str]]) -> dict[Message, list[str]]:
    """A text used both alone and with a plural is one entry, as gettext requires."""
    counted = {(each.context, each.text): each for each in found if each.plural}
    joined: dict[Message, list[str]] = {}
    for each, files in found.items():
        kept = joined.setdefault(counted.get((each.context, each.text), each), [])
        kept.extend(file for file in files if file not in kept)
    return joined


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def entry(each: Message, files: list[str]) -> str:
    lines = [f"#: {' '.join(sorted(files))}"]
    if re.search(r"%\(\w+\)[sd]|%[sd]", each.text + each.plural):
        lines.append("#, python-format")
    if each.context:
        lines.append(f"msgctxt {_quoted(each.context)}")
    lines.append(f"msgid {_quoted(each.text)}")
    if each.plural:
        lines += [f"msgid_plural {_quoted(each.plural)}", 'msgstr[0] ""', 'msgstr[1] ""']
    else:
        lines.append('msgstr ""')
    return "\n".join(lines) + "\n"


def catalogue() -> str:
    """The whole file, sorted by text, so that two changes rarely conflict in a merge."""
    return "\n".join([HEADER, *(entry(each, files) for each, files in sorted(messages().items()))])


if __name__ == "__main__":
    settings.configure()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(catalogue(), encoding="utf-8")
