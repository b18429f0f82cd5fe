"""The elements of a page that is searched with selectors, which run for minutes on a page that is made for it."""

from lxml import etree, html

from crawler.crowding import is_crowded
from crawler.poll import FeedError
from crawler.refusing import ATTRIBUTES

# Selectors take time by the square of a page's elements, for every step by how deep they are, and by the cube of how
# many stand side by side: with these limits what was tried takes 2 s at most.
MOST_ELEMENTS = 10_000
MOST_SIDE_BY_SIDE = 500
MOST_DEEP = 100

_too_deep = etree.XPath("boolean(" + "/*" * (MOST_DEEP + 1) + ")", regexp=False)


def page_tree(text: str) -> etree._Element:
    """Return the elements of the HTML page `text`; raise FeedError for a page that selectors would take long on."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    text = text.replace("\0", "")
    if is_crowded(text):
        raise FeedError(f"an element has more than {ATTRIBUTES} attributes, which no honest page does")
    try:
        root: etree._Element | None = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise FeedError("not a page that can be read")
    elements = sum(1 for _ in root.iter(etree.Element))
    if elements > MOST_ELEMENTS:
        raise FeedError(f"a page of {elements} elements is too long to be searched, the most is {MOST_ELEMENTS}")
    if _too_deep(root):
        raise FeedError(f"elements are nested deeper than {MOST_DEEP}, too deep to be searched")
    if any(len(element) > MOST_SIDE_BY_SIDE for element in root.iter(etree.Element)):
        raise FeedError(f"an element with more than {MOST_SIDE_BY_SIDE} others side by side is too long to be searched")
    return root
