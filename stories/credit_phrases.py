"""By which phrases a text credits the outlet it names: read from the table, asked at one place in a text."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).with_name("credit_phrases.toml")
_BEHIND = 110  # characters in which a phrase before the name must begin
_BETWEEN = 3  # words between a phrase and "newspaper": "told the Israeli business newspaper"
_LONGEST_WORD = 20
_LAST_WORD = re.compile(r"(?<!\w)(?:h/t|\w+)\Z")
_CAPITAL = r"(?-i:[A-ZÀ-Þ])[\w.'’-]{0,30}"
_ARTICLE_JOINED = re.compile(r"(?:^|(?<=\s))[dlDL]'\Z")  # French and Italian: "d'Il", "l'AFP"
_QUOTES = "\"'“”„«»‚‘’("


@dataclass(frozen=True, slots=True)
class _Phrases:
    before: Mapping[str, re.Pattern[str]]  # by last word
    after: re.Pattern[str]
    after_agency: re.Pattern[str]
    closing: re.Pattern[str]
    not_then: re.Pattern[str]
    joint: re.Pattern[str]
    comma: re.Pattern[str]
    articles: frozenset[str]
    trades: frozenset[str]
    unspaced_before: re.Pattern[str]
    unspaced_after: re.Pattern[str]


def begins_before(text: str, name: int) -> int | None:
    """Return where the phrase begins that ends before the name at `name`, or None when there is none."""
    phrases = _phrases()
    begin = max(0, name - _BEHIND)
    if not text.isascii() and (found := phrases.unspaced_before.search(text, max(0, name - 4), name)):
        return found.start()
    for end in _ends(text, begin, name, phrases):
        word = _LAST_WORD.search(text, max(begin, end - _LONGEST_WORD), end)
        rule = phrases.before.get(word[0].lower()) if word else None
        if rule and (found := rule.search(text, begin, end)):
            return found.start()
    return None


def _ends(text: str, begin: int, name: int, phrases: _Phrases) -> list[int]:
    """Return where a phrase may end: before the name, its article, and "the daily newspaper" before it."""
    end = len(text[begin:name].rstrip(_QUOTES + " ")) + begin
    if name - end > 3 or (name > end and text[name - 1] not in _QUOTES + " "):
        return []
    if _ARTICLE_JOINED.search(text[max(begin, name - 3) : name]):
        return [name - 2 if text[name - 3 : name - 2] != " " else name - 3]
    ends = [end]
    rest, word = _without_last(text, begin, end)
    if word in phrases.articles:
        ends.append(end := rest)
        rest, word = _without_last(text, begin, end)
    if word in phrases.trades:
        for _ in range(_BETWEEN + 1):
            ends.append(rest)
            rest, word = _without_last(text, begin, rest)
    return ends


def _without_last(text: str, begin: int, end: int) -> tuple[int, str]:
    space = text.rfind(" ", begin, end)
    return (space, text[space + 1 : end].lstrip(_QUOTES).lower()) if space > begin else (begin, text[begin:end].lower())


def ends_after(text: str, name_end: int, *, is_agency: bool, is_behind_comma: bool) -> int | None:
    """Return where the phrase ends that follows the name that ends at `name_end`, or None when there is none."""
    phrases = _phrases()
    patterns = [phrases.after, phrases.unspaced_after]
    patterns += [phrases.after_agency] if is_agency else []
    patterns += [phrases.closing] if is_behind_comma else []
    found = next((found for each in patterns if (found := each.match(text, name_end, name_end + 250))), None)
    return found.end() if found else None


def is_not_the_outlet(text: str, name_end: int) -> bool:
    """Whether the name goes on: its company, its people, its data."""
    return _phrases().not_then.match(text, name_end, name_end + 60) is not None


def joins(between: str) -> str | None:
    """Return how what stands `between` two names joins them: "and", ",", or None."""
    phrases = _phrases()
    if phrases.joint.fullmatch(between):
        return "and"
    return "," if phrases.comma.fullmatch(between) else None


@cache
def _phrases() -> _Phrases:
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    unspaced = table.pop("unspaced")
    languages = list(table.values())
    articles = frozenset(word for each in languages for word in each["articles"])
    trades = _any(word for each in languages for word in each["trades"])
    adverbs = _any(word for each in languages for word in each["adverbs"])
    owned = rf"(?:'s(?: {_CAPITAL}){{1,3}}|'s)?"
    aside = r"(?:, an? [^,.\n]{3,60},)?"
    between = rf"{owned}(?: (?i:{trades}))?{aside}(?:,? (?:which|who|that))?(?:,? (?i:{adverbs})){{0,3}},? "
    after = [pattern for each in languages for pattern in each["after"]["patterns"]]
    english = table["en"]["after"]
    and_ = _any(word for each in languages for word in each["and"])
    article = _any(articles)
    tail = r"(?!\w)"
    return _Phrases(
        before=_before(languages),
        after=re.compile(rf"{between}(?i:{_any(after)}){tail}"),
        after_agency=re.compile(rf"{between}(?i:{_any(english['of_agencies'])}){tail}"),
        closing=re.compile(rf" (?i:{_any(english['closing'])})(?=\s*(?:[.,;:!?\n—–]|\Z))"),
        not_then=re.compile(rf"(?:'s)? (?i:{_any(english['not_then'])}){tail}"),
        joint=re.compile(rf"'?s?,? (?i:{and_}) (?:(?i:{article}) )?['\"“]?"),
        comma=re.compile(rf"'?s?, (?:(?i:{article}) )?['\"“]?"),
        articles=articles,
        trades=frozenset(word.lower() for each in languages for word in each["trades"]),
        unspaced_before=re.compile(rf"{_any(unspaced['before'])}\Z"),
        unspaced_after=re.compile(rf"(?:社|通信社|网|網)?(?:{_any(unspaced['after'])})"),
    )


def _before(languages: list[Any]) -> dict[str, re.Pattern[str]]:
    by_word: dict[str, list[str]] = {}
    for language in languages:
        for words, pattern in language["before"].items():
            for word in words.split():
                # What may be missing brings its own space.
                space = "" if not pattern or pattern.endswith(" )?") else "(?: |(?<=['(\\[]))"
                rule = pattern.replace(r"\U", _CAPITAL) + space + re.escape(word)
                by_word.setdefault(word, []).append(rule)
    return {word: re.compile(rf"(?<!\w)(?i:{_any(rules)})\Z") for word, rules in by_word.items()}


def _any(patterns: Any) -> str:
    return f"(?:{'|'.join(patterns)})"
