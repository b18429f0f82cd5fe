"""HTML whose elements have more attributes than any honest one: a parser's time grows with the square of them."""

import re
from typing import Any

from lxml import etree

from crawler.refusing import ATTRIBUTES

# Without one of these no tag can hold so many: a tag of that length, or a value that hides where its tag ends.
_MAY_BE_CROWDED = re.compile(
    rf"""(?:^|>)[^<>]*+<[^>]{{{2 * ATTRIBUTES}}}|=\s*+(?:"[^">]*+>|'[^'>]*+>)""",
)


class _CrowdedError(Exception):
    """An element has too many attributes."""


class _Counting:
    """What the parser tells of a document it builds no tree of, which takes time by the document's length alone."""

    def start(self, _tag: str, attributes: dict[str, str]) -> None:
        if len(attributes) > ATTRIBUTES:
            raise _CrowdedError

    def close(self) -> None:
        """Take note of nothing."""


def is_crowded(markup: str) -> bool:
    """Whether an element of the HTML `markup` has more than ATTRIBUTES attributes.

    The parser itself counts them: no expression reads broken markup just as it does.

    >>> is_crowded(f"<p {' '.join(f'a{n}' for n in range(257))}>")
    True
    """
    if not _MAY_BE_CROWDED.search(markup):
        return False
    target: Any = _Counting()  # the stubs know no target that hears less than everything
    try:
        etree.fromstring(markup.encode("utf-8", "replace"), etree.HTMLParser(target=target, encoding="utf-8"))
    except _CrowdedError:
        return True
    except etree.XMLSyntaxError:
        pass  # nothing is in it
    return False
