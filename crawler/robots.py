"""What a host lets programs ask for that come by themselves (robots.txt, RFC 9309). Feeds are asked for by people."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from crawler.answer import Answer
from crawler.reading_time import TooLongError, at_most

ROBOTS_BYTES = 500 * 1024  # what lies beyond is not read
LONGEST_DELAY = 10.0  # a host that asks for more is not asked for pages
SECONDS = 1.0  # for rules to be read or applied; made for it, they would take hours

_TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """The rules of one host for us: None for no rules; or `closed`, with the reason why no page is asked for.

    `delay` is the pause between two requests, in seconds.
    """

    rules: Protego | None = None
    user_agent: str = ""
    closed: str | None = None
    delay: float = 0.0

    def refusal(self, address: str) -> str | None:
        """Return why `address` must not be asked for, or None when it may be."""
        if self.closed or self.rules is None:
            return self.closed
        try:
            with at_most(SECONDS):
                allowed = self.rules.can_fetch(address, self.user_agent)
        except (TooLongError, ValueError):
            allowed = False
        return None if allowed else "robots.txt does not allow it"


def robots_address(page: str) -> str:
    """Return where the rules for `page` stand.

    >>> robots_address("https://example.org:8443/news/1?page=2")
    'https://example.org:8443/robots.txt'
    """
    parts = urlsplit(page)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def robots_from(answer: Answer | None, *, user_agent: str, pause: float) -> Robots:
    """Return the rules for `user_agent` in what a host answered for its robots.txt, or None when it gave no answer.

    `pause` is the least between two requests. Without rules (404 and its like) all is allowed; with rules that cannot
    be had now (5xx, no answer), nothing is.
    """
    if answer is None:
        return Robots(closed="robots.txt cannot be read")
    if answer.status >= 500 or answer.status == _TOO_MANY_REQUESTS or answer.status < 200:
        return Robots(closed=f"robots.txt cannot be read (the server answered {answer.status})")
    if answer.status >= 300:
        return Robots(delay=pause)
    product = product_of(user_agent)
    try:
        with at_most(SECONDS):
            rules = Protego.parse(answer.body[:ROBOTS_BYTES].decode("utf-8-sig", "replace"))
            delay = max(pause, _delay(rules, product))
    except (TooLongError, ValueError):
        return Robots(closed="robots.txt cannot be read")
    if delay > LONGEST_DELAY:
        return Robots(closed=f"robots.txt asks for {delay:g} s between two pages")
    return Robots(rules=rules, user_agent=product, delay=delay)


def product_of(user_agent: str) -> str:
    """Return the name by which rules call a program.

    >>> product_of("wirewatch/1.0 (+https://example.org/bot)")
    'wirewatch'
    """
    return user_agent.partition("/")[0].strip() or "*"


def _delay(rules: Protego, product: str) -> float:
    """Return the pause that `rules` ask for, by either of the two ways to say it."""
    rate = rules.request_rate(product)
    return max(rules.crawl_delay(product) or 0, rate.seconds / rate.requests if rate and rate.requests else 0)
