"""How a link is typed into a text, the reverse of reading it: docs/features/wiki.md has the rule for people.

For every program that puts a link into somebody's text: completion, the importer, an editor.
"""

import re

# "&amp;" and "%7C" in a title would be read as the characters that they stand for.
_BEGINS_A_CODE = re.compile(r"&(?=#?\w+;)")
_BEGINS_A_BYTE = re.compile(r"%(?=[0-9A-Fa-f]{2})")
_ENDS_A_TARGET = re.compile(r"[\\\[\]|]")
_MARKS_WORDS = re.compile(r"[\\\[\]|`*_<~!]")


def written_wiki_link(target: str, words: str = "") -> str:
    """`[[target]]` or `[[target|words]]`, in which every title is read as it is."""
    if not words and _BEGINS_A_BYTE.search(target):
        words = target  # without words, the target would be shown as it is escaped
    escaped = _ENDS_A_TARGET.sub(r"\\\g<0>", _BEGINS_A_BYTE.sub("%25", _BEGINS_A_CODE.sub("&amp;", target)))
    return f"[[{escaped}|{written_words(words)}]]" if words else f"[[{escaped}]]"


def written_link(words: str, address: str) -> str:
    """`[words](address)` for an address of this site, which has no blanks and no brackets."""
    return f"[{written_words(words)}]({address})"


def written_words(words: str) -> str:
    """The words of either link."""
    return _MARKS_WORDS.sub(r"\\\g<0>", _BEGINS_A_CODE.sub("&amp;", words))
