"""What whoever looks after the service is told in messages: of channels, of what was given up, of feeds."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from alerts.next_message import Rules
from alerts.timing import Digest
from alerts.waiting import ChannelRule, TopicRule
from scheduler.config import Config, load_config
from scheduler.operator_notices import tell_operator
from scheduler.senders import take_up_outbox
from stories.store import Store
from stories.store_channels import ChannelState, channel_state, save_channel
from stories.store_notices import Notice, NoticeKind, add_notice, close_notice, open_notices
from tests.building import NOON, alert
from tests.outbox_rows import begun, rows, tried
from tests.receivers import Webhook
from tests.sending_days import Event, SendingDays

HOUR = timedelta(hours=1)
FEED = 'feeds: [{name: The Ledger, address: "https://ledger.example/rss"}]\n'


def config(tmp_path: Path, *channels: str, service: str = "") -> Config:
    """Return a configuration with these channels, all used by one topic."""
    named = "\n".join(f'  {name}: {{url: "json://127.0.0.1:9/{name}"}}' for name in channels)
    topic = f"topics: [{{name: Antitrust, keywords: [antitrust], channels: [{', '.join(channels)}]}}]\n"
    path = tmp_path / "config.yaml"
    path.write_text(f"{service}{FEED}{topic}channels:\n{named}\n", encoding="utf-8")
    return load_config(path, {})


def fails(store: Store, name: str, *, since: datetime = NOON) -> None:
    with store.writing():
        save_channel(store, ChannelState(name=name, failures=9, failing_since=since, error="connection refused"))


def is_well(store: Store, name: str) -> None:
    with store.writing():
        save_channel(store, ChannelState(name=name))


def posted(store: Store) -> list[tuple[str, str, int, str]]:
    """Return channel, kind, whether it is the end, and state of the notices in the outbox."""
    found = store.db.execute(
        "SELECT channel, kind, is_end, state FROM deliveries JOIN notices ON notices.id = notice_id"
        " ORDER BY deliveries.id"
    )
    return list(found.fetchall())


# Channels that fail


def test_a_channel_that_fails_for_an_hour_is_told_to_another_and_so_is_its_end(store: Store, tmp_path: Path) -> None:
    watched = config(tmp_path, "slack", "mail")
    fails(store, "slack")
    tell_operator(store, watched, now=NOON + HOUR * 0.9)
    assert posted(store) == []
    for hours in (1, 2, 3):
        tell_operator(store, watched, now=NOON + hours * HOUR)
    assert posted(store) == [("mail", "channel", 0, "new")]
    (notice,) = open_notices(store)
    assert notice.sentence == "channel slack takes no messages since 22 Nov 2026, 12:00 UTC: connection refused"
    tried(store, 1, "sent", channel="mail")
    is_well(store, "slack")
    for hours in (4, 5):
        tell_operator(store, watched, now=NOON + hours * HOUR)
    assert posted(store) == [("mail", "channel", 0, "sent"), ("mail", "channel", 1, "new")]
    assert open_notices(store) == []


def test_the_only_channel_cannot_tell_that_it_takes_nothing(store: Store, tmp_path: Path) -> None:
    fails(store, "slack")
    tell_operator(store, config(tmp_path, "slack"), now=NOON + HOUR)
    assert posted(store) == []
    assert [notice.kind for notice in open_notices(store)] == [NoticeKind.CHANNEL]  # `status` shows it
    # As soon as there is another, it does.
    tell_operator(store, config(tmp_path, "slack", "mail"), now=NOON + 2 * HOUR)
    assert posted(store) == [("mail", "channel", 0, "new")]


def test_operators_are_told_where_they_want_to_be(store: Store, tmp_path: Path) -> None:
    watched = config(tmp_path, "slack", "mail", "pager", service="service: {operator: [pager, mail]}\n")
    fails(store, "mail")
    tell_operator(store, watched, now=NOON + HOUR)
    assert posted(store) == [("pager", "channel", 0, "new")]


# What was given up


def test_what_was_given_up_is_told_to_another_channel_once_a_day(store: Store, tmp_path: Path) -> None:
    watched = config(tmp_path, "slack", "mail")
    for number in range(1, 4):
        alert(store, channels=["slack"])
        at = NOON + (number - 1) * 2 * HOUR
        tried(store, number + (number > 1), "dead", channel="slack", error="the service answered 404", now=at)
        tell_operator(store, watched, now=at)
    assert posted(store) == [("mail", "dead", 0, "new")]
    (notice,) = open_notices(store)
    assert notice.sentence == "channel slack: 1 delivery was given up (the service answered 404)"
    tell_operator(store, watched, now=NOON + 24 * HOUR)
    tell_operator(store, watched, now=NOON + 48 * HOUR)
    assert posted(store) == [("mail", "dead", 0, "new"), ("mail", "dead", 0, "new")]


def test_a_notice_of_dead_letters_that_dies_too_is_no_news(store: Store, tmp_path: Path) -> None:
    """The only channel is gone for good: a notice a day on the notice of the day before would have no end."""
    watched = config(tmp_path, "mail")
    alert(store, channels=["mail"])
    tried(store, 1, "dead", channel="mail", error="404")
    for day in range(4):
        at = NOON + day * 24 * HOUR
        tell_operator(store, watched, now=at)
        if day == 0:
            tried(store, 2, "dead", channel="mail", error="404", now=at + HOUR)
    assert posted(store) == [("mail", "dead", 0, "dead")]


def test_the_end_of_a_notice_is_not_told_to_a_channel_that_is_no_more(store: Store, tmp_path: Path) -> None:
    with store.writing():
        add_notice(store, Notice(kind=NoticeKind.OFFLINE, feed_id=None, sentence="offline", told_at=NOON))
    tell_operator(store, config(tmp_path, "old"), now=NOON)
    tried(store, 1, "sent", channel="old")
    with store.writing():
        close_notice(store, NoticeKind.OFFLINE, None, now=NOON)
    tell_operator(store, config(tmp_path, "new"), now=NOON)
    assert posted(store) == [("old", "offline", 0, "sent")]


def test_a_notice_that_nobody_can_be_told_costs_no_transaction(store: Store, tmp_path: Path) -> None:
    fails(store, "slack")
    watched = config(tmp_path, "slack")
    tell_operator(store, watched, now=NOON + HOUR)
    asked: list[str] = []
    store.db.conn.set_trace_callback(asked.append)
    tell_operator(store, watched, now=NOON + 2 * HOUR)
    store.db.conn.set_trace_callback(None)
    assert not any(sql.startswith("BEGIN") for sql in asked)


def test_the_only_channel_tells_itself_what_it_did_not_take(store: Store, tmp_path: Path) -> None:
    alert(store, channels=["mail"])
    tried(store, 1, "dead", channel="mail", error="550 no such user")
    tell_operator(store, config(tmp_path, "mail"), now=NOON)
    assert posted(store) == [("mail", "dead", 0, "new")]


def test_f33_what_waits_for_a_channel_that_was_removed_is_given_up_listed_and_told(
    store: Store, tmp_path: Path, webhook: Webhook
) -> None:
    """F33: nothing of it is sent elsewhere by accident."""
    alert(store, title="For slack", channels=["slack", "mail"])
    fails(store, "slack")
    take_up_outbox(store, config(tmp_path, "mail"), now=NOON)
    assert [(row.state, row.error) for row in rows(store)][:2] == [
        ("dead", "the channel is not configured any more"),
        ("new", None),
    ]
    assert posted(store) == [("mail", "dead", 0, "new")]
    assert channel_state(store, "slack").failures == 0
    SendingDays(store, {"mail": webhook.address()}).until(NOON + timedelta(seconds=5))
    titles = [request.json["title"] for request in webhook.requests()]
    assert len(titles) == 2
    assert sum("For slack" in title for title in titles) == 1


def test_f33_a_keyword_that_was_removed_takes_back_no_alert(store: Store, tmp_path: Path, webhook: Webhook) -> None:
    """F33: an alert that was decided on is told, whatever the topics say by then."""
    alert(store, title="Of a topic that is no more", channels=["mail"], topic="Gone")
    take_up_outbox(store, config(tmp_path, "mail"), now=NOON)
    SendingDays(store, {"mail": webhook.address()}).until(NOON)
    assert [request.json["title"] for request in webhook.requests()] == ["[Gone] Of a topic that is no more"]


# At a start


def test_a_start_tries_failing_channels_at_once_but_not_those_that_asked_for_time(store: Store, tmp_path: Path) -> None:
    later = NOON + HOUR
    with store.writing():
        for name, is_asked in (("slack", False), ("mail", True)):
            state = ChannelState(name=name, waits_until=later, is_asked=is_asked, tried_at=NOON, failing_since=NOON)
            save_channel(store, state)
    take_up_outbox(store, config(tmp_path, "slack", "mail"), now=NOON)
    assert channel_state(store, "slack").waits_until is None
    assert channel_state(store, "mail").waits_until == later


# Feeds and the network


def test_notices_on_feeds_go_to_the_operator_and_so_do_their_ends(store: Store, tmp_path: Path) -> None:
    watched = config(tmp_path, "slack", "mail")
    offline = Notice(kind=NoticeKind.OFFLINE, feed_id=None, sentence="no server can be reached", told_at=NOON)
    with store.writing():
        add_notice(store, offline)
    tell_operator(store, watched, now=NOON)
    tell_operator(store, watched, now=NOON)
    assert posted(store) == [("slack", "offline", 0, "new")]
    with store.writing():
        close_notice(store, NoticeKind.OFFLINE, None, now=NOON + HOUR)
    tell_operator(store, watched, now=NOON + HOUR)
    # It could not be sent while it held: one message says both.
    assert posted(store) == [("slack", "offline", 0, "dropped"), ("slack", "offline", 1, "new")]


def test_what_is_over_before_anybody_could_be_told_is_not_told(store: Store, tmp_path: Path) -> None:
    with store.writing():
        add_notice(store, Notice(kind=NoticeKind.OFFLINE, feed_id=None, sentence="offline", told_at=NOON))
        close_notice(store, NoticeKind.OFFLINE, None, now=NOON)
    tell_operator(store, config(tmp_path, "slack"), now=NOON)
    assert posted(store) == []


def test_a_notice_on_its_way_is_followed_by_its_end(store: Store, tmp_path: Path) -> None:
    watched = config(tmp_path, "slack")
    with store.writing():
        add_notice(store, Notice(kind=NoticeKind.OFFLINE, feed_id=None, sentence="offline", told_at=NOON))
    tell_operator(store, watched, now=NOON)
    begun(store, 1, channel="slack")
    with store.writing():
        close_notice(store, NoticeKind.OFFLINE, None, now=NOON)
    tell_operator(store, watched, now=NOON)
    assert posted(store) == [("slack", "offline", 0, "sending"), ("slack", "offline", 1, "new")]


def test_notices_arrive_as_messages_and_say_that_they_are_over(store: Store, tmp_path: Path, webhook: Webhook) -> None:
    watched = config(tmp_path, "slack", "mail")
    fails(store, "mail")
    days = SendingDays(store, {"slack": webhook.address()})
    tell_operator(store, watched, now=NOON + HOUR)
    days.until(NOON + HOUR)
    is_well(store, "mail")
    tell_operator(store, watched, now=NOON + 2 * HOUR)
    days.until(NOON + 2 * HOUR)
    assert [request.json["title"] for request in webhook.requests()] == [
        "[wirewatch] a channel takes no messages: mail",
        "[wirewatch] a channel takes messages again: mail",
    ]


# Empty digests


@pytest.mark.parametrize("is_wanted", [True, False])
def test_that_nothing_came_for_a_digest_is_told_once_where_it_is_wanted(
    store: Store, webhook: Webhook, is_wanted: bool
) -> None:
    morning = Digest(written="13:00", crons=("0 13 * * *",), even_if_empty=is_wanted)
    days = SendingDays(store, {"hook": webhook.address()})
    days.rules = {"hook": Rules(channel=ChannelRule(digest=morning), topics={"Antitrust": TopicRule()})}
    looks = [Event(NOON + timedelta(minutes=10 * number), lambda: None) for number in range(20)]
    days.until(NOON + 3 * HOUR, looks)
    assert len(webhook.requests()) == is_wanted
    if is_wanted:
        (request,) = webhook.requests()
        assert "nothing came for the digest of" in request.json["message"].lower()
        assert days.tries["hook"] == [NOON + HOUR]
    alert(store, now=NOON + 4 * HOUR)
    days.until(NOON + 26 * HOUR, [Event(NOON + 25 * HOUR, lambda: None)])
    assert len(webhook.requests()) == is_wanted + 1
