"""What an article brings that the story did not have: names, numbers, acts."""

from collections.abc import Sequence
from dataclasses import dataclass

from stories.model import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The new terms as they are written, the sentence with most of them, and their share of the weighty terms."""

    terms: tuple[str, ...]
    quote: str
    share: float


def news_in(article: Article, known: Sequence[Article]) -> News | None:
    """Return what `article` brings that none of the articles `known` of its story had, or None."""
    return None
