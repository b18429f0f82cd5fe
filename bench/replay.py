"""Nine days of twelve publishers, as they served them, polled for real twice; and what became of every entry."""

import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.replaying import Poll, Stands, Trace, config_for, replay_over_http, stands
from scheduler.arrival import Counts
from stories.store import Store, open_store
from stories.store_articles import search_articles
from tests.corpus import Document, as_seen, listed_in, missing, replay_steps


def main() -> None:
    """Replay everything twice over HTTP and print the account."""
    if reason := missing("replay"):
        sys.exit(reason)
    logging.disable()  # the account names every document that was not read
    steps = replay_steps()
    feeds = sorted({document.feed for step in steps for document in step})
    with (
        tempfile.TemporaryDirectory() as folder,
        stands(feeds) as (shown, addresses),
        open_store(Path(folder, "replay.db")) as store,
    ):
        config = config_for(addresses, Path(folder))
        trace, began = Trace(), time.monotonic()
        polls = asyncio.run(replay_over_http(store, config, shown, steps, trace))
        print(f"{len(polls)} documents of {len(feeds)} feeds, {len(steps)} crawls, {time.monotonic() - began:.0f} s")
        tell_polls(polls, shown)
        tell_identity(store, trace, [document for step in steps for document in step])
        tell_edits(store, trace)
        tell_search(store)
        tell_second_time(store, lambda: asyncio.run(replay_over_http(store, config, shown, steps)))


def tell_polls(polls: Sequence[Poll], shown: Stands) -> None:
    """Print what became of the polls, and every document that was not read whole, by name."""
    print(f"answers {dict(shown.answered)}; polls {dict(Counter(str(poll.result.outcome) for poll in polls))}")
    for poll in polls:
        if trouble := poll.result.error or poll.result.warning:
            print(f"  {poll.document.feed} {poll.document.polled_at:%d %H:%M:%S}: {trouble}")


def tell_identity(store: Store, trace: Trace, documents: Sequence[Document]) -> None:
    """Print how the articles compare with the guids and links in the files, and every entry that explains it."""
    listed: dict[str, set[tuple[str | None, str | None]]] = {}
    for document in documents:
        found = {(entry.guid, entry.link) for entry in listed_in(document.file.read_bytes())}
        listed.setdefault(document.feed, set()).update(found)
    print(f"{'feed':18}{'guids':>7}{'links':>7}{'pairs':>7}{'articles':>10}")
    for feed, pairs in sorted(listed.items()):
        guids, links = {guid for guid, _ in pairs} - {None}, {link for _, link in pairs} - {None}
        articles = set().union(*trace.articles[feed].values())
        print(f"{feed:18}{len(guids):7}{len(links):7}{len(pairs):7}{len(articles):10}")
    links_of = Counter(link for pairs in listed.values() for link in {link for _, link in pairs} if link)
    print(
        f"{trace.listed} entries listed, {sum(map(len, listed.values()))} distinct (guid, link);"
        f" links in two feeds {sum(count > 1 for count in links_of.values())};"
        f" lost {len(trace.lost)}, kept otherwise than listed {len(trace.untrue)}"
    )
    tables = ("articles", "sightings", "revisions", "stories", "matches", "alerts", "deliveries")
    print(", ".join(f"{rows(store, table)} {table}" for table in tables))
    tell_merged(trace)
    tell_split(store)


def tell_merged(trace: Trace) -> None:
    """Print the articles that were listed under several guids or links, and what was at both: two articles, or one?"""
    for feed, articles in trace.articles.items():
        by_id: dict[str, set[tuple[str | None, str | None]]] = defaultdict(set)
        for key, ids in articles.items():
            for article_id in ids:
                by_id[article_id].add(key)
            if len(ids) > 1:
                print(f"  {feed}: one entry became several articles: {key}")
        for article_id, keys in by_id.items():
            guids = {guid for guid, _ in keys}
            if len(keys) > 1:
                kind = f"{len(guids)} guids" if len(guids) > 1 else "1 guid"
                print(f"  {feed}: {kind}, {len(keys)} links, one article: {' -> '.join(trace.titles[article_id])}")


