"""Messages from what waits in the outbox: one story, a story under several topics, a digest, a notice."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from alerts.medium import Medium
from alerts.message import capacity, message_of
from alerts.templates import TemplateSettings
from stories.store import Store, stamp
from stories.store_alerts import add_alert, save_match
from tests.building import NOON, alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the outbox, as far as messages ask for it."""

    alert_id: int | None = None
    notice_id: int | None = None
    is_end: bool = False
    maybe_repeat: bool = False


def second_topic(store: Store, topic: str) -> int:
    """Have the article of the last alert told under another topic, too."""
    with store.writing():
        story_id, article_id = store.db.execute(
            "SELECT story_id, article_id FROM alerts ORDER BY id DESC LIMIT 1"
        ).fetchone()
        alert_id = add_alert(
            store, topic=topic, story_id=story_id, article_id=article_id, headline="", channels=["hook"], now=NOON
        )
        evidence = '[{"field": "title", "words": "complaint", "start": 26, "end": 35}]'
        save_match(
            store,
            article_id=article_id,
            topic=topic,
            evidence=evidence,
            outcome="told",
            reason="",
            alert_id=alert_id,
            now=NOON,
        )
    return alert_id


def notice(store: Store, *, is_over: bool = False) -> int:
    with store.writing():
        cursor = store.db.execute(
            "INSERT INTO notices (kind, sentence, told_at, over_at, subject) VALUES ('failing', ?, ?, ?, 'The Ledger')",
            ["feed The Ledger fails: 500", stamp(NOON), stamp(NOON + timedelta(hours=3)) if is_over else None],
        )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def test_an_article_that_met_several_topics_is_one_message_with_a_why_for_each(store: Store) -> None:
    rows = [Row(alert_id=alert(store)), Row(alert_id=second_topic(store, "Chips"))]
    told = message_of(store, "group", rows, Medium.TEXT)
    assert told.title == "[Antitrust, Chips] OpenAI weighs an antitrust complaint against Microsoft"
    assert told.body.splitlines()[-2:] == [
        "Why: topic “Antitrust”: what is not there",
        "Why: topic “Chips”: “complaint” in the title",
    ]
    assert told.thread == "story-1"


def test_several_stories_are_one_digest_by_topic_with_the_newest_first(store: Store) -> None:
    first = [alert(store, title=f"Story {n}", now=NOON + timedelta(minutes=n)) for n in range(2)]
    other = alert(store, title="Chip story", topic="Chips", url="https://news.example.org/chips")
    rows = [Row(alert_id=first[0], maybe_repeat=True), Row(alert_id=first[1]), Row(alert_id=other)]
    told = message_of(store, "digest", rows, Medium.TEXT)
    assert told.title == "[Antitrust, Chips] Digest: 3 stories"
    in_order = ["— Antitrust (2) —", "Story 1", "(possible repeat) Story 0", "— Chips (1) —", "Chip story"]
    assert [line for line in told.body.splitlines() if line in in_order] == in_order
    assert message_of(store, "group", rows, Medium.TEXT).title == "[Antitrust, Chips] 3 stories"


def test_a_notice_says_what_happened_what_it_means_and_what_to_do(store: Store) -> None:
    told = message_of(store, "notice", [Row(notice_id=notice(store))], Medium.TEXT)
    assert told.title == "[wirewatch] a feed fails: The Ledger"
    assert "Feed The Ledger fails: 500" in told.body
    assert "What it means: " in told.body
    assert "What to do: " in told.body
    assert "its end is told, too" in told.body


def test_the_end_of_a_notice_says_what_was_and_for_how_long(store: Store) -> None:
    told = message_of(store, "notice", [Row(notice_id=notice(store, is_over=True), is_end=True)], Medium.TEXT)
    assert told.title == "[wirewatch] a feed answers again: The Ledger"
    assert "Told 22 Nov 2026, 12:00 UTC; over since 22 Nov 2026, 15:00 UTC." in told.body
    assert told.thread == "notice-1"


def test_a_story_is_told_in_the_words_of_a_template(store: Store) -> None:
    template = TemplateSettings(title="$topic: $title", body="$snippet\n$stage\n$link")
    rows = [Row(alert_id=alert(store, title="A ${link} {{7*7}} %s", summary="What $title said"), maybe_repeat=True)]
    told = message_of(store, "alert", rows, Medium.TEXT, template)
    assert told.title == "(possible repeat) Antitrust: A ${link} {{7*7}} %s"
    assert told.body.splitlines()[2:] == ["“What $title said”", "https://news.example.org/openai-weighs-complaint"]


@pytest.mark.parametrize("medium", Medium)
def test_each_medium_takes_enough_in_one_digest_for_a_long_outage(medium: Medium) -> None:
    assert 5 * capacity(medium) >= 500
