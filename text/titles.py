"""When two titles are the same: whatever their case, the form of their letters, their blanks and what nobody sees in them."""

import hashlib
import unicodedata

from text.invisible import without_invisible

#: Longer keys end in a digest: an index of PostgreSQL takes no entry beyond 2,700 bytes.
MAX_KEY = 300


def title_key(title: str) -> str:
    """Equal for titles that people take for the same. Unicode's canonical caseless matching (D145), blanks counted once."""
    folded = unicodedata.normalize("NFD", without_invisible(title)).casefold()
    key = " ".join(unicodedata.normalize("NFC", folded).split())
    if len(key) <= MAX_KEY:
        return key
    return f"{key[: MAX_KEY - 33]}…{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:32]}"
