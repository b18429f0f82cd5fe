"""Addresses: which may be shown and opened, and when two lead to the same article."""

import re
from urllib.parse import parse_qs, quote, urljoin, urlsplit, urlunsplit

MAX_LENGTH = 2083  # what browsers and mail programs have agreed to carry

# What nearly all links look like: nothing to resolve, to refuse or to mend.
_PLAIN = re.compile(r"https?://[a-z0-9.-]+/[\w/.~%?&=+,;!$'()*#-]*", re.ASCII)
# Most addresses, once their query of tracking parameters is gone, are what all their spellings share; the library that
# knows the other forms takes fifty times as long.
_CANONICAL_BUT_FOR_WWW = re.compile(
    r"https?://(?:www\.)?([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,24}(?:/[A-Za-z0-9_-][\w.-]*)+/?)"
    r"(?:\?utm_[a-z]+=[\w-]*(?:&utm_[a-z]+=[\w-]*)*)?",
    re.ASCII,
)
_ANOTHER_FORM = re.compile(
    r"(?:^|[./-])(?:www\d?|mobile|m|amp)[./-]|[./]amp/?$|/(?:index|default)\.?[\w.-]*/?$|xn--", re.I
)
# Links of search feeds that lead to an article by way of the searcher: some say where to, some are opaque.
_BY_WAY_OF = re.compile(r"https?://(?:www\.)?(?:bing\.com/news/apiclick\.aspx|google\.[a-z.]{2,6}/url)\?", re.I)
_OPAQUE = re.compile(r"https?://news\.google\.[a-z.]{2,6}/(?:rss/|__i/rss/rd/)?(?:articles|read)/", re.I)
_ALLOWED = ":/?#[]@!$&'()*+,;=%~"  # beside letters, digits and _.-
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")

# Beside the list that ural keeps: parameters that only say where a reader came from, seen in news feeds.
_CAME_FROM = re.compile(
    r"^(ns_.*|itm_.*|_hs.*|hsa_.*|pk_.*|vero_.*|oly_.*|ito|cmp(id)?|smid|emc|ocid|ftag|wt\.mc.*)$", re.I
)
# The list of ural takes `sid` for the id of a session; on many a site it is that of the story. Sessions have long ones.
_STORY_ID = re.compile(r"^sid=(?![0-9a-z]{16,}$)", re.I)
_FEED_VALUES = frozenset({"rss", "feed", "feeds", "rss_feed", "rssfeed", "atom", "newsletter", "googlenews"})


def safe_address(link: str, base: str | None = None) -> str | None:
    """Return `link` as an absolute http(s) address to show and open, or None when it is not safe.

    It is resolved against `base`; credentials are left out, and whatever is not plain in an address is quoted. Other
    schemes, control characters, backslashes, a missing host, a bad port or more than MAX_LENGTH characters make it
    unsafe.

    >>> safe_address(" /news/1 ", "https://example.org/rss")
    'https://example.org/news/1'
    >>> safe_address("javascript:alert(1)") is None
    True
    """
    link = link.strip()
    if len(link) <= MAX_LENGTH and _PLAIN.fullmatch(link):
        return link
    if not link or _UNSAFE.search(link):
        return None
    try:
        parts = urlsplit(urljoin(base, link) if base else link)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = _host(parts.hostname)
    if host is None:
        return None
    written = urlunsplit(parts._replace(netloc=f"{host}:{port}" if port else host))
    address = quote(written, safe=_ALLOWED, errors="ignore")
    return address if len(address) <= MAX_LENGTH else None


def _host(name: str) -> str | None:
    """Return a host as it is asked for: letters of other scripts in the form that cannot be mistaken for Latin ones."""
    if ":" in name:
        return f"[{name}]"
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return None


def is_opaque(url: str) -> bool:
    """Whether `url` leads to an article by way of a searcher and does not say to which.

    >>> is_opaque("https://news.google.com/rss/articles/CBMi0?oc=5"), is_opaque("https://news.example/articles/1")
    (True, False)
    """
    return bool(_OPAQUE.match(url) or _BY_WAY_OF.match(url))


def true_address(url: str) -> str:
    """Return where a searcher's link leads, when it says so, else `url` itself.

    >>> true_address("https://www.google.com/url?rct=j&url=https://news.example/1&ct=ga")
    'https://news.example/1'
    """
    if not _BY_WAY_OF.match(url):
        return url
    said = parse_qs(urlsplit(url).query, max_num_fields=100)
    return next((safe for name in ("url", "q") for each in said.get(name, ()) if (safe := safe_address(each))), url)


def canonical_address(url: str) -> str | None:
    """Return what all spellings of the address of one article share, or None when it names no single article.

    Scheme, `www.`, mobile and AMP forms, default ports, fragments and tracking parameters are gone. A site's front
    page names no article, and an opaque address says nothing of what it leads to. For comparing only: the result is no
    address to open.

    >>> canonical_address("https://m.example.org:443/a/amp/?utm_source=x#top")
    'example.org/a'
    >>> canonical_address("https://example.org/") is None
    True
    """
    if is_opaque(url):
        return None
    plain = _CANONICAL_BUT_FOR_WWW.fullmatch(url)
    if plain and not _ANOTHER_FORM.search(plain[1]):
        return plain[1].rstrip("/")
    return canonical_by_library(url)


def canonical_by_library(url: str) -> str | None:
    """Return what `canonical_address` returns, by the library alone: fifty times as slow, for every form there is."""
    # Loading it takes a quarter of a second, for which commands that only read need not wait.
    from ural import normalize_url

    safe = safe_address(url)
    if safe is None:
        return None
    parts = urlsplit(safe)
    telling = "&".join(_STORY_ID.sub("story=", item) for item in parts.query.split("&") if _is_telling(item))
    canonical: str = normalize_url(urlunsplit(parts._replace(query=telling)))
    host, _, rest = canonical.partition("/")
    return canonical if rest or "?" in host or "#" in host else None


def _is_telling(item: str) -> bool:
    name, _, value = item.partition("=")
    return not _CAME_FROM.match(name) and value.lower() not in _FEED_VALUES
