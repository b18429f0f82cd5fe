"""The sentences around the words that made a match, with those words marked. Others say how they are shown."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from alerts.evidence import Evidence
from stories.model import Article
from stories.text import fold

ELLIPSIS = "…"
MOST = 3  # fragments of one article
LONGEST = 220  # characters of a fragment, without its ellipses
_LONGEST_MERGED = 330  # of one that holds several words
_WORD = 30  # characters in which a border between words is looked for; some languages write none

# A full stop after a single letter or a form of address ends nothing, nor does one before a small letter; neither does
# a line, for some agencies break theirs after 65 characters.
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Za-z])(?<!\b(?:Mr|Ms|Dr|St|vs|No))(?<!\b(?:Mrs|Sen|Rep|Gov))[.!?…][\"'’”)\]]{0,2}(?=\s+[^\sa-z])"
    r"|[。！？]|\n(?![a-z])"
)

_SPACE = re.compile(r"\s")

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of an article on one line, with the places of the marked words in it: in order, and apart."""

    text: str
    marks: tuple[_Span, ...] = ()


def fragments(article: Article, evidence: Iterable[Evidence]) -> tuple[Fragment, ...]:
    """Return the sentences of summary and text in which the words of `evidence` stand, in their order, at most three.

    A sentence that shows no word that others do not show is left out, and so is evidence of an earlier version of the
    article, which no longer cuts out its words. When nothing is left (the title is shown anyway), it is the beginning
    of the summary or text, unless that only repeats the title.
    """
    evidence = tuple(evidence)
    found = [
        fragment
        for field, text in (("summary", article.summary), ("text", article.text))
        for fragment in _fragments_of(text, _places(field, text, evidence))
    ]
    return _most_telling(found) or _beginning(article)


def joined(shown: Iterable[Fragment]) -> Fragment:
    """Return fragments as one, with one ellipsis between each two; without any, an empty one.

    >>> joined([Fragment("It began …", ((3, 8),)), Fragment("… and ended.", ((6, 11),))])
    Fragment(text='It began … and ended.', marks=((3, 8), (15, 20)))
    """
    text = ""
    marks: list[_Span] = []
    for each in shown:
        piece = each.text
        if text:
            text = f"{text.removesuffix(f' {ELLIPSIS}')} {ELLIPSIS} "
            piece = piece.removeprefix(f"{ELLIPSIS} ")
        shift = len(text) + len(piece) - len(each.text)
        marks += [(start + shift, end + shift) for start, end in each.marks]
        text += piece
    return Fragment(text, tuple(marks))


def marked(fragment: Fragment, before: str, after: str) -> str:
    """Return the text of `fragment` with `before` and `after` around each marked word.

    >>> marked(Fragment("An antitrust case", ((3, 12),)), "<", ">")
    'An <antitrust> case'
    """
    parts, at = [], 0
    for start, end in fragment.marks:
        parts += [fragment.text[at:start], before, fragment.text[start:end], after]
        at = end
    return "".join([*parts, fragment.text[at:]])


def _places(field: str, text: str, evidence: Iterable[Evidence]) -> list[_Span]:
    """Return where the words of `evidence` stand in a field: in order, those that touch as one, without outer space."""
    places: list[_Span] = []
    for each in sorted(evidence, key=lambda each: (each.start, each.end)):
        if each.field != field or not each.words.strip() or text[each.start : each.end] != each.words:
            continue
        start, end = each.end - len(each.words.lstrip()), each.start + len(each.words.rstrip())
        if places and start <= places[-1][1]:
            places[-1] = places[-1][0], max(places[-1][1], end)
        else:
            places.append((start, end))
    return places


def _fragments_of(text: str, places: Sequence[_Span]) -> list[Fragment]:
    sentences = sentences_of(text) if places else []
    windows: list[tuple[_Span, list[_Span]]] = []
    for place in places:
        begins, ends = _around(text, place, sentences)
        if windows:
            (first, last), inside = windows[-1]
            if place[1] <= last or (begins <= last and ends - first <= _LONGEST_MERGED):
                windows[-1] = (first, last if place[1] <= last else ends), [*inside, place]
                continue
            begins = max(begins, min(last, place[0]))
        windows.append(((begins, ends), [place]))
    borders = {0, *(ends for _, ends in sentences)}
    return [_fragment(text, window, inside, borders) for window, inside in windows]


def sentences_of(text: str) -> list[_Span]:
    """Return where the sentences begin and end, one right after the other, most with white space before them."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    return list(zip([0, *ends], [*ends, len(text)], strict=True))


def _around(text: str, place: _Span, sentences: Sequence[_Span]) -> _Span:
    """Return where the sentences that hold a place begin and end, or as much of them as a fragment may hold."""
    start, end = place[0], min(place[1], place[0] + LONGEST)
    first = bisect_right(sentences, (start, len(text))) - 1
    last = bisect_right(sentences, (end - 1, len(text))) - 1
    earliest, latest = sentences[first][0], sentences[last][1]
    if latest - earliest <= LONGEST:
        return earliest, latest
    # As much before the words as after them, if there is as much.
    begins = max(earliest, min(start - (LONGEST - (end - start)) // 2, latest - LONGEST))
    ends = min(latest, begins + LONGEST)
    if begins > earliest and (space := text.find(" ", begins - 1, min(start, begins + _WORD))) >= 0:
        begins = space + 1
    kept = end if end == place[1] else start + 1
    if ends < latest and (space := text.rfind(" ", max(kept, ends - _WORD), ends + 1)) >= 0:
        ends = space
    return begins, ends


def _fragment(text: str, window: _Span, places: Iterable[_Span], borders: Set[int]) -> Fragment:
    """Return a window of `text`, with an ellipsis on the sides where it does not stop at one of `borders`."""
    begins, ends = window
    cut = text[begins:ends]
    before = "" if begins in borders else f"{ELLIPSIS} "
    after = "" if ends in borders else f" {ELLIPSIS}"
    begins, ends = ends - len(cut.lstrip()), begins + len(cut.rstrip())
    shift = len(before) - begins
    marks = tuple((max(start, begins) + shift, min(end, ends) + shift) for start, end in places)
    return Fragment(f"{before}{_SPACE.sub(' ', cut.strip())}{after}", marks)


def _most_telling(found: Sequence[Fragment]) -> tuple[Fragment, ...]:
    """Return the few fragments that show the most different words, in their order."""
    chosen: list[int] = []
    shown: set[str] = set()
    words = [{fold(each.text[start:end]) for start, end in each.marks} for each in found]
    while len(chosen) < MOST:
        best = max(range(len(found)), key=lambda number: len(words[number] - shown), default=None)
        if best is None or not words[best] - shown:
            break
        chosen.append(best)
        shown |= words[best]
    return tuple(found[number] for number in sorted(chosen))


def _beginning(article: Article) -> tuple[Fragment, ...]:
    text = article.summary or article.text
    if not text or fold(text) == fold(article.title):
        return ()
    ends = len(text)
    if ends > LONGEST:
        space = text.rfind(" ", LONGEST - _WORD, LONGEST + 1)
        ends = space if space >= 0 else LONGEST
    return (_fragment(text, (0, ends), (), {0, len(text)}),)
