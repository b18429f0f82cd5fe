"""What is unusual about a topic, and how `status` tells it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.deciding import Reason
from alerts.evidence import Evidence, to_json
from alerts.health import TopicFigures, has_other_words, unusual
from alerts.query_parsing import parse_query
from alerts.settings import TopicSettings
from scheduler.topic_health import TopicHealth, topics_health
from stories.store import Store
from stories.store_alerts import save_match
from stories.store_articles import add_article, start_story
from tests.building import NOON, alert, archived, article

DAY = timedelta(days=1)
WELL = TopicFigures(
    topic="Antitrust",
    receiving_since=NOON - 30 * DAY,
    received_at=NOON - timedelta(hours=1),
    last_match_at=NOON - DAY,
    lately=3,
    words=(),
    has_other_words=True,
    silent_after=14 * DAY,
    flood_above=50,
)


def told(figures: TopicFigures) -> str:
    return "\n".join(unusual(figures, now=NOON))


def test_a_topic_that_matches_now_and_then_is_not_spoken_of() -> None:
    assert told(WELL) == ""


@pytest.mark.parametrize(
    ("last", "sentence"),
    [(15, "nothing has matched for"), (14, "nothing has matched for"), (None, "nothing has ever matched in")],
)
def test_a_topic_that_nothing_met_for_long_is_silent(last: int | None, sentence: str) -> None:
    silent = replace(WELL, last_match_at=None if last is None else NOON - last * DAY)
    assert sentence in told(silent)
    assert "more than 14d" in told(silent)


def test_silence_is_told_only_when_there_was_something_to_hear() -> None:
    silent = replace(WELL, last_match_at=None)
    assert told(replace(silent, receiving_since=NOON - 13 * DAY)) == ""
    assert told(replace(silent, received_at=NOON - 15 * DAY)) == ""
    assert told(replace(silent, receiving_since=None, received_at=None)) == ""
    assert told(replace(silent, silent_after=60 * DAY)) == ""


@pytest.mark.parametrize(("lately", "receiving_days", "is_told"), [(151, 30, 1), (150, 30, 0), (51, 0, 1), (50, 1, 0)])
def test_more_than_so_many_a_day_is_a_flood(lately: int, receiving_days: int, is_told: int) -> None:
    flooding = replace(WELL, lately=lately, receiving_since=NOON - receiving_days * DAY)
    assert ("a day, more than 50" in told(flooding)) is bool(is_told)


def words_told(*matches: tuple[int, Sequence[str]], **said: Any) -> str:
    words = [words for times, words in matches for _ in range(times)]
    return told(replace(WELL, words=words, **said))


def test_one_word_that_alone_brings_most_is_named() -> None:
    assert "“monopoly” alone brings 18 of the last 20" in words_told((18, ["Monopoly"]), (2, ["antitrust"]))
    assert "“monopoly” alone" in words_told((10, ["Monopoly"]), (10, ["MONOPOLIES", "monopoly"]))
    assert "“price-fixing” alone" in words_told((11, ["price-fixing"]), (9, ["Price fixing"]))
    assert "“%” alone" in words_told((20, ["%"]))


def test_one_word_is_named_beside_the_words_that_every_match_needs() -> None:
    assert "“oracle” alone brings 18" in words_told((18, ["OpenAI", "Oracle"]), (2, ["OpenAI", "AMD"]))


def test_words_that_share_the_work_are_not_spoken_of() -> None:
    assert words_told((15, ["monopoly"]), (5, ["antitrust"])) == ""
    assert words_told((20, ["monopoly", "antitrust"])) == ""
    assert words_told((19, ["monopoly"])) == ""
    assert words_told((20, ["monopoly"]), has_other_words=False) == ""
    assert words_told((30, [])) == ""


@pytest.mark.parametrize(
    ("query", "is_so"),
    [
        ("a OR b", True),
        ("title:(a OR b)", True),
        ("a NEAR/3 b", True),
        ('"a b c"', False),
        ("a NOT b", False),
        ("a lang:de", False),
        ("/a|b/", False),
    ],
)
def test_what_a_topic_must_not_have_is_no_other_word(query: str, is_so: bool) -> None:
    assert has_other_words(parse_query(query)) is is_so


def topic(**said: Any) -> TopicSettings:
    return TopicSettings(
        **{"name": "Antitrust", "keywords": ("antitrust", "monopoly"), "channels": ("console",), **said}
    )


def match(store: Store, *, days_ago: float = 0, outcome: str = "told", words: str = "antitrust") -> None:
    at = NOON - days_ago * DAY
    with store.writing():
        (known,) = store.db.execute("SELECT count(*) FROM articles").fetchone()
        kept = archived(article(), id=f"article-{known + 1}", story_id=start_story(store, at=at), seen_at=at)
        add_article(store, kept, feed_id=None)
        save_match(
            store,
            article_id=kept.id,
            topic="Antitrust",
            evidence=to_json([Evidence("title", words, 0, len(words))]),
            outcome=outcome,
            reason="",
            alert_id=None,
            now=at,
        )


def health(store: Store, **said: Any) -> TopicHealth:
    (found,) = topics_health(store, [topic(**said)], now=NOON)
    return found


def test_of_a_topic_the_last_seven_days_are_counted(store: Store) -> None:
    alert(store, topic="Antitrust", now=NOON - 8 * DAY)
    alert(store, topic="Antitrust", now=NOON - 6 * DAY)
    match(store, days_ago=5, outcome="baseline")
    match(store, days_ago=1, outcome="excluded")
    found = health(store)
    assert (found.matches, found.alerts, found.last_match_at, found.unusual) == (2, 1, NOON - 5 * DAY, ())


def test_an_archive_without_articles_has_nothing_unusual(store: Store) -> None:
    assert health(store) == TopicHealth(topic="Antitrust", matches=0, alerts=0, last_match_at=None, unusual=())


@pytest.mark.parametrize("heap", [Reason.SILENT, Reason.BASELINE, Reason.RESTORED])
def test_what_comes_in_a_heap_is_no_flood(store: Store, heap: Reason) -> None:
    for _ in range(4):
        match(store, outcome=heap)
    assert health(store, flood_above=1).unusual == ()
    for _ in range(4):
        match(store, outcome=Reason.ALREADY_TOLD)
    assert "4 matches a day" in health(store, flood_above=1).unusual[0]


def test_silence_and_one_word_are_read_from_the_archive(store: Store) -> None:
    match(store, days_ago=40)
    for _ in range(20):
        match(store, days_ago=30, words="Monopoly")
    match(store, days_ago=0, outcome="excluded")
    silence, one_word = health(store).unusual
    assert "nothing has matched" in silence
    assert "“monopoly” alone brings 20 of the last 21" in one_word
    assert len(health(store, keywords=("monopoly",)).unusual) == 1
