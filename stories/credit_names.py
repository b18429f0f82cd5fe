"""Where a text names an outlet, whatever it says of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from stories.outlets import Outlet, OutletKind, all_outlets, names_of_others

_MOST = 300  # names in one text; who names more is no article
_REPORTING = (OutletKind.NEWS, OutletKind.AGENCY)
_ARTICLE = re.compile(r"(?:The|Der|Die|Das|Le|La|Les|El|Il|De|de|Het|O) (?=\S)")
_ARTICLES = frozenset(
    re.findall(
        r"\w+",
        "the der die das dem den des le la les du au aux el al del los il lo alla allo della dello dal dalla dallo de"
        " het o a ao do pelo no à",
    )
)
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_GOES_ON = re.compile(r"[-/.@&]\w|['’](?!s\b)\w|\w")  # the name is part of a longer word or address
_LONGER = re.compile(r" (?:of\b|[A-Z](?!.{0,30}[,:;]))")  # "the Journal of Medicine", "the Times Square"
# An outlet that is not in the table, by what papers are called; it counts like a name with other meanings.
_PAPERS = frozenset(
    re.findall(
        r"\w+", "Chronicle Courier Dispatch Examiner Gazette Herald Inquirer Journal News Sentinel Times Tribune"
    )
)
_PAPER = re.compile(
    r"(?<![\w@#/.-])(?!(?:The|In|On|A|And|But)\b)(?:[A-Z][\w.'-]{1,20} ){1,3}?"
    rf"(?:{'|'.join(sorted(_PAPERS))})\b(?!\s[A-Z]| of\b|-\w|/)"
)
_NO_PAPER = frozenset(
    re.findall(
        r"\w+",
        "Bad Big Breaking Fake Federal Good Great Latest Law Local Market Medical Medicine More My New Official Our"
        " Read Sad Scientific Top World Your",
    )
)
_BEFORE = frozenset("-/.@#&_")  # the name is part of a longer word, an address, or the name of an account
_TWO = re.compile(r"\([\w ]{2,20}/[\w ]{2,20}\)")  # agencies: "(dpa/AFP)"


@dataclass(frozen=True, slots=True)
class Mention:
    """An outlet's name in a text, from `start` to `end` without an article. `is_strict` as in the table."""

    start: int
    end: int
    outlet: str
    kind: OutletKind
    is_strict: bool


@dataclass(slots=True)
class Known:
    """What an article has said so far: the outlets named in full, and the names that somebody else bears, too."""

    outlets: set[str] = field(default_factory=set)
    borne: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Name:
    words: str
    outlet: Outlet | None  # None: something else, whose name holds an outlet's, or a short name of its bearers
    is_strict: bool = False
    bearers: tuple[Outlet, ...] = ()
    article: str = ""  # "": none is needed; "The": exactly this; "any"; "foreign": any but the English one


def mentions_in(text: str, *, own: str | None, known: Known) -> list[Mention]:
    """Return where `text` names outlets, in order, at most _MOST.

    Short names ("the Journal") are those of the outlets in `known`, or named in full before; what is found is added to
    it. A short name that is the outlet's `own`, too, is not told from another's, and left out. Where Mayor Bloomberg
    was named, "Bloomberg" means something else, too.
    """
    found: list[Mention] = []
    words = set(_WORD.findall(text))
    if not _names().keys().isdisjoint(words):  # the other way round looks through all names
        found = list(islice(_named(text, own=own, known=known), _MOST))
    if not words.isdisjoint(_PAPERS):
        found += islice(_papers(text, found), _MOST)
    if not text.isascii() and _UNSPACED.search(text):
        found += [
            Mention(each.start(), each.end(), outlet.name, outlet.kind, False)
            for each in _unspaced_pattern().finditer(text)
            for outlet in [_unspaced_names()[each[0]]]
        ]
    return sorted(found, key=lambda mention: mention.start)[:_MOST]


