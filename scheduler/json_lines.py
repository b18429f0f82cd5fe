"""Articles as JSON lines, the form in which they leave and enter."""

import json
from datetime import UTC, datetime

from alerts.settings import MAX_NAME
from stories.address import safe_address
from stories.model import Article
from stories.store_articles import Found
from stories.store_labels import Label, Verdict
from stories.text import clean, clean_paragraphs

MAX_ID = 200
MAX_LINKS = 10
MAX_TITLE, MAX_SUMMARY, MAX_TEXT = 1000, 20_000, 200_000


class LineError(Exception):
    """A line that is no article; the message says why."""


def line_of(found: Found) -> dict[str, object]:
    """Return one article as it is exported: what it says, its story, the topics it matched, and its labels if any."""
    article = found.archived.article
    labels = {"labels": dict(found.labels)} if found.labels else {}
    return {
        "id": found.archived.id,
        "url": article.url,
        "title": article.title,
        "summary": article.summary,
        "text": article.text,
        "source": article.outlet,
        "feed_source": article.source,
        "links": list(article.links),
        "author": article.author,
        "language": article.language,
        "published_at": _written(article.published_at),
        "seen_at": _written(found.archived.seen_at),
        "story_id": found.archived.story_id,
        "topics": list(found.topics),
        **labels,
    }


def article_of(line: str) -> tuple[Article, str | None]:
    """Return the article of one line, with a note when its date had to be left out; unknown fields do not matter.

    :raises LineError: when the line is not a JSON object, has neither title nor text, or a field of a wrong kind
    """
    fields = _fields(line)
    title = clean(_text(fields, "title") or "", MAX_TITLE)
    text = clean_paragraphs(_text(fields, "text") or "", MAX_TEXT)
    if not title and not text:
        raise LineError("neither title nor text")
    url = _text(fields, "url")
    published_at, note = _instant(_text(fields, "published_at"))
    article = Article(
        given_id=_id(fields),
        title=title or clean(text, 100),
        url=safe_address(url) if url else None,
        summary=clean(_text(fields, "summary") or "", MAX_SUMMARY),
        text=text,
        outlet=clean(_text(fields, "source") or "", MAX_ID) or None,
        author=clean(_text(fields, "author") or "", MAX_ID) or None,
        language=clean(_text(fields, "language") or "", MAX_ID) or None,
        published_at=published_at,
        seen_at=_instant(_text(fields, "seen_at"))[0],
        source=clean(_text(fields, "feed_source") or "", MAX_ID) or None,
        links=_links(fields),
    )
    return article, note


def labels_of(line: str) -> list[Label]:
    """Return the labels of one line; they stand beside the id of the article they are of.

    :raises LineError: when they are not `{"TOPIC": "good"}` with good, bad or missed, or the line has no id
    """
    if '"labels"' not in line:  # nearly every line: it need not be read twice
        return []
    fields = _fields(line)
    labels, article_id = fields.get("labels") or {}, _id(fields)
    if not isinstance(labels, dict):
        raise LineError(f"labels: expected a JSON object, found {type(labels).__name__}")
    if labels and article_id is None:
        raise LineError("labels: the line needs the id of the article they are of")
    return [Label(article_id or "", _topic(topic), _verdict(topic, verdict)) for topic, verdict in labels.items()]


def has_labels_only(line: str) -> bool:
    """Whether a line labels an article, by its id, and says nothing else of it.

    :raises LineError: when the line is not a JSON object
    """
    return '"labels"' in line and _fields(line).keys() <= {"id", "labels"}


def _fields(line: str) -> dict[str, object]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError("not JSON") from error
    if not isinstance(fields, dict):
        raise LineError(f"expected a JSON object, found {type(fields).__name__}")
    return fields


def _topic(name: str) -> str:
    if not name or clean(name, MAX_NAME) != name:
        raise LineError(f"labels: expected the name of a topic, one line of at most {MAX_NAME} characters")
    return name


def _verdict(topic: str, verdict: object) -> Verdict:
    try:
        return Verdict(str(verdict))
    except ValueError as error:
        expected = ", ".join(Verdict)
        raise LineError(
            f"labels: expected one of {expected} for {clean(topic, 40)!r}, found {clean(repr(verdict), 40)}"
        ) from error


def _id(fields: dict[str, object]) -> str | None:
    given = fields.get("id")
    if given is None or given == "":
        return None
    if not isinstance(given, str | int) or isinstance(given, bool):
        raise LineError("id: expected text")
    if len(str(given)) > MAX_ID or clean(str(given), MAX_ID) != str(given):
        raise LineError(f"id: expected one line of at most {MAX_ID} characters")
    return str(given)


def _text(fields: dict[str, object], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise LineError(f"{name}: expected text, found {type(value).__name__}")
    return value


def _links(fields: dict[str, object]) -> tuple[str, ...]:
    links = fields.get("links") or []
    if not isinstance(links, list) or not all(isinstance(link, str) for link in links):
        raise LineError("links: expected a list of addresses")
    safe = (safe_address(link) for link in links[:MAX_LINKS])
    return tuple(dict.fromkeys(link for link in safe if link))


def _instant(written: str | None) -> tuple[datetime | None, str | None]:
    if not written:
        return None, None
    try:
        at = datetime.fromisoformat(written)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC), None
    except (ValueError, OverflowError):
        return None, f"published_at: {clean(written, 40)!r} is no ISO 8601 date; taken in without one"


def _written(at: datetime | None) -> str | None:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None
