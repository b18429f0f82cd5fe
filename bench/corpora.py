"""The feeds that five other parsers are tested with: what we read in them, beside what is expected or plainly there."""

import html
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from crawler.answer import Answer, read_answer
from crawler.limits import CrawlLimits
from crawler.poll import Outcome, PollRequest, PollResult
from stories.model import Article
from tests.corpus import Expected, FeedFile, as_seen, feed_files, missing, plainly_read, plainly_read_json

FIELDS = ("title", "link", "id", "date")

UNTITLED = "(untitled)"

_ADDRESS = "https://news.example/feed"
_TYPES = {".json": b"application/feed+json", ".html": b"text/html", ".spc": b"text/plain"}
_NESTED = re.compile(r"<item>(?:(?!</item>).)*<item>", re.DOTALL)
_INVENTED = re.compile(r"[0-9a-f]{31,32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One file with what our crawler made of it as the answer of a server."""

    file: FeedFile
    result: PollResult

    @property
    def expected(self) -> tuple[Expected, ...]:
        """What another parser says of its entries, or, where none does, what a plain reading finds."""
        return self.file.expected or plainly_read(self.file.body) or plainly_read_json(self.file.body) or ()

    @property
    def corpus(self) -> str:
        """The corpus, and by what it is measured."""
        return f"{self.file.corpus} ({'expected' if self.file.expected else 'plain reading'})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field of an entry that we read otherwise, and why, or None where no known reason fits."""

    field: str
    expected: str | datetime | None
    ours: str | datetime | None
    cause: str | None


def read_all() -> Iterator[Reading]:
    """Read every file of the corpora."""
    for file in feed_files():
        headers = {"content-type": _TYPES.get(file.file.suffix, b"application/xml")}
        answer = Answer(address=_ADDRESS, status=200, headers=headers, body=file.body)
        request = PollRequest(feed_id=1, address=_ADDRESS, name=file.corpus)
        result = read_answer(request, answer, CrawlLimits())
        assert isinstance(result, PollResult)
        yield Reading(file=file, result=result)


def compare(reading: Reading) -> Iterator[tuple[str, Difference | None]]:
    """Yield each field of each entry with its difference, or None where both say the same.

    Titles are compared as words without markup and spacing, dates to the second, the rest as it is. Entries in which
    we find nothing at all are left out, so that those behind them stay beside what is expected of them.
    """
    body = html.unescape(reading.file.body.decode("utf-8", "replace"))
    for entry, article in zip(reading.expected, said_something(reading.result.articles), strict=False):
        theirs: tuple[str | datetime | None, ...] = (
            as_seen(entry.title or ""),
            entry.link,
            entry.id,
            entry.date and entry.date.replace(microsecond=0),
        )
        ours = (as_seen(article.title), article.url, article.guid, article.published_at)
        for field, expected, read in zip(FIELDS, theirs, ours, strict=True):
            if expected == read:
                yield field, None
            else:
                cause = _CAUSES[field](entry, article, body)
                yield field, Difference(field=field, expected=expected, ours=read, cause=cause)


def said_something(articles: Iterable[Article]) -> list[Article]:
    """Return the articles but those that have neither words nor name nor address."""
    return [each for each in articles if each.url or each.guid or each.summary or each.text or each.title != UNTITLED]


def _why_title(entry: Expected, article: Article, body: str) -> str | None:
    if not as_seen(entry.title or ""):
        return "no title: the first words of the text, or (untitled)"
    if "\xc3" in (entry.title or ""):
        return "UTF-8 that is declared to be Latin-1, read as UTF-8 all the same"
    return "an entry inside another, read in its place" if _NESTED.search(body) else None


def _why_link(entry: Expected, article: Article, body: str) -> str | None:
    if entry.link is None:
        return "no link: the permalink guid or the enclosure"
    url = article.url or "-"
    causes = {
        "the original address the feed names beside its redirect": re.search(
            rf"origLink>\s*{re.escape(url)}\s*<", body, re.IGNORECASE
        ),
        "a searcher's link, followed to where it says it leads": f"url={url}&" in f"{unquote(entry.link)}&",
        "a front page, as it is written, without a slash": url == entry.link.rstrip("/"),
        "no http address (tag: and the like): none": article.url is None,
        "a relative address made absolute": "://" not in entry.link,
        "an & that is not written as an entity, read as meant": f">{url}<" in body,
    }
    return next((cause for cause, fits in causes.items() if fits), None)


def _why_id(entry: Expected, article: Article, body: str) -> str | None:
    if entry.id is None:
        return "no id: rdf:about of RSS 1.0"
    if _INVENTED.fullmatch(entry.id) and entry.id not in body:
        return "an id the other parser made up: none, or rdf:about"
    return None


def _why_date(entry: Expected, article: Article, body: str) -> str | None:
    if entry.date is None:
        return "a date the other could not read"
    return "a date we could not read" if article.published_at is None else None


_CAUSES = {"title": _why_title, "link": _why_link, "id": _why_id, "date": _why_date}


def main() -> None:
    """Print which files were read, how far the fields agree, and what explains the rest."""
    if reason := missing("feeds"):
        sys.exit(reason)
    readings = list(read_all())
    tell_outcomes(readings)
    by_corpus: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.result.outcome is Outcome.ANSWERED and reading.expected:
            by_corpus[reading.corpus].append(reading)
    for corpus, of_corpus in by_corpus.items():
        tell_agreement(corpus, of_corpus)


def tell_outcomes(readings: Iterable[Reading]) -> None:
    """Print how many files of each corpus were read, and each refusal or warning with its reason."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for reading in readings:
        counts[reading.file.corpus][reading.result.outcome] += 1
        if trouble := reading.result.error or reading.result.warning:
            print(f"{reading.file.corpus}/{reading.file.file.name}: {trouble}")
    for corpus, outcomes in counts.items():
        print(f"{corpus:16} {outcomes.total():4} files: {outcomes['answered']} read, {outcomes['failed']} refused")


def tell_agreement(corpus: str, readings: Iterable[Reading]) -> None:
    """Print for each field the share that agrees, the causes of the rest, and what no cause explains."""
    total: Counter[str] = Counter()
    causes: dict[str, Counter[str]] = defaultdict(Counter)
    for reading in readings:
        if empty := len(reading.result.articles) - len(said_something(reading.result.articles)):
            print(f"{reading.file.file.name}: {empty} entries with nothing in them")
        if len(reading.expected) not in (len(reading.result.articles), len(reading.result.articles) - empty):
            print(f"{reading.file.file.name}: {len(reading.expected)} entries, ours {len(reading.result.articles)}")
        for field, difference in compare(reading):
            total[field] += 1
            if difference:
                unknown = f"UNEXPLAINED {reading.file.file.name}: {difference.expected!r}, ours {difference.ours!r}"
                causes[field][difference.cause or unknown] += 1
    print(corpus)
    for field in FIELDS:
        agreeing = total[field] - causes[field].total()
        print(f"  {field:6}{agreeing:5} of {total[field]:4} ({agreeing / total[field]:.1%})")
        for cause, count in causes[field].most_common():
            print(f"        {count:4} {cause}")


if __name__ == "__main__":
    main()
