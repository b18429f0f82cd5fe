"""From markup to the words a reader sees."""

import html
import re

from lxml import etree

from crawler.crowding import is_crowded
from stories.text import clean, clean_paragraphs

# All elements part words, also unknown ones, but these.
_PARTING = re.compile(
    r"<(?=[/!?]?[a-z])(?!/?(?:a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|nobr|q|s|samp|small"
    r"|span|strike|strong|sub|sup|time|tt|u|var|wbr)\b)",
    re.IGNORECASE,
)
# And of these a paragraph begins or ends.
_PARAGRAPH = re.compile(
    r"<(?=/?(?:address|article|aside|blockquote|br|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]"
    r"|header|hr|li|main|nav|ol|p|pre|section|summary|table|tr|ul)\b)",
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


def plain_paragraphs(markup: str, limit: int) -> str:
    r"""Return the words of a piece of HTML like `plain_text`, but with its paragraphs: one to a line.

    >>> plain_paragraphs("<h2>Fish</h2><p>Chips\nand <b>peas</b></p><ul><li>Salt<li>Vinegar</ul>", 100)
    'Fish\nChips and peas\nSalt\nVinegar'
    """
    if "<" not in markup:
        return plain_text(markup, limit)
    # Line breaks in markup are space; what stands on a line of its own, the elements say.
    cut = markup[: limit * _MARKUP_PER_TEXT].replace("\0", "").replace("\n", " ").replace("\r", " ")
    return clean_paragraphs(_words(_PARAGRAPH.sub("\n<", cut)), limit)


def _words(markup: str) -> str:
    # White space is put in before parsing and the text taken out in one go, because a walk over the elements takes
    # longer than the parsing.
    spaced = _PARTING.sub(" <", markup)
    if is_crowded(spaced):
        return ""  # made to do harm: there are no words to look for
    try:
        root = etree.fromstring(f"<div>{spaced}".encode("utf-8", "ignore"), _parser)
    except etree.XMLSyntaxError:
        return ""
    if _MAY_HAVE_UNSEEN.search(markup):
        etree.strip_elements(root, *_UNSEEN, with_tail=False)
    return etree.tostring(root, method="text", encoding="unicode")
