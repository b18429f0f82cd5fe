"""A test story goes the whole way on a timetable, leaves no trace, and is missed when it does not arrive."""

import asyncio
import json
import subprocess
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.timing_words import parse_digest, parse_quiet
from alerts.waiting import ChannelRule
from scheduler.canary import IN_TIME, is_due, is_late, tend_canary
from scheduler.config import Config, load_config
from scheduler.config_service import CanarySettings
from scheduler.operator_notices import tell_operator
from scheduler.rehearsing import fault_of_rehearsal
from scheduler.senders import send_once
from scheduler.status_channels import canary_in_words
from stories.store import Store
from stories.store_canaries import Canary, add_canary, last_canaries
from stories.store_notices import notices_to_post, open_notices
from tests.receivers import Webhook
from tests.running_service import command, running_service

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def canary(
    *, at: datetime = NOON, seconds: float | None = 0.4, state: str = "sent", error: str | None = None
) -> Canary:
    """Return a canary that was sent `at` through slack and arrived, unless `seconds` is None."""
    arrived_at = at + timedelta(seconds=seconds) if seconds is not None else None
    return Canary(id=1, channel="slack", begun_at=at, arrived_at=arrived_at, state=state, error=error)


def on_its_way(*, at: datetime = NOON) -> Canary:
    return canary(at=at, seconds=None, state="new")


@pytest.mark.parametrize(
    ("every", "at", "last", "now", "due"),
    [
        (None, None, None, NOON, True),  # the first at once
        (None, None, NOON, NOON + DAY - MINUTE, False),  # a day, unless said
        (None, None, NOON, NOON + DAY, True),
        (HOUR, None, NOON, NOON + HOUR, True),
        (HOUR, None, NOON + 400 * DAY, NOON, True),  # it was sent by a wrong clock
        (None, "08:00", None, NOON.replace(hour=8, minute=1), True),
        (None, "08:00", None, NOON, False),  # nothing ran at eight
        (None, "08:00", NOON.replace(hour=8), NOON.replace(hour=8, minute=1), False),
        (None, "08:00", NOON - DAY, NOON.replace(hour=8), True),
        (None, "08:00 tue", NOON - DAY, NOON.replace(hour=8), False),
    ],
)
def test_a_canary_is_sent_by_its_timetable(
    every: timedelta | None, at: str | None, last: datetime | None, now: datetime, due: bool
) -> None:
    settings = CanarySettings.model_construct(channel="slack", every=every, at=parse_digest(at) if at else None)
    assert is_due(settings, ChannelRule(), canary(at=last) if last else None, now=now) is due


def test_one_canary_at_a_time_and_none_within_quiet_hours() -> None:
    settings = CanarySettings(channel="slack")
    quiet = ChannelRule(quiet=(parse_quiet("11:00-13:00"),))
    assert not is_due(settings, ChannelRule(), on_its_way(), now=NOON + 30 * DAY)
    assert not is_due(settings, quiet, None, now=NOON)
    assert is_due(settings, quiet, None, now=NOON + HOUR)


def test_a_canary_is_late_after_a_while_unless_quiet_hours_hold_it() -> None:
    quiet = ChannelRule(quiet=(parse_quiet("11:00-13:00"),))
    assert not is_late(on_its_way(), ChannelRule(), now=NOON + IN_TIME - MINUTE)
    assert is_late(on_its_way(), ChannelRule(), now=NOON + IN_TIME)
    assert not is_late(on_its_way(), quiet, now=NOON + IN_TIME)
    assert not is_late(canary(), ChannelRule(), now=NOON + IN_TIME)
    assert is_late(canary(seconds=None, state="dead"), ChannelRule(), now=NOON)


def test_status_says_how_a_canary_stands() -> None:
    now = NOON + timedelta(seconds=12)
    assert canary_in_words(canary(), now) == "canary: 12 s ago by slack in 0.4 s"
    assert canary_in_words(on_its_way(), now) == "canary: sent 12 s ago by slack, not arrived yet"
    dead = canary(seconds=None, state="dead", error="HTTP 404")
    assert canary_in_words(dead, now) == "canary: sent 12 s ago by slack, did not arrive (HTTP 404)"


@pytest.fixture
def config(tmp_path: Path, webhook: Webhook) -> Config:
    """A configuration with a canary through `slack`, while `mail` is told of trouble."""
    return load_config(write_config(tmp_path, webhook), {})


def write_config(folder: Path, webhook: Webhook) -> Path:
    path = folder / "config.yaml"
    path.write_text(
        "service: {database: wirewatch.db, operator: mail, canary: {channel: slack, every: 1h}}\n"
        "feeds: []\n"
        "topics:\n  - {name: Any, keywords: [antitrust, test], channels: [slack, mail]}\n"
        f'channels:\n  slack: {{url: "{webhook.address("/slack")}"}}\n  mail: {{url: "{webhook.address("/mail")}"}}\n',
        encoding="utf-8",
    )
    return path


def tend(store: Store, config: Config, *, now: datetime) -> bool:
    return asyncio.run(tend_canary(store, config, clock=lambda: now))


def deliver(store: Store, config: Config, *, now: datetime) -> int:
    return asyncio.run(send_once(store, config, clock=lambda: now, chance=lambda: 0.5))


def rows_of(store: Store, *tables: str) -> int:
    return sum(store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)


