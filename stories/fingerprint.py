"""What identical articles share."""

import hashlib

from stories.model import Article
from stories.text import fold

_TELLING_WORDS = 6  # "Stock market today" is printed every day; a sentence is not


def fingerprint(article: Article) -> bytes | None:
    """Return what identical articles share, whatever their outlet, or None when the words are too few to tell.

    Headline and text (the summary where there is no text) count, case, accents and white space do not.
    """
    words = f"{fold(article.title)}\n{fold(article.text or article.summary)}"
    if len(words.split()) < _TELLING_WORDS:
        return None
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:16]
