"""Credits by where a name stands: datelines, signatures, sources named at the end."""

import re

from stories.credit_names import Mention
from stories.outlets import OutletKind

Span = tuple[int, int]

_LONGEST = 120  # characters before a name that are looked at

_LINE = r"(?:^|\n)"
_IN_BRACKETS = re.compile(rf"{_LINE}[^\n\0\"“]{{0,90}}\((?:[A-Za-z]{{2,12}}/)?\Z")
_THEN_DASH = re.compile(r"(?:/[\w ]{2,20})?\)\.? ?(?:--?|[–—―_:]|\.-)")
_PLACE = re.compile(rf"{_LINE}[A-ZÀ-Þ][A-ZÀ-Þ.' -]{{2,40}}(?:,[^\n(]{{0,40}})? \(\Z")
_LINE_BEGINS = re.compile(rf"{_LINE}[\[(]?\Z")
_DASH = re.compile(r"[\])]? ?(?:-{1,2}|[–—]) ")
_SENTENCE_ENDED = re.compile(r"(?:\n|[.!?…\"”»] ?)[-–—(\[/ ]{0,4}\Z")
_TEXT_ENDS = re.compile(r"[\])]?[. ]*(?:\Z|\n)")
_LAST_OF_TITLE = re.compile(r"(?:(?<=\w)[:,]? [-–—]{1,2} ?|: )(?:the )?\Z", re.IGNORECASE)
_SOURCE = re.compile(
    rf"(?:{_LINE}|[.!?)(] ?)\(?(?:sources?|original source|quellen?|fuentes?|fonti?|fontes?|bron(?:nen)?)"
    r"(?: ?: ?| - )\Z",
    re.IGNORECASE,
)
# Whose picture it is says nothing of the text.
_PICTURE = re.compile(
    r"photo|image|pictur|getty|courtesy|handout|pool|foto|bild\b|video|screengrab|shutterstock|file\b", re.IGNORECASE
)


def dateline(text: str, mention: Mention, *, is_title: bool) -> Span | None:
    """Return where a text says, at the beginning of a line or at an end, that it is the outlet's own.

    In a headline only agencies do: "Season 3 live (ABC) - watch it here".
    """
    if is_title and mention.kind is not OutletKind.AGENCY:
        return None
    start, end = mention.start, mention.end
    begin = max(0, start - _LONGEST)
    if before := _IN_BRACKETS.search(text, begin, start):
        after = _THEN_DASH.match(text, end, end + 30)
        if after and not _PICTURE.search(before[0]):
            return before.start(), after.end()
        if text[end : end + 1] == ")" and (place := _PLACE.search(text, begin, start)):
            return place.start(), end + 1
    return _signed(text, mention) if mention.kind is OutletKind.AGENCY else None


def _signed(text: str, mention: Mention) -> Span | None:
    """Return where a line is headed or a text signed with an agency's name."""
    start, end = mention.start, mention.end
    near = max(0, start - 6)
    if _LINE_BEGINS.search(text, near, start) and (after := _DASH.match(text, end, end + 6)):
        return start, after.end()
    before = _SENTENCE_ENDED.search(text, near, start)
    after = _TEXT_ENDS.match(text, end, end + 6)
    if before and after and not _PICTURE.search(text, max(0, start - _LONGEST), start):
        return before.start() + 1, after.end()
    return None


def named_as_source(text: str, mention: Mention) -> Span | None:
    """Return where the name stands behind "Source:"."""
    before = _SOURCE.search(text, max(0, mention.start - 30), mention.start)
    if before is None or _PICTURE.search(text, max(0, mention.start - 80), mention.start):
        return None
    return before.start(), mention.end


def ends_title(title: str, mention: Mention) -> Span | None:
    """Return where a headline ends with whose report it is: "Chip maker in talks - WSJ"."""
    before = _LAST_OF_TITLE.search(title, 0, mention.start)
    return (before.start(), len(title)) if before and len(title) - mention.end <= 1 else None
