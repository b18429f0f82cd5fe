"""Which pages of others an entry links to."""

import html
import re
from collections.abc import Iterable

from stories.address import safe_address
from stories.outlets import are_of_one_site, host_of

MOST = 10
_READ = 100_000  # characters of markup

# Bounded, so that markup made to be slow is not. What is relative leads to the site's own pages.
_LINK = re.compile(
    r"<a\s(?:[^<>]{0,500}?\s)?href\s{0,5}=\s{0,5}[\"']?\s{0,5}((?:https?:)?//[^\"'\s<>]{1,3000})", re.IGNORECASE
)
# Buttons to share, counters and advertisements: they lead to no page on the matter.
_BUTTON = re.compile(
    r"https?://(?:[\w-]+\.)*(?:"
    r"facebook\.com/(?:sharer?|dialog|plugins|l\.php)|(?:twitter|x)\.com/(?:intent|share|home\?)"
    r"|linkedin\.com/(?:share|cws|sharing)|reddit\.com/(?:submit|r/[\w-]+/submit)|pinterest\.com/pin/create"
    r"|plus\.google\.com/share|tumblr\.com/(?:share|widgets)|t\.me/share|telegram\.me/share|api\.whatsapp\.com|wa\.me"
    r"|addthis\.com|addtoany\.com|sharethis\.com|shareaholic\.com|digg\.com/submit|delicious\.com|del\.icio\.us"
    r"|stumbleupon\.com|getpocket\.com/(?:save|edit)|instapaper\.com|evernote\.com|buffer(?:app)?\.com"
    r"|share\.flipboard\.com|vk\.com/share|xing\.com/(?:app|spi)|social-plugins\.line\.me|line\.me/R|slashdot\.org/bookmark"
    r"|news\.ycombinator\.com/submitlink|feedburner\.com|feedproxy\.google\.com|feedsportal\.com|feeds\.wordpress\.com"
    r"|pheedo\.com|pheedcontent\.com|buysellads\.com|doubleclick\.net|googleadservices\.com|fmpub\.net|pxf\.io"
    r"|amzn\.to|awin1\.com|go\.redirectingat\.com)(?![\w.-])",
    re.IGNORECASE,
)


def links_in(markups: Iterable[str], *, url: str | None, address: str) -> tuple[str, ...]:
    """Return the addresses in pieces of HTML that lead to other sites than `url`, the article, and `address`, the feed.

    In their order, without fragments, each once, at most MOST. Buttons to share the article are left out.
    """
    linking = [markup for markup in markups if "href" in markup or "HREF" in markup]
    if not linking:
        return ()  # nearly all that feeds give
    found: dict[str, None] = {}
    own = [host_of(each) for each in (url, address) if each]
    for markup in linking:
        for link in _LINK.finditer(markup, 0, _READ):
            safe = safe_address(html.unescape(link[1]).partition("#")[0], address)
            if safe and _leads_away(safe, own):
                found[safe] = None
            if len(found) == MOST:
                return tuple(found)
    return tuple(found)


def _leads_away(address: str, own: Iterable[str]) -> bool:
    return not _BUTTON.match(address) and not any(are_of_one_site(host_of(address), host) for host in own)
