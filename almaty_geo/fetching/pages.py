"""What a page says that came in place of data."""

import re
from html import unescape

from almaty_geo.reading import legible

PAGE_MAX_BYTES = 1 << 14
"""Bytes of a page that are looked at: a page that carries a reason is short."""

WORDS_MAX_CHARS = 200
"""Characters repeated of a page: enough for the reason that it gives."""

_UNREAD = re.compile(r"<(script|style|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_REASON = re.compile(r"<strong[^>]*>\s*Error\s*</strong>\s*:?(.*?)</p>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>?")


def words_of(page: bytes) -> str:
    """
    Return the words of a page, or the reason alone where it marks one.

    Parameters
    ----------
    page
        HTML, XML or plain text.

    Examples
    --------
    >>> words_of(b"<html><head><title>x</title></head><body><p>Too busy</p> now</body></html>")
    'Too busy now'
    """
    text = _UNREAD.sub(" ", page[:PAGE_MAX_BYTES].decode("utf-8", errors="replace"))
    marked = _REASON.search(text)
    words = unescape(_TAG.sub(" ", marked.group(1) if marked else text))
    joined = legible(" ".join(words.split()))
    cut = len(joined) > WORDS_MAX_CHARS
    return f"{joined[:WORDS_MAX_CHARS]}…" if cut else joined
