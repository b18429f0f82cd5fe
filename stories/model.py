"""The values everything else speaks of: articles as they arrive, and as they are kept."""

from dataclasses import dataclass
from datetime import UTC, datetime

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)  # what claims to be older comes from a clock that was never set


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One publication by one outlet, as it arrives: from a feed or from an imported line.

    All texts are plain text (no markup, no control characters). Instants are aware UTC.

    `guid` is the feed's own name for it, meaningful only within that feed; `given_id` is the id an imported line brings
    along, `seen_at` when the archive it comes from first saw it. `url` is the address to open, http or https, or None
    when there is no safe one. `published_at` is the source's word and None when it gave none that can be believed.
    `source` is whom the feed names as the source beside the outlet; `links` are addresses on other hosts that summary
    or text link to. `canonical_url` is the address by which the article's own page wants to be known, if it was read.
    `is_by_way`: `url` is on the site of a feed that lists other sites' articles, and leads on to theirs, if at all.
    """

    title: str
    url: str | None = None
    summary: str = ""
    text: str = ""
    outlet: str | None = None
    author: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    guid: str | None = None
    given_id: str | None = None
    seen_at: datetime | None = None
    source: str | None = None
    links: tuple[str, ...] = ()
    canonical_url: str | None = None
    is_by_way: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedArticle:
    """An article as the archive keeps it: with its id, its story, and when it was first seen (UTC)."""

    id: str
    story_id: int
    seen_at: datetime
    article: Article
