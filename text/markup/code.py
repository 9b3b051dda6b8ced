"""Colours for code: words of a few kinds get a class, and the style sheets give those their colours."""

from functools import lru_cache
from html import escape
from typing import Any

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, Operator, String

# The time that some lexers take grows with the square of the length: a block of this size takes a third of a second at worst.
MAX_BLOCK = 4_000
MAX_TEXT = 30_000
LANGUAGES = frozenset(
    """
    bash c console css diff docker dockerfile go html ini java javascript js json php py python rb ruby rust sh shell
    sql toml ts typescript xml yaml yml
    """.split()
)
#: The nearest of these above a kind of word decides.
CLASSES = {
    Comment: "code-comment",
    Keyword: "code-keyword",
    Operator.Word: "code-keyword",
    String: "code-string",
    Number: "code-number",
    Literal: "code-number",
    Name.Function: "code-name",
    Name.Class: "code-name",
    Name.Tag: "code-name",
    Name.Attribute: "code-name",
    Name.Decorator: "code-name",
    Generic.Inserted: "code-string",
    Generic.Deleted: "code-keyword",
}


class Colours:
    """For the blocks of one text."""

    def __init__(self) -> None:
        self.left = MAX_TEXT

    def of(self, language: str, code: str) -> str | None:
        """`code` as HTML with classes; None if it stays as it is."""
        if language.lower() not in LANGUAGES or len(code) > min(MAX_BLOCK, self.left):
            return None
        self.left -= len(code)
        pieces, typed = [], []
        for kind, words in _lexer(language.lower()).get_tokens(code):
            typed.append(words)
            name = _class_of(kind) if words.strip() else ""
            pieces.append(f'<span class="{name}">{escape(words)}</span>' if name else escape(words))
        # Whatever a lexer does, the code is the code.
        return "".join(pieces) if "".join(typed) == code else None


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    return get_lexer_by_name(language, stripnl=False, ensurenl=False)


@lru_cache(maxsize=512)
def _class_of(kind: Any) -> str:
    while kind is not None and kind not in CLASSES:
        kind = kind.parent
    return CLASSES.get(kind, "")
