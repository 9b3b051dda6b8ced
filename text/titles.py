"""When two titles count as equal: regardless of case, Unicode form, spacing and invisible characters."""

import hashlib
import unicodedata

from text.invisible import without_invisible

#: In characters. Longer keys end in a hash, because entries of a PostgreSQL index have at most 2,700 bytes.
MAX_KEY = 300


def title_key(title: str) -> str:
    """Equal for equal titles: Unicode canonical caseless matching (D145), with runs of white space as one."""
    folded = unicodedata.normalize("NFD", without_invisible(title)).casefold()
    key = " ".join(unicodedata.normalize("NFC", folded).split())
    if len(key) <= MAX_KEY:
        return key
    return f"{key[: MAX_KEY - 33]}…{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:32]}"
