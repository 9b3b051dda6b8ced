"""When two titles count as equal: regardless of case, Unicode form, spacing and invisible characters."""

import hashlib
import unicodedata
from functools import lru_cache

from text.invisible import without_invisible

#: In characters. Longer keys end in a hash, because entries of a PostgreSQL index have at most 2,700 bytes.
MAX_KEY = 300


def folded(words: str) -> str:
    """Equal for words that people take for the same. Unicode's canonical caseless matching (D145), blanks counted once."""
    plain = unicodedata.normalize("NFD", without_invisible(words)).casefold()
    return " ".join(unicodedata.normalize("NFC", plain).split())


@lru_cache(maxsize=1_000)
def title_key(title: str) -> str:
    """What a title is stored under, to be found by: its folded words, of bounded length."""
    key = folded(title)
    if len(key) <= MAX_KEY:
        return key
    return f"{key[: MAX_KEY - 33]}…{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:32]}"
