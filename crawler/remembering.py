"""What is remembered of a document: its body, and the settings by which it was read."""

from dataclasses import astuple, replace
from hashlib import blake2b

from crawler.poll import PollRequest

_DIGEST_SIZE = 16


def digest(data: bytes, *context: bytes) -> bytes:
    """Return what tells `data` in this `context` from any other."""
    made = blake2b(data, digest_size=_DIGEST_SIZE)
    for part in context:
        made.update(b"\0" + part)
    return made.digest()


def digest_of(body: bytes, request: PollRequest) -> bytes:
    """Return what tells `body`, as `request` has it read, from any other body and any other way to read it."""
    return digest(body) + _reading(request)


def as_remembered(request: PollRequest) -> PollRequest:
    """Return `request` without what would keep a document unread that was last read by other settings."""
    if (request.body_digest or b"")[_DIGEST_SIZE:] == _reading(request):
        return request
    return replace(request, etag=None, last_modified=None, body_digest=None)


def _reading(request: PollRequest) -> bytes:
    """Return what tells the settings that matter to reading from others; nothing where none are given."""
    if request.page is None and request.language is None:
        return b""
    return digest(repr((request.page and astuple(request.page), request.language)).encode("utf-8", "surrogatepass"))
