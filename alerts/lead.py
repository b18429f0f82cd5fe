"""The part of an article that says what is new: of summary and text their beginnings. What follows retells."""

from dataclasses import dataclass

from alerts.snippet import sentences_of
from stories.boilerplate import CUT, without_boilerplate
from stories.model import Article

_READ = 3000  # characters of a text in which its lead is looked for


@dataclass(frozen=True, slots=True)
class Said:
    """What an article says in one of its fields; places in it are places in the field."""

    field: str
    text: str


def lead_of(article: Article, *, sentences: int, characters: int) -> tuple[Said, ...]:
    """Return the first `sentences` of summary and text, of each at most so many `characters`, in this order.

    A text that begins with the headline begins behind it. Boilerplate is spaces.
    """
    text = without_boilerplate(article.text[:_READ]).replace(CUT, " ")
    if article.title and text.startswith(article.title):
        text = " " * len(article.title) + text[len(article.title) :]
    said = (Said("summary", article.summary[:_READ].replace(CUT, " ")), Said("text", text))
    return tuple(Said(each.field, lead) for each in said if (lead := _begin(each.text, sentences, characters)))


def _begin(text: str, sentences: int, characters: int) -> str:
    begins = len(text) - len(text.lstrip())
    most = begins + characters
    ends = [end for start, end in sentences_of(text[: most + 1]) if text[start:end].strip() and end <= most]
    if not ends:  # one long sentence
        return text[:most].rstrip()
    return text[: ends[:sentences][-1]].rstrip()
