"""What else finds many phrases in a text: the same phrases in lower case, between borders of words, and nothing more.

None of them knows inflections, accents, or queries, or tells where in the article the words stand.
"""

import re
from collections.abc import Callable, Iterable

from alerts.matching import TopicIndex
from alerts.settings import TopicSettings
from stories.model import Article

Finder = Callable[[Article], int]  # how many were found: topics that are met, or of the rivals, phrases
_LETTER = re.compile(r"\w")


def ours(topics: Iterable[TopicSettings]) -> Finder:
    """Return what the service does: topics met, with evidence."""
    index = TopicIndex(topics)
    return lambda article: len(index.match(article))


def ahocorasick(topics: Iterable[TopicSettings]) -> Finder:
    """Return a search by ahocorasick_rs, with a look at the borders in Python."""
    import ahocorasick_rs

    automaton = ahocorasick_rs.AhoCorasick(_phrases(topics))

    def find(article: Article) -> int:
        text = _text(article)
        found = automaton.find_matches_as_indexes(text, overlapping=True)
        return sum(_stands_alone(text, start, end) for _, start, end in found)

    return find


def hyperscan(topics: Iterable[TopicSettings]) -> Finder:
    r"""Return a search by Hyperscan's literals in block mode, with a look at the borders in Python.

    As expressions with borders (``\b``) the phrases of 1,000 topics take sixty times as long to compile.
    """
    import hyperscan

    phrases = [phrase.encode() for phrase in _phrases(topics)]
    lengths = [len(phrase) for phrase in phrases]
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=phrases, ids=list(range(len(phrases))), flags=[0] * len(phrases), literal=True)
    scratch = hyperscan.Scratch(database)

    def find(article: Article) -> int:
        text = _text(article).encode()
        found: list[tuple[int, int]] = []

        def on_match(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            found.append((end - lengths[number], end))

        database.scan(text, match_event_handler=on_match, scratch=scratch)
        return sum(_stands_alone_in_bytes(text, start, end) for start, end in found)

    return find


def regex(topics: Iterable[TopicSettings]) -> Finder:
    """Return a search by one alternation of Python's `re`."""
    search = re.compile(rf"\b(?:{'|'.join(map(re.escape, _phrases(topics)))})\b")
    return lambda article: len(search.findall(_text(article)))


def _phrases(topics: Iterable[TopicSettings]) -> list[str]:
    return [phrase for topic in topics for phrase in topic.keywords]


def _text(article: Article) -> str:
    return f"{article.title}\n{article.summary}\n{article.text}".lower()


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not (_LETTER.match(text, end) or (start and _LETTER.match(text, start - 1)))


def _stands_alone_in_bytes(text: bytes, start: int, end: int) -> bool:
    return not (text[end : end + 1].isalnum() or text[max(0, start - 1) : start].isalnum())
