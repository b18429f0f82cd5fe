"""From markup to the words a reader sees."""

import html
import re

from lxml import etree

from stories.text import clean

# All elements part words, also unknown ones, but these.
_PARTING = re.compile(
    r"<(?=[/!?]?[a-z])(?!/?(?:a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|nobr|q|s|samp|small"
    r"|span|strike|strong|sub|sup|time|tt|u|var|wbr)\b)",
    re.IGNORECASE,
)
_UNSEEN = ("script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head")
_MAY_HAVE_UNSEEN = re.compile(f"<(?:{'|'.join(_UNSEEN)})", re.IGNORECASE)
_MARKUP_PER_TEXT = 8  # markup of this many times the text's limit is read, so that hostile nesting stays small

_parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)


def plain_text(markup: str, limit: int) -> str:
    """Return the words of a piece of HTML on one line of at most `limit` characters, entities decoded once.

    >>> plain_text("<p>Fish &amp;amp; <b>chi</b>ps</p><p>today<script>x()</script></p>", 100)
    'Fish &amp; chips today'
    """
    if "<" not in markup:
        return clean(html.unescape(markup) if "&" in markup else markup, limit)
    return clean(_words(markup[: limit * _MARKUP_PER_TEXT].replace("\0", "")), limit)


def _words(markup: str) -> str:
    # White space is put in before parsing and the text taken out in one go, because a walk over the elements takes
    # longer than the parsing.
    spaced = _PARTING.sub(" <", markup)
    try:
        root = etree.fromstring(f"<div>{spaced}".encode("utf-8", "ignore"), _parser)
    except etree.XMLSyntaxError:
        return ""
    if _MAY_HAVE_UNSEEN.search(markup):
        etree.strip_elements(root, *_UNSEEN, with_tail=False)
    return etree.tostring(root, method="text", encoding="unicode")
