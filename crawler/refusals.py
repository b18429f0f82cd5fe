"""Hosts that asked, in the middle of a crawl, to be left alone: nobody asks them again in it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import Response

_TOO_MANY = 429
_UNAVAILABLE = 503
_KEPT = ("Retry-After", "Date")
_UNASKED = "not asked"  # among the flags that Scrapy lets a response carry


def is_refusal(status: int | None, *, says_when: bool) -> bool:
    """Whether an answer speaks for its whole host: 429, or 503 that says when to come again (Retry-After)."""
    return status == _TOO_MANY or (status == _UNAVAILABLE and says_when)


def is_unasked(response: "Response") -> bool:
    """Whether nobody asked for this answer: the host gave it to another request of the crawl."""
    return _UNASKED in response.flags


class Refusals:
    """What hosts refused with. Whoever would ask one again is given that answer instead."""

    def __init__(self) -> None:
        self._by_host: dict[str, Response] = {}

    def heard(self, host: str, response: "Response") -> "Response":
        """Return `response` of `host`; a refusal is remembered."""
        if is_refusal(response.status, says_when=b"Retry-After" in response.headers):
            kept = {name: response.headers[name] for name in _KEPT if name in response.headers}
            # Scrapy writes on each response which request it belongs to.
            self._by_host[host] = response.replace(headers=kept, body=b"", request=None)
        return response

    def answer_for(self, host: str, address: str) -> "Response | None":
        """Return the refusal of `host` as the answer to a request for `address`, or None when it may be asked."""
        refusal = self._by_host.get(host)
        return refusal.replace(url=address, flags=[_UNASKED]) if refusal else None
