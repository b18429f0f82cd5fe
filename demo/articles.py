"""What the newsroom publishes: outlets and their articles, read from the TOML files in demo/outlets."""

import tomllib
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

OUTLETS = Path(__file__).parent / "outlets"


class Form(StrEnum):
    """How a feed is written."""

    RSS_2 = "rss 2.0"
    RSS_1 = "rss 1.0"
    RSS_092 = "rss 0.92"  # knows neither guids nor dates
    ATOM = "atom"


class Shows(StrEnum):
    """How much of an article its feed carries."""

    SUMMARY = "summary"
    TEXT = "text"  # the whole text where a summary belongs, as wires do
    BOTH = "both"


class FaultKind(StrEnum):
    """What a feed answers while it is broken."""

    HTML = "html"  # an error page with status 200
    TRUNCATED = "truncated"  # the feed, cut in the middle of an entry
    UNAVAILABLE = "unavailable"  # 503 with Retry-After


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A feed is broken from `begins_at` until before `ends_at` (newsroom time)."""

    kind: FaultKind
    begins_at: timedelta
    ends_at: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An article gets another headline, and another summary if one is given, at a time."""

    at: timedelta
    title: str
    summary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One publication, with what a reader of the whole newsroom knows about it.

    `key` is its own within its outlet. `at` is newsroom time: time since the play began, negative for what was
    published before. `story` names the event it tells and `stage` how far that event had come (by the stages of
    the demo's topics, where they have any); both are None for what stands alone. `credits` are the keys of the
    outlets it says it has its facts from. `copy_of` is the id of the article whose words it prints, whole or cut
    after so many paragraphs. `topics` are those topics of the demo's config.yaml that want to hear of it.
    """

    key: str
    outlet: str
    at: timedelta
    title: str
    summary: str
    text: str
    author: str | None = None
    story: str | None = None
    stage: str | None = None
    credits: tuple[str, ...] = ()
    copy_of: str | None = None
    cut_after: int | None = None
    topics: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()

    @property
    def repeats(self) -> bool:
        """Does it print the words of another article, all of them and no others?"""
        return self.copy_of is not None and self.cut_after is None

    @property
    def id(self) -> str:
        """Outlet and key, which name the article in the whole newsroom."""
        return f"{self.outlet}/{self.key}"

    def as_of(self, at: timedelta) -> "Article":
        """Return the article as its outlet shows it at a time: with the edits made until then."""
        shown = self
        for edit in self.edits:
            if edit.at <= at:
                shown = replace(shown, title=edit.title, summary=edit.summary or shown.summary)
        return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Who publishes, and the manners of its feed.

    `mints_guids`: every poll sees new guids. `tracks`: links carry parameters that change with every poll.
    `box` is a newsletter box printed under each text. The feed lies at `feed_path` below the outlet's front
    page; `about` is its description, and says that it is a demonstration.
    """

    key: str
    name: str
    about: str
    form: Form
    shows: Shows
    feed_path: str
    box: str | None = None
    mints_guids: bool = False
    tracks: bool = False
    faults: tuple[Fault, ...] = ()

    def fault(self, at: timedelta) -> Fault | None:
        """Return what is wrong with the feed at a time, or None."""
        return next((fault for fault in self.faults if fault.begins_at <= at < fault.ends_at), None)


def read_outlet(path: Path) -> tuple[Outlet, tuple[Article, ...]]:
    """Read one file of demo/outlets: the outlet and its articles; copies of others still lack their words."""
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    rows = table.pop("article", [])
    faults = tuple(_fault(row) for row in table.pop("fault", []))
    form, shows = Form(table.pop("form")), Shows(table.pop("shows"))
    outlet = Outlet(key=path.stem, form=form, shows=shows, faults=faults, **table)
    return outlet, tuple(_article(row, outlet.key) for row in rows)


def with_words(article: Article, original: Article) -> Article:
    """Return a copy with the words of its original where it has none of its own."""
    text = "\n\n".join(original.text.split("\n\n")[: article.cut_after])
    return replace(
        article,
        title=article.title or original.title,
        summary=article.summary or original.summary,
        text=article.text or text,
    )


def _article(row: dict[str, Any], outlet: str) -> Article:
    row = dict(row)
    return Article(
        outlet=outlet,
        at=timedelta(hours=row.pop("at")),
        title=row.pop("title", ""),
        summary=_one_line(row.pop("summary", "")),
        text="\n\n".join(_one_line(part) for part in row.pop("text", "").split("\n\n") if part.strip()),
        credits=tuple(row.pop("credits", ())),
        topics=tuple(row.pop("topics", ())),
        edits=tuple(_edit(edit) for edit in row.pop("edit", [])),
        **row,
    )


def _edit(row: dict[str, Any]) -> Edit:
    summary = row.get("summary")
    return Edit(at=timedelta(hours=row["at"]), title=row["title"], summary=summary and _one_line(summary))


def _fault(row: dict[str, Any]) -> Fault:
    return Fault(
        kind=FaultKind(row["kind"]),
        begins_at=timedelta(hours=row["begins_at"]),
        ends_at=timedelta(hours=row["ends_at"]),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
