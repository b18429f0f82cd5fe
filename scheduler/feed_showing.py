"""What was heard of feeds that are not watched, for people and for machines."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from crawler.poll import Outcome, PollResult
from crawler.settings import FeedSettings
from scheduler.feed_discovering import Discovery
from scheduler.feed_writing import yaml_of
from scheduler.sections import Line, Section, show_head, show_sections
from scheduler.showing import console, progress, short_time, show_table
from stories.counted import counted
from stories.model import Article
from stories.text import clean

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_SUMMARY = 200
_ADDRESS = 300
_OPTIONS = {  # what helps on the command line instead of what a configuration says
    "set `allow_insecure: true` for this feed": "add --allow-insecure",
    "set `allow_private: true` for this feed": "add --allow-private",
}
BY_HTTP = "Nobody speaks TLS there, so it is asked by http."


@dataclass(frozen=True, slots=True)
class Asking:
    """How far asking has come."""

    bars: "Progress"
    bar: "TaskID"

    def plan(self, addresses: int) -> None:
        """Show that so many addresses are asked in all."""
        self.bars.update(self.bar, total=addresses)

    def advance(self) -> None:
        """Show that one more has answered."""
        self.bars.advance(self.bar)


@contextmanager
def asking(what: str) -> Iterator[Asking]:
    """Show on a terminal how far asking has come, as long as it takes."""
    with progress() as bars:
        yield Asking(bars, bars.add_task(what, total=None))


def show_trial(feed: FeedSettings, result: PollResult, *, limit: int, is_new: bool) -> None:
    """Print what `feed` answered, its first `limit` articles, and of a new one what to write into the configuration."""
    verdict = _verdict(feed, result)
    show_head([_with_options(verdict) if is_new else verdict, *_remarks(feed, result)])
    if feed.page and result.articles:
        show_sections([Section("what the articles have", tuple(Line(line) for line in _caught(result.articles)))])
    show_sections([_article(article) for article in result.articles[:limit]])
    if result.articles and is_new:
        _show_yaml([_moved(feed, result)])
    elif result.found:
        show_sections([Section("It names these feeds", tuple(Line(address) for address in result.found))])
    if not result.articles and result.outcome is Outcome.ANSWERED and result.kind == "page":
        console(to_stderr=True).print(_what_to_do_with_a_page(feed))


def values_of_trial(feed: FeedSettings, result: PollResult, *, limit: int) -> dict[str, object]:
    """Return what `show_trial` prints, as values."""
    return {
        "address": feed.address,
        "moved_to": result.moved_to,
        "kind": result.kind,
        "error": result.error,
        "warning": result.warning,
        "status": result.status,
        "seconds": round(result.seconds, 3),
        "entries": result.entries,
        "articles": [
            {
                "title": article.title,
                "url": article.url,
                "published_at": article.published_at,
                "summary": article.summary,
                "outlet": article.outlet,
                "language": article.language,
            }
            for article in result.articles[:limit]
        ],
        "names_feeds": list(result.found),
        "yaml": yaml_of([_moved(feed, result)]) if result.articles else None,
    }


def show_discovery(discovery: Discovery) -> None:
    """Print the feeds that were found at a site, and what to write into the configuration."""
    if not discovery.found:
        out = console(to_stderr=True)
        out.print(f"{_shown(discovery.site.address)}: no feed found at {discovery.asked} addresses")
        if discovery.error:
            out.print(clean(f"Its page could not be read: {_with_options(discovery.error)}.", _ADDRESS))
        else:
            out.print("A page without a feed can be watched too: see `wirewatch feeds try --help`.")
        return
    show_table(
        ["feed", "entries", "newest", "address"],
        [
            (found.kind, str(found.entries), short_time(found.newest_at) or "no dates", found.feed.address)
            for found in discovery.found
        ],
        empty="",
    )
    _show_yaml([found.feed for found in discovery.found])


def values_of_discovery(discovery: Discovery) -> dict[str, object]:
    """Return what `show_discovery` prints, as values."""
    return {
        "feeds": [
            {
                "address": found.feed.address,
                "kind": found.kind,
                "entries": found.entries,
                "newest_at": found.newest_at,
                "yaml": yaml_of([found.feed]),
            }
            for found in discovery.found
        ],
        "asked": discovery.asked,
        "error": discovery.error,
    }


def _verdict(feed: FeedSettings, result: PollResult) -> str:
    address = _shown(feed.address)
    if result.outcome is Outcome.FAILED:
        return f"{address}: {result.error}"
    if not result.entries and result.kind in ("page", "robots.txt"):
        return f"{address}: a {result.kind}, and no feed"
    entries = counted(result.entries, "entry", "entries")
    return f"{address}: {result.kind or 'a feed'}, {entries}, answered in {result.seconds:.1f} s"


def _with_options(sentence: str) -> str:
    for setting, option in _OPTIONS.items():
        sentence = sentence.replace(setting, option)
    return sentence


def _remarks(feed: FeedSettings, result: PollResult) -> Iterator[str]:
    if result.moved_to and result.moved_to != feed.address:
        yield f"moved for good to {_shown(result.moved_to)}"
    if result.warning:
        yield result.warning
    undated = sum(article.published_at is None for article in result.articles)
    if undated:
        have = "has" if undated == 1 else "have"
        yield f"{undated} of {counted(len(result.articles), 'article')} {have} no date that can be believed"


def _caught(articles: tuple[Article, ...]) -> Iterator[str]:
    yield f"link: {len(articles)}"
    yield f"title: {sum(bool(article.title) for article in articles)}"
    yield f"summary: {sum(bool(article.summary) for article in articles)}"
    yield f"date: {sum(article.published_at is not None for article in articles)}"


def _article(article: Article) -> Section:
    told = [short_time(article.published_at) or "no date", article.outlet or "", article.url or "no address"]
    if article.summary:
        told.append(clean(article.summary, _SUMMARY))
    return Section(article.title, tuple(map(Line, filter(None, told))))


def _moved(feed: FeedSettings, result: PollResult) -> FeedSettings:
    return feed.model_copy(update={"address": result.moved_to}) if result.moved_to else feed


def _show_yaml(feeds: list[FeedSettings]) -> None:
    click.echo("\nfeeds:\n" + yaml_of(feeds, "  "), nl=False)


def _what_to_do_with_a_page(feed: FeedSettings) -> str:
    return (
        f"`wirewatch feeds discover {_shown(feed.address)}` looks for its feeds;"
        " or say with --page-link which of its links are articles"
    )


def _shown(address: str) -> str:
    return clean(address, _ADDRESS)