def _named(text: str, *, own: str | None, known: Known) -> Iterator[Mention]:
    names = _names()
    taken = 0
    for word in _WORD.finditer(text):
        start = word.start()
        if start < taken or word[0] not in names:
            continue
        name = next((name for name in names[word[0]] if _stands(text, start, name, known)), None)
        if name is None:
            continue
        taken = start + len(name.words)
        outlet = _meant(name.bearers, own, known.outlets) if name.bearers else name.outlet
        if outlet:
            known.outlets.add(outlet.name)
            is_strict = name.is_strict or name.words in known.borne
            yield Mention(start, taken, outlet.name, outlet.kind, is_strict)
        elif not name.bearers:
            known.borne.add(name.words.rpartition(" ")[2])


def _papers(text: str, named: list[Mention]) -> Iterator[Mention]:
    taken = {place for mention in named for place in (mention.start, mention.end)}
    for paper in _PAPER.finditer(text):
        if taken.isdisjoint(range(paper.start(), paper.end() + 1)) and _NO_PAPER.isdisjoint(paper[0].split()[:-1]):
            yield Mention(*paper.span(), paper[0], OutletKind.NEWS, True)


def _stands(text: str, start: int, name: _Name, known: Known) -> bool:
    end = start + len(name.words)
    if not text.startswith(name.words, start) or _is_part(text, start, end):
        return False
    if name.bearers and (_LONGER.match(text, end) or not any(each.name in known.outlets for each in name.bearers)):
        return False
    if not name.article:
        return True
    before = text[max(0, start - 7) : start]
    article = before[:-1].rpartition(" ")[2].lstrip("\n\"“‘(„«'") if before.endswith(" ") else ""
    if name.article == "foreign" and article.lower() == "the":
        return False
    return article == name.article or (name.article != "The" and article.lower() in _ARTICLES)


def _is_part(text: str, start: int, end: int) -> bool:
    if text[max(0, start - 1) : start] not in _BEFORE and not _GOES_ON.match(text, end):
        return False
    opened = text.rfind("(", max(0, start - 22), start)
    return opened < 0 or _TWO.match(text, opened) is None


def _meant(bearers: tuple[Outlet, ...], own: str | None, known: set[str]) -> Outlet | None:
    """Return whom a short name means: the one of its bearers that was named, when there is but one."""
    named = [each for each in bearers if each.name in known]
    return named[0] if len(named) == 1 and all(each.name != own for each in bearers) else None


@cache
def _names() -> Mapping[str, tuple[_Name, ...]]:
    """Return the names by their first word, the longest first."""
    names = [_name(each, None, is_strict=False) for each in names_of_others()]
    short: dict[str, tuple[Outlet, ...]] = {}
    for outlet in all_outlets():
        if outlet.kind in _REPORTING:
            names += [_name(each, outlet, is_strict=False) for each in outlet.names]
            names += [_name(each.upper(), outlet, is_strict=False) for each in outlet.names if _may_be_upper(each)]
            names += [_name(each, outlet, is_strict=True) for each in outlet.strict]
            for each in outlet.short:
                words = each.partition(" ")[2]
                short[words] = (*short.get(words, ()), outlet)
    names += [_Name(words, None, bearers=bearers, article="any") for words, bearers in short.items()]
    by_word: dict[str, dict[_Name, None]] = {}
    for name in names:
        if first := _WORD.match(name.words):
            by_word.setdefault(first[0], {})[name] = None
    # Of two equally long ones, the one that needs its article is the rarer: "the ABC" is not "ABC".
    return {
        word: tuple(sorted(here, key=lambda name: (-len(name.words), len(name.bearers), not name.article)))
        for word, here in by_word.items()
    }


def _may_be_upper(name: str) -> bool:
    return len(name) > 4 and len(name.partition(" ")[0]) > 1


def _name(written: str, outlet: Outlet | None, *, is_strict: bool) -> _Name:
    article = _ARTICLE.match(written.capitalize() if written.isupper() else written)
    if article is None:
        return _Name(written, outlet, is_strict)
    words = written[article.end() :]
    if is_strict and article[0] == "The ":
        return _Name(words, outlet, is_strict, article="The")
    needed = is_strict or (" " not in words and "-" not in words)
    kind = "any" if article[0] == "The " else "foreign"
    return _Name(words, outlet, is_strict, article=kind if needed else "")


@cache
def _unspaced_names() -> Mapping[str, Outlet]:
    return {name: outlet for outlet in all_outlets() for name in outlet.names if _UNSPACED.match(name)}


@cache
def _unspaced_pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_unspaced_names(), key=len, reverse=True))))
