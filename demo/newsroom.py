"""The newsroom: what every outlet's feed and pages show at a time of the two days. No clock, no network."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime

from demo import feeds, pages
from demo.articles import OUTLETS, Article, FaultKind, Outlet, read_outlet, with_words

LENGTH = timedelta(hours=48)

# Newsroom time to the instant at which it happens on the wall clock (aware UTC).
Instant = Callable[[timedelta], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a server answers."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """All outlets and all articles of the two days, oldest first."""

    outlets: tuple[Outlet, ...]
    articles: tuple[Article, ...]

    def outlet(self, key: str) -> Outlet:
        """Return an outlet by its key; KeyError when there is none."""
        return {outlet.key: outlet for outlet in self.outlets}[key]

    def published(self, outlet: Outlet, at: timedelta) -> tuple[Article, ...]:
        """Return what an outlet has published until a time, as it shows it then, newest first."""
        mine = (article for article in self.articles if article.outlet == outlet.key and article.at <= at)
        return tuple(article.as_of(at) for article in mine)[::-1]

    def render(self, outlet: Outlet, at: timedelta, *, address: str, instant: Instant) -> Document:
        """Return what the outlet's feed answers at a time; `address` is its front page, ending in "/"."""
        fault = outlet.fault(at)
        if fault and fault.kind is FaultKind.UNAVAILABLE:
            return Document(status=503, headers={"Retry-After": "2", "Content-Type": "text/plain"}, body=b"Busy.\n")
        if fault and fault.kind is FaultKind.HTML:
            return _found("text/html; charset=utf-8", pages.error_page(outlet))
        body = feeds.write(outlet, self.published(outlet, at), at=at, address=address, instant=instant)
        if fault:
            return _found(feeds.content_type(outlet), body[: len(body) * 3 // 5])
        changed_at = format_datetime(instant(self._changed_at(outlet, at)), usegmt=True)
        return _found(feeds.content_type(outlet), body, {"Last-Modified": changed_at})

    def page(self, outlet: Outlet, path: str, at: timedelta, *, instant: Instant) -> Document:
        """Return the page at a path below an outlet's address: an article's key, or "" for the front page."""
        published = self.published(outlet, at)
        if path == "":
            return _found("text/html; charset=utf-8", pages.front_page(outlet, published))
        for article in published:
            if article.key == path:
                return _found("text/html; charset=utf-8", pages.article_page(outlet, article, instant(article.at)))
        return Document(status=404, headers={"Content-Type": "text/plain"}, body=b"There is no such page.\n")

    def _changed_at(self, outlet: Outlet, at: timedelta) -> timedelta:
        if outlet.mints_guids or outlet.tracks:
            return at
        articles = [article for article in self.articles if article.outlet == outlet.key]
        changes = [article.at for article in articles]
        changes += [edit.at for article in articles for edit in article.edits]
        return max((change for change in changes if change <= at), default=timedelta())


def load_newsroom() -> Newsroom:
    """Read all outlets and articles from demo/outlets; KeyError when a copy names an article nobody wrote."""
    read = [read_outlet(path) for path in sorted(OUTLETS.glob("*.toml"))]
    articles = {article.id: article for _, own in read for article in own}
    with_all_words = [
        with_words(article, articles[article.copy_of]) if article.copy_of else article for article in articles.values()
    ]
    return Newsroom(
        outlets=tuple(outlet for outlet, _ in read),
        articles=tuple(sorted(with_all_words, key=lambda article: (article.at, article.id))),
    )


def _found(content_type: str, body: bytes, headers: dict[str, str] | None = None) -> Document:
    tag = hashlib.sha256(body).hexdigest()[:20]
    return Document(
        status=200, headers={"Content-Type": content_type, "ETag": f'"{tag}"', **(headers or {})}, body=body
    )
