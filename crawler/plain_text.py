"""From markup to the words a reader sees."""

import html
from collections.abc import Iterator

from lxml import etree

from stories.text import clean

# Elements that do not part words; all others, also unknown ones, do.
# fmt: off
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    "wbr",
))
# fmt: on
_UNSEEN = ("script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head")
_MARKUP_PER_TEXT = 8  # markup of this many times the text's limit is read, so that hostile nesting stays small


def plain_text(markup: str, limit: int) -> str:
    """Return the words of a piece of HTML on one line of at most `limit` characters, entities decoded once.

    >>> plain_text("<p>Fish &amp;amp; <b>chi</b>ps</p><p>today<script>x()</script></p>", 100)
    'Fish &amp; chips today'
    """
    if "<" not in markup:
        return clean(html.unescape(markup) if "&" in markup else markup, limit)
    words = _words(markup[: limit * _MARKUP_PER_TEXT].replace("\0", ""))
    return clean(words, limit)


def _words(markup: str) -> str:
    # A parser of its own each time: one that has given up on a document remembers it.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    parser.feed(f"<div>{markup}".encode("utf-8", "ignore"))
    root = parser.close()
    if root is None:
        return ""
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    return "".join(_pieces(root))


def _pieces(root: etree._Element) -> Iterator[str]:
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag not in _INLINE:
            yield " "
        yield (element.text if event == "start" else element.tail) or ""
