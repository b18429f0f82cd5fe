"""What a topic looks for, as a tree: words and phrases, and how they are joined."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

BODY = ("title", "summary", "text")  # where is looked when a query names no field
MAX_DISTANCE = 100  # words that NEAR reaches over
FIELDS = (*BODY, "outlet", "feed", "author")


class Form(StrEnum):
    """How a word is compared: in any inflection, by its beginning, or as it is written."""

    INFLECTED = "inflected"
    PREFIX = "prefix"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a phrase, as `stories.words` cut it out."""

    text: str
    form: Form = Form.INFLECTED


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words side by side; one alone is a phrase, too. `written` is how people read it."""

    words: tuple[Word, ...]
    written: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Exact:
    """Characters as they are, beginning and ending at the border of a word."""

    text: str


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression of RE2."""

    pattern: str
    ignores_case: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """The article is in a language: `de` means `de-AT`, too."""

    code: str


@dataclass(frozen=True, slots=True)
class Within:
    """`part`, looked for in one field only."""

    field: str
    part: "Query"


@dataclass(frozen=True, slots=True)
class And:
    """All of `parts`, wherever they stand."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of `parts`."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Anything but `part`."""

    part: "Query"


@dataclass(frozen=True, slots=True)
class Near:
    """`left` and `right` in one field, in any order, at most `distance` words apart; neighbours are one apart."""

    left: "Query"
    right: "Query"
    distance: int


Query = Phrase | Exact | Regex | Language | Within | And | Or | Not | Near

_PLAIN = re.compile(r"\w[\w']*\*?")
_OPERATORS = frozenset({"AND", "OR", "NOT", "NEAR"})


def write(query: Query) -> str:  # noqa: C901, PLR0911  one line for each kind of node
    """Return `query` as text that reads and parses as the same, with the brackets that show how it is understood."""
    match query:
        case Phrase(words, written):
            is_plain = len(words) == 1 and _PLAIN.fullmatch(written) and written not in _OPERATORS
            return written if is_plain else f'"{written}"'
        case Exact(text):
            return f'="{text}"'
        case Regex(pattern, ignores_case):
            return f"/{pattern}/{'i' if ignores_case else ''}"
        case Language(code):
            return f"lang:{code}"
        case Within(name, part):
            return f"{name}:{_bracketed(part)}"
        case And(parts):
            return " AND ".join(map(_joined, parts))
        case Or(parts):
            return " OR ".join(map(_joined, parts))
        case Not(part):
            return f"NOT {_bracketed(part)}"
        case Near(left, right, distance):
            return f"{_bracketed(left)} NEAR/{distance} {_bracketed(right)}"


def _joined(part: Query) -> str:
    return write(part) if isinstance(part, Not) else _bracketed(part)


def _bracketed(part: Query) -> str:
    return f"({write(part)})" if isinstance(part, And | Or | Near | Not) else write(part)