def tell_split(store: Store) -> None:
    """Print the headlines of one feed that stand over several articles with the same words: one article kept twice?

    The same headline over other words is a regular column, and only counted.
    """
    by_headline: dict[tuple[int, str], list[tuple[str, str, int]]] = defaultdict(list)
    for feed_id, title, summary, url, story in store.db.execute(
        "SELECT feed_id, title, summary, url, story_id FROM articles ORDER BY seq"
    ):
        by_headline[feed_id, as_seen(title).casefold()].append((summary, url, story))
    several = {headline: found for (_, headline), found in by_headline.items() if len(found) > 1}
    alike = {headline: found for headline, found in several.items() if len({summary for summary, _, _ in found}) == 1}
    print(
        f"{len(several)} headlines of one feed stand over {sum(map(len, several.values()))} articles,"
        f" {len(alike)} of them over the same words:"
    )
    for headline, found in alike.items():
        together = "one story" if len({story for _, _, story in found}) == 1 else "several stories"
        print(f"  {headline} ({together})", *(f"      {url}" for _, url, _ in found), sep="\n")


def tell_edits(store: Store, trace: Trace) -> None:
    """Print whether every headline that changed in the files is a revision, and the archive's history the feed's."""
    said = headlines(store)
    retitled = {article_id: titles for article_id, titles in trace.titles.items() if len(titles) > 1}
    right = sum(said.get(article_id) == titles for article_id, titles in retitled.items())
    print(
        f"{len(retitled)} articles retitled {sum(len(titles) - 1 for titles in retitled.values())} times;"
        f" {right} have exactly that history, {len(said) - len(retitled)} others have one that the files do not"
    )


def tell_search(store: Store) -> None:
    """Print whether a sample of headlines is found by its own words."""
    sample = store.db.execute("SELECT id, title FROM articles WHERE seq % 31 = 0").fetchall()
    found = sum(is_found(store, article_id, title) for article_id, title in sample)
    print(f"search finds {found} of {len(sample)} articles by their headlines")


def tell_second_time(store: Store, again: Callable[[], Sequence[Poll]]) -> None:
    """Print what the same replay adds to the same archive.

    Its documents go back in time: an article that does not say what it said at first is turned back to that once, and
    then edited again as before.
    """
    kept, first, changed = archive(store), edits(store), edited_for_good(store)
    counts = sum((poll.counts for poll in again()), Counts())
    added = edits(store) - first
    turned_back = {article_id for article_id in first if added[article_id] == first[article_id] + 1}
    unexplained = sum(added[each] != first[each] + (each in turned_back) for each in added.keys() | first.keys())
    print(
        f"the same again: {counts.new} new articles, {counts.alerts} alerts, {counts.revised} revisions:"
        f" {first.total()} edits made again, {len(turned_back)} articles turned back first"
        f" ({len(turned_back - changed)} of them differ in the text alone), {unexplained} articles edited otherwise;"
        f" {len(changed - turned_back)} should have been turned back and were not;"
        f" the archive is {'as before' if archive(store) == kept else 'ANOTHER'}"
    )


def rows(store: Store, table: str) -> int:
    """Return how many rows a table of the archive has."""
    return int(store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def headlines(store: Store) -> dict[str, list[str]]:
    """Return the headlines that each retitled article has had, first to last."""
    had: dict[str, list[str]] = defaultdict(list)
    for article_id, title in store.db.execute(
        "SELECT article_id, title FROM (SELECT article_id, title, id FROM revisions"
        " UNION ALL SELECT id, title, 1 << 62 FROM articles) ORDER BY id"
    ):
        if as_seen(title) not in had[article_id][-1:]:
            had[article_id].append(as_seen(title))
    return {article_id: titles for article_id, titles in had.items() if len(titles) > 1}


def edits(store: Store) -> Counter[str]:
    """Return how often each article was revised."""
    return Counter(dict(store.db.execute("SELECT article_id, count(*) FROM revisions GROUP BY article_id").fetchall()))


def edited_for_good(store: Store) -> set[str]:
    """Return the articles whose headline or summary is not what it was at first."""
    found = store.db.execute(
        "SELECT id FROM articles JOIN (SELECT article_id, title, summary, min(id) FROM revisions"
        " GROUP BY article_id) AS first ON article_id = articles.id"
        " WHERE (articles.title, articles.summary) != (first.title, first.summary)"
    )
    return {article_id for (article_id,) in found}


def archive(store: Store) -> list[tuple[object, ...]]:
    """Return all that the archive holds of articles."""
    columns = "id, story_id, feed_id, url, title, summary, text, outlet, published_at, seen_at"
    return list(store.db.execute(f"SELECT {columns} FROM articles ORDER BY seq").fetchall())


def is_found(store: Store, article_id: str, title: str) -> bool:
    """Whether a search for the words of `title` finds the article."""
    return any(found.archived.id == article_id for found in search_articles(store, title, limit=50))


if __name__ == "__main__":
    main()