def test_a_canary_arrives_and_is_nowhere_but_in_status(store: Store, config: Config, webhook: Webhook) -> None:
    assert tend(store, config, now=NOON)
    assert deliver(store, config, now=NOON + timedelta(seconds=2)) == 1
    (request,) = webhook.requests()
    assert request.path == "/slack"
    assert "test story" in json.dumps(request.json)
    (arrived,) = last_canaries(store)
    assert (arrived.channel, arrived.seconds) == ("slack", 2)
    assert rows_of(store, "articles", "stories", "matches", "alerts", "feeds", "sightings") == 0
    assert (open_notices(store), notices_to_post(store)) == ([], [])
    assert not tend(store, config, now=NOON + HOUR - MINUTE)
    assert tend(store, config, now=NOON + HOUR)


def test_one_that_does_not_arrive_is_told_through_another_channel_until_one_does(
    store: Store, config: Config, webhook: Webhook
) -> None:
    webhook.reply("/slack", 500, 200)
    tend(store, config, now=NOON)
    deliver(store, config, now=NOON)
    assert not tend(store, config, now=NOON + IN_TIME)
    (notice,) = open_notices(store)
    assert "the test story of 23 Nov 2026, 12:00 UTC has not arrived yet: " in notice.sentence
    tell_operator(store, config, now=NOON + IN_TIME)
    deliver(store, config, now=NOON + IN_TIME)
    (told,) = webhook.requests("/mail")
    assert "a test story did not arrive: slack" in told.json["title"]
    assert last_canaries(store)[0].arrived_at is not None  # at the second try
    tend(store, config, now=NOON + IN_TIME + MINUTE)
    assert open_notices(store) == []


def test_a_story_that_cannot_be_made_into_a_message_is_not_sent_but_told(store: Store, config: Config) -> None:
    with store.writing():
        add_canary(store, "slack", sentence="a test", fault="it met no topic", now=NOON)
    tend(store, config, now=NOON)
    (notice,) = open_notices(store)
    assert notice.sentence.endswith("did not arrive: it met no topic")
    assert deliver(store, config, now=NOON) == 0
    assert not tend(store, config, now=NOON + MINUTE)


def test_without_a_canary_nothing_is_said_of_old_ones(store: Store, config: Config) -> None:
    tend(store, config, now=NOON)
    tend(store, config, now=NOON + IN_TIME)
    assert open_notices(store)
    none = config.service.model_copy(update={"canary": None})
    tend(store, Config(service=none, feeds=(), topics=(), channels=()), now=NOON + HOUR)
    assert open_notices(store) == []


def test_the_rehearsal_takes_a_story_through_everything(config: Config) -> None:
    assert fault_of_rehearsal(config, "slack", now=NOON) is None


def test_the_service_sends_a_canary_status_shows_it_and_so_it_is_by_hand(tmp_path: Path, webhook: Webhook) -> None:
    path = write_config(tmp_path, webhook)
    with running_service(path) as service:
        webhook.wait_for(1, "/slack")
        by_hand = subprocess.run(wirewatch("test-channel", "mail", "--canary", path), capture_output=True, check=True)
        service.stop()
    assert b" by mail in " in by_hand.stdout
    assert len(webhook.requests("/mail")) == 1
    status = json.loads(subprocess.check_output(wirewatch("status", "--format", "json", path)))
    through = {each["channel"]: each for each in status["canaries"]}
    assert through["slack"]["state"] == through["mail"]["state"] == "sent"
    assert 0 < through["slack"]["seconds"] < 20


def test_without_a_service_a_canary_is_sent_all_the_same_or_its_fault_told(tmp_path: Path, webhook: Webhook) -> None:
    path = write_config(tmp_path, webhook)
    webhook.reply("/slack", 404)
    arrived = subprocess.run(wirewatch("test-channel", "mail", "--canary", path), capture_output=True, check=True)
    refused = subprocess.run(wirewatch("test-channel", "slack", "--canary", path), capture_output=True, check=False)
    assert b" by mail in " in arrived.stdout
    assert refused.returncode == 1
    assert b"by slack, not arrived yet (" in refused.stderr


@pytest.mark.parametrize(
    ("rule", "words"),
    [("limit: 1/day", b"waits for: the limit (1/day); in "), ("quiet: SPAN", b"waits for: quiet hours; in ")],
)
@pytest.mark.parametrize("is_running", [False, True])
def test_a_canary_that_has_to_wait_says_for_what(
    rule: str, words: bytes, is_running: bool, tmp_path: Path, webhook: Webhook
) -> None:
    path, now = write_config(tmp_path, webhook), datetime.now(UTC)
    rule = rule.replace("SPAN", f"{now - HOUR:%H:%M}-{now + 3 * HOUR:%H:%M}, timezone: UTC")
    path.write_text(path.read_text("utf-8").replace('/mail"', f'/mail", {rule}'), "utf-8")
    by_hand = wirewatch("test-channel", "mail", "--canary", path)
    subprocess.run(by_hand, capture_output=True, check=False)  # which takes what the limit has room for
    with running_service(path) if is_running else nullcontext():
        held = subprocess.run(by_hand, capture_output=True, check=False, timeout=30)
    assert (held.returncode, words in held.stderr) == (1, True), held.stderr


def wirewatch(*words: str | Path) -> list[str]:
    """Return how to call a command, with the configuration as its last word."""
    *said, config = map(str, words)
    return command(*said, "--config", config)
