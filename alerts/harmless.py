"""Texts of others, made so that no service reads a mention or a link in them, and people read them as before."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

from alerts.snippet import Fragment, marked
from stories.text import clean

UNSEEN = "\u200b"  # zero-width space: it parts what a service would read as one

# Services turn these into a ring in everybody's pocket, or into a link whose text names another address. The asterisks
# of a marked word may stand between, and whoever takes them for bold type must not find a mention either.
_MENTION = re.compile(
    r"@(?=\**(?:everyone|here|channel))|(?:(?<![\w.+-])@|@(?![\w-]+\.\w))(?=\**\w)|<(?=\**[!@#:])|\](?=\**\()"
    r"|(?<=!)(?=\**(?:channel|here|everyone|subteam))"
)
# An address in a text becomes a link in most programs. Only ours are to be live. A mail address stays what it is.
_SCHEME = re.compile(r"\w(?=://)|\b(?:mailto|tel|sms)(?=:)", re.I)
_DOT = re.compile(r"(?<=[\w-])\.(?=[^\W\d_]{2})|(?<=www)\.(?=\w)", re.I)
_MAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")


LONGEST_LINE = 1500  # characters
_BEGINS, _ENDS = "\ue000", "\ue001"  # where marks were, while a text is cleaned; of private use, so nobody's text


def said(text: str, limit: int = LONGEST_LINE) -> str:
    """Return a text of others on one line, without what cannot be seen, harmless, of about `limit` characters."""
    return harmless(clean(text, limit))


def said_here(text: str, limit: int = LONGEST_LINE) -> str:
    """Return a sentence of ours like `said`, but with its addresses as they are: whoever reads it has to copy them."""
    return unmentioned(clean(text, limit))


def said_fragment(fragment: Fragment, limit: int = LONGEST_LINE) -> Fragment:
    """Return a piece of an article like `said`, with the same words marked."""
    bare = fragment.text.replace(_BEGINS, " ").replace(_ENDS, " ")
    line = clean(marked(Fragment(bare, fragment.marks), _BEGINS, _ENDS), limit)
    text, marks = "", []
    for number, piece in enumerate(line.split(_BEGINS)):
        word, _, rest = piece.partition(_ENDS) if number else ("", "", piece)
        if word.strip():
            marks.append((len(text), len(text) + len(word)))
        text += word + rest
    return harmless_fragment(Fragment(text, tuple(marks)))


def harmless(text: str) -> str:
    r"""Return `text` with something unseen in each mention and address, so that none of them is live.

    >>> harmless("@everyone: see https://evil.example").replace(UNSEEN, "|")
    '@|everyone: see https|://evil.|example'
    """
    return harmless_fragment(Fragment(text)).text


def harmless_fragment(fragment: Fragment) -> Fragment:
    """Return a piece of an article like `harmless`, with the same words marked."""
    calls = {found.end() for each in (_MENTION, _SCHEME) for found in each.finditer(fragment.text)}
    uncalled = _parted(fragment, calls)
    marked_at = [place for mark in uncalled.marks for place in mark]
    spared = [
        found.span()
        for found in _MAIL.finditer(uncalled.text)
        if not any(found.start() < place < found.end() for place in marked_at)  # else marks will make it something else
    ]
    dots = [found.end() for found in _DOT.finditer(uncalled.text)]
    if spared:
        dots = [dot for dot in dots if not any(start <= dot <= end for start, end in spared)]
    return _parted(uncalled, dots)


def _parted(fragment: Fragment, places: Iterable[int]) -> Fragment:
    """Return a fragment with something unseen at each of `places`."""
    in_order = sorted(set(places))
    if not in_order:
        return fragment
    parts, at = [], 0
    for place in in_order:
        parts += [fragment.text[at:place], UNSEEN]
        at = place
    marks = tuple(
        (start + bisect_right(in_order, start), end + bisect_left(in_order, end)) for start, end in fragment.marks
    )
    return Fragment("".join([*parts, fragment.text[at:]]), marks)


def woven(fragment: Fragment, plain: Callable[[str], str], strong: Callable[[str], str]) -> str:
    """Return the text of `fragment` with each of its marked words as `strong` writes it, and the rest as `plain` does.

    >>> woven(Fragment("An antitrust case", ((3, 12),)), str.lower, str.upper)
    'an ANTITRUST case'
    """
    parts, at = [], 0
    for start, end in fragment.marks:
        parts += [plain(fragment.text[at:start]), strong(fragment.text[start:end])]
        at = end
    return "".join([*parts, plain(fragment.text[at:])])


def unmentioned(text: str) -> str:
    """Return a text that is harmless but for the marks put into it since, without the mentions these may have made."""
    return _MENTION.sub(lambda found: f"{found[0]}{UNSEEN}", text)
