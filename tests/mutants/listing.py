"""Reads the lists of mutants: one TOML file for each topic, one `[[mutant]]` for each rule."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]


class Misfit(Exception):
    """A mutant names a line or a test that is not there (any more)."""


@dataclass(frozen=True)
class Mutant:
    """`line` is one whole line of `file`, without its indentation; `instead` takes its place; `tests` must then fail.

    `after`: a line above it, where the file holds `line` more than once.
    """

    theme: str
    rule: str
    file: str
    line: str
    instead: str
    tests: tuple[str, ...]
    after: str = ""

    def place(self, lines: list[str]) -> int:
        """The index of the line to change. Raises `Misfit` unless there is exactly one."""
        begin = 0
        if self.after:
            begin = self._only(self.after, [number for number, line in enumerate(lines) if line.strip() == self.after])
        found = [number for number, line in enumerate(lines) if number >= begin and line.strip() == self.line]
        return found[0] if self.after and found else self._only(self.line, found)

    def _only(self, line: str, found: list[int]) -> int:
        if len(found) != 1:
            raise Misfit(f"{self.file} holds this line {len(found)} times instead of once: {line}")
        return found[0]

    def applied(self, text: str) -> str:
        """The text of the file with the rule broken."""
        lines = text.split("\n")
        place = self.place(lines)
        indent = lines[place][: len(lines[place]) - len(lines[place].lstrip())]
        lines[place] = indent + self.instead
        return "\n".join(lines)

    def check(self, root: Path = ROOT) -> None:
        """Raises `Misfit` where the line or the file of a test is not there, or nothing would change."""
        if self.line == self.instead:
            raise Misfit("the line does not change")
        if not (root / self.file).is_file():
            raise Misfit(f"there is no {self.file}")
        compile(self.applied((root / self.file).read_text()), self.file, "exec")
        for test in self.tests:
            path, _colons, name = test.partition("::")
            name = name.partition("[")[0]
            if not (root / path).is_file() or f"def {name}(" not in (root / path).read_text():
                raise Misfit(f"there is no test {test}")


def mutants(*words: str) -> list[Mutant]:
    """Those whose theme, rule, file or test holds one of the words; all where none is given."""
    found = [
        Mutant(theme=path.stem, **{**given, "tests": tuple(given["tests"])})
        for path in sorted(FOLDER.glob("*.toml"))
        for given in tomllib.loads(path.read_text())["mutant"]
    ]
    return [one for one in found if not words or any(word in str(one) for word in words)]
