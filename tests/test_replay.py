"""Nine days of twelve publishers: nothing lost, nothing twice, every edit a revision. Figures counted in the files."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.replay import archive, edited_for_good, edits, headlines, is_found, rows
from bench.replaying import (
    Poll,
    Trace,
    config_for,
    replay_in_process,
    replay_over_http,
    stands,
    take_in_again,
)
from crawler.poll import Outcome
from scheduler.arrival import Counts
from scheduler.config import Config
from stories.counted import counted
from stories.store import Store, open_store
from tests.corpus import listed_in, missing, replay_steps

pytestmark = pytest.mark.skipif(bool(reason := missing("replay")), reason=str(reason))


@dataclass(frozen=True)
class Replayed:
    """The archive after the first replay, and what was seen on the way."""

    store: Store
    config: Config
    polls: list[Poll]
    trace: Trace


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayed]:
    folder = tmp_path_factory.mktemp("replay")
    steps = replay_steps()
    feeds = {document.feed for step in steps for document in step}
    config = config_for({feed: f"http://127.0.0.1/{feed}" for feed in sorted(feeds)}, folder)
    trace = Trace()
    with open_store(folder / "replay.db") as store:
        store.db.execute("PRAGMA synchronous = OFF")  # nobody pulls the plug in this test
        polls = replay_in_process(store, config, steps, trace)
        yield Replayed(store, config, polls, trace)


def test_every_document_is_answered_or_a_named_failure(replayed: Replayed) -> None:
    for poll in replayed.polls:
        body = poll.document.file.read_bytes()
        if not body:
            assert (poll.result.outcome, poll.result.error) == (
                Outcome.FAILED,
                "empty body; if that stays so, is its address right?",
            )
        elif b"</rss>" not in body and b"</feed>" not in body:
            complete = counted(len(listed_in(body)), "complete entry", "complete entries")
            assert poll.result.warning == f"the document breaks off after {complete}"
            assert poll.result.etag is None, "what is missing would never be asked for"
        else:
            assert poll.result.outcome in (Outcome.ANSWERED, Outcome.UNCHANGED)
            assert poll.result.warning is None


def test_every_entry_is_in_the_archive_as_its_feed_listed_it_last(replayed: Replayed) -> None:
    listed = (poll.result.entries or len(listed_in(poll.document.file.read_bytes())) for poll in replayed.polls)
    assert replayed.trace.listed == sum(listed)
    assert replayed.trace.lost == []
    assert replayed.trace.untrue == []


def test_there_is_an_article_for_each_guid_or_link_but_where_a_feed_renamed_one(replayed: Replayed) -> None:
    names: dict[str, set[str | None]] = defaultdict(set)
    for feed, entries in replayed.trace.articles.items():
        for (guid, link), articles in entries.items():
            assert len(articles) == 1, f"{feed}: one entry stands for several articles"
            names[next(iter(articles))].add(guid or link)
    assert rows(replayed.store, "articles") == len(names)
    # The same headline, published in the same second, under another guid: that is one article, moved.
    renamed = [guids for guids in replayed.trace.namesakes.values() if len(guids) > 1]
    assert sorted(map(sorted, renamed)) == sorted(sorted(map(str, found)) for found in names.values() if len(found) > 1)


def test_every_headline_that_changed_is_a_revision(replayed: Replayed) -> None:
    retitled = {article: titles for article, titles in replayed.trace.titles.items() if len(titles) > 1}
    assert headlines(replayed.store) == retitled
    assert len(retitled) > 300


def test_a_story_is_told_once_but_for_those_that_were_two_when_they_were_told(replayed: Replayed) -> None:
    told = replayed.store.db.execute("SELECT story_id, count(*) FROM alerts GROUP BY story_id, topic").fetchall()
    merged = replayed.store.db.execute(
        "SELECT story_id, count(DISTINCT other_id) FROM story_changes WHERE kind = 'merge' GROUP BY story_id"
    ).fetchall()
    assert [story for story, count in told if count > 1 + dict(merged).get(story, 0)] == []
    assert rows(replayed.store, "deliveries") == rows(replayed.store, "alerts") > 100


def test_articles_are_found_by_their_headlines(replayed: Replayed) -> None:
    sample = replayed.store.db.execute("SELECT id, title FROM articles WHERE seq % 97 = 0").fetchall()
    assert [title for article, title in sample if not is_found(replayed.store, article, title)] == []


def test_the_same_replay_again_adds_no_article_and_no_alert(replayed: Replayed, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    replayed.store.db.execute("VACUUM INTO ?", [str(copy)])
    with open_store(copy) as store:
        store.db.execute("PRAGMA synchronous = OFF")
        before, first, changed = archive(store), edits(store), edited_for_good(store)
        counts = sum((poll.counts for poll in take_in_again(store, replayed.config, replayed.polls)), Counts())
        assert (counts.new, counts.matches, counts.alerts) == (0, 0, 0)
        assert archive(store) == before
        # Going back in time turns an edited article back to its first words once, and edits it again.
        added = Counter({article: times - first[article] for article, times in edits(store).items()})
        assert {
            article for article, times in added.items() if times not in (first[article], first[article] + 1)
        } == set()
        assert changed <= {article for article, times in added.items() if times == first[article] + 1}


def test_over_http_the_archive_is_the_same(tmp_path: Path) -> None:
    steps = replay_steps()[:12]
    feeds = sorted({document.feed for step in steps for document in step})
    with (
        stands(feeds) as (shown, addresses),
        open_store(tmp_path / "http.db") as store,
        open_store(tmp_path / "process.db") as other,
    ):
        config = config_for(addresses, tmp_path)
        polls = asyncio.run(replay_over_http(store, config, shown, steps))
        expected = replay_in_process(other, config, steps)
        assert Counter(poll.document.file for poll in polls) == Counter(poll.document.file for poll in expected)
        assert {poll.result.outcome for poll in polls} == {Outcome.ANSWERED}
        said = "SELECT id, url, title, summary, text, published_at, seen_at FROM articles ORDER BY id"
        assert store.db.execute(said).fetchall() == other.db.execute(said).fetchall()
        assert shown.answered.total() == sum(len(step) for step in steps)
