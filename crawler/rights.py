"""What was set for one feed's host or server, and where it holds: nowhere else, whatever leads there."""

from dataclasses import dataclass, field, replace
from typing import Self

from crawler.guard import RefusedError, Target, target_of
from crawler.poll import PollRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the requests for one feed may do on the feed's own host, and nowhere else."""

    address: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    allow_private: bool = False
    allow_insecure: bool = False

    def on(self, target: Target) -> Self | None:
        """Return these rights when `target` is on the feed's own host, or None."""
        own = _target(self.address)
        return self if own and own.host == target.host else None

    def headers_for(self, target: Target) -> tuple[tuple[str, str], ...]:
        """Return the headers that go along to `target`: to the feed's own server, or its encrypted self."""
        own = _target(self.address) if self.headers else None
        if own is None:
            return ()
        encrypted = replace(own, scheme="https", port=443)
        return self.headers if target in (own, encrypted) else ()


def rights_to(request: PollRequest) -> Rights:
    """Return what may be done for `request`, which names its own server."""
    return Rights(
        address=request.address,
        headers=request.headers,
        allow_private=request.allow_private,
        allow_insecure=request.allow_insecure,
    )


def moved(request: PollRequest, address: str) -> PollRequest:
    """Return `request` for the `address` its feed moved to, with the rights that a redirect there would leave it."""
    rights, target = rights_to(request), _target(address)
    own = rights.on(target) if target else None
    return replace(
        request,
        address=address,
        headers=rights.headers_for(target) if target else (),
        allow_private=bool(own and own.allow_private),
        allow_insecure=bool(own and own.allow_insecure),
    )


def _target(address: str) -> Target | None:
    try:
        return target_of(address)
    except RefusedError:
        return None
