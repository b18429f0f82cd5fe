"""Delivery against a plain model: whatever is published, however it is hurt, the promises are kept.

A longer run: `python -m bench.chaos model`. Articles that are let go for their age are no part of it yet.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from alerts.outbox import deliver_next
from alerts.sent import Sent
from crawler.poll import Outcome, PollResult
from scheduler.config import Config, load_config
from scheduler.ingest import ingest_poll
from scheduler.operator_notices import tell_operator
from scheduler.senders import rules_of
from scheduler.service import begin
from scheduler.watch import watch_of
from stories.failpoints import Point, call_on_reach
from stories.model import Article
from stories.store import Store, instant, instant_or_none, open_store
from stories.store_feeds import watched_feeds
from stories.store_mutes import Mute, MuteKind, add_mute
from tests.building import NOON
from tests.delivery_model import (
    CHANNELS_OF,
    HANGUP,
    RULES,
    SECOND,
    STAGED,
    Model,
    Receiver,
    Row,
    Try,
    last_slot,
    running_receiver,
)
from tests.oracle import told_by
from tests.press import headline, marker_in

IN_POLLS = (
    Point.BEFORE_BEGIN,
    Point.AFTER_STORY_INSERT,
    Point.AFTER_OUTBOX_INSERT,
    Point.BEFORE_COMMIT,
    Point.AFTER_COMMIT,
)
IN_SENDS = (Point.BEFORE_SEND, Point.RESPONSE_RECEIVED, Point.BEFORE_MARK_SENT)
Outcomes = list[tuple[int, int | None, Point | None]]  # what is answered, with which Retry-After, and where we die
OUTCOMES = st.lists(
    st.tuples(
        st.sampled_from([200, 200, 500, 429, 400, HANGUP]),
        st.sampled_from([None, 1, 30, 3600, 100_000]),
        st.sampled_from([None, None, None, *IN_SENDS]),
    ),
    min_size=1,
    max_size=5,
)
PATIENCES = st.sampled_from([SECOND, timedelta(hours=2), timedelta(hours=12)])
ENDS_WITHIN = timedelta(days=20)
_examples = itertools.count()


class Crash(BaseException):
    """The power fails."""


class Delivery(RuleBasedStateMachine):
    """Two feeds, two topics, two channels, an archive, and the model beside them."""

    def __init__(self, folder: Path, configs: Sequence[Config], receiver: Receiver) -> None:
        super().__init__()
        self.path, self.configs, self.receiver = folder / f"{next(_examples)}.db", configs, receiver
        self.model, self.rule_set = Model(), 0
        self.now = NOON
        # What is there before anything is told: a first answer that lists nothing would be none.
        self.listed = {name: [self.article(name, f"Weather m0x0000{len(name)}")] for name in ("One", "Four")}
        self.loop = asyncio.Runner()
        self.opened = contextlib.ExitStack()
        self.store = self.start()
        for name in self.listed:
            self.poll(name, None)

    @property
    def config(self) -> Config:
        return self.configs[self.rule_set]

    # What the world does

    @initialize(
        stories=st.lists(st.sets(st.sampled_from(sorted(CHANNELS_OF)), min_size=1), min_size=1, max_size=4),
        rules=st.sampled_from(range(len(RULES))),
    )
    def publish_some(self, stories: list[set[str]], rules: int) -> None:
        self.rule_set = rules
        for number, topics in enumerate(stories, start=1):
            self.publish("One", topics, is_polled=number == len(stories))

    @rule(
        feed=st.sampled_from(["One", "Four"]),
        topics=st.sets(st.sampled_from(sorted(CHANNELS_OF)), min_size=1),
        is_polled=st.sampled_from([True, True, False]),
    )
    def publish(self, feed: str, topics: set[str], is_polled: bool) -> None:
        number = sum(map(len, self.listed.values()))
        words = headline(f"m{len(topics)}x{number:05}").replace("antitrust complaint", " ".join(sorted(topics)).lower())
        self.listed[feed].append(self.article(feed, f"{words} weighs"))
        if is_polled:
            self.poll(feed, None)

    @rule(data=st.data(), word=st.sampled_from(["revised", "files"]))
    def edit(self, data: st.DataObject, word: str) -> None:
        feed, place = data.draw(st.sampled_from(self.places()))
        old = self.listed[feed][place]
        if word not in old.title:
            self.listed[feed][place] = self.article(feed, f"{old.title} {word}", url=old.url)

    @rule(data=st.data())
    def republish(self, data: st.DataObject) -> None:
        feed, place = data.draw(st.sampled_from(self.places()))
        other = "Four" if feed == "One" else "One"
        title = self.listed[feed][place].title
        if not any(marker_in(title) in each.title for each in self.listed[other]):
            self.listed[other].append(self.article(other, title))

    @rule(feed=st.sampled_from(["One", "Four"]), crash=st.none() | st.sampled_from(IN_POLLS))
    def poll(self, feed: str, crash: Point | None) -> None:
        state = next(each for each in watched_feeds(self.store) if each.name == feed)
        articles = tuple(self.listed[feed][::-1])
        answer = PollResult(feed_id=state.id, outcome=Outcome.ANSWERED, articles=articles, entries=len(articles))
        self.model.excuse((marker_in(each.title) for each in articles), self.now)
        with self.crashing(crash):
            ingest_poll(self.store, answer, watch_of(self.config), now=self.now, chance=0.5)

    # What becomes of messages

    @rule(outcomes=OUTCOMES, patience=PATIENCES)
    def send_to_a(self, outcomes: Outcomes, patience: timedelta) -> None:
        self.send("a", outcomes, patience)

    @rule(outcomes=OUTCOMES, patience=PATIENCES)
    def send_to_b(self, outcomes: Outcomes, patience: timedelta) -> None:
        self.send("b", outcomes, patience)

    @rule(outcomes=OUTCOMES, patience=PATIENCES)
    def publish_and_send(self, outcomes: Outcomes, patience: timedelta) -> None:
        self.publish("One", {"Antitrust", "Merger"}, is_polled=True)
        for channel in "ab":
            self.send(channel, outcomes, patience)

    def send(self, channel: str, outcomes: Outcomes, patience: timedelta) -> None:
        """Send again and again, each time after a second, and then when there is something, if that is not too long."""
        for answer, retry_after, crash in outcomes:
            self.receiver.answer, self.receiver.retry_after = answer, retry_after if answer == 429 else None
            until, began = self.send_next(channel, crash), self.now
            if until and began < until <= began + patience:
                self.now = until
                self.send_next(channel, crash)
            self.now += SECOND

    def send_next(self, channel: str, crash: Point | None = None) -> datetime | None:
        """Have the next message sent, checked, and noted; return until when there is none, else now."""
        now, before, waiting = self.now, len(self.receiver.got), self.waiting(channel)
        deliver = deliver_next(
            self.store,
            next(each for each in self.config.channels if each.name == channel),
            rules_of(self.config, channel),
            clock=lambda: now,
            chance=lambda: 0.5,
        )
        with self.crashing(crash) as crashed:
            result = self.loop.run(deliver)
            if not isinstance(result, Sent):
                assert len(self.receiver.got) == before
                self.model.excuse((row.marker for row in waiting if row.topic), now)
                return result.until
        (digest_at, ids) = self.last_message(channel)
        sent = [row for row in waiting if row.id in ids]
        got = self.receiver.got[before:]
        rules = RULES[self.rule_set]
        self.model.check_send(channel, sent, waiting, rules, digest_at=digest_at, now=now)
        for path, message in got:
            assert path == channel
            told = told_by(channel, 0, message["title"], message["message"])
            self.model.check_marks(sent, {each.marker: each.is_marked for each in told})
        answer = None if crashed else self.receiver.answer
        assert len(got) == (0 if crash is Point.BEFORE_SEND else 1)
        tried = Try(at=now, answer=answer, was_written=bool(got) and self.receiver.answer in (200, HANGUP))
        self.model.note(channel, sent, tried, digest_at=digest_at, retry_after=self.receiver.retry_after)
        return now

    # What befalls the service

    @rule(topic=st.sampled_from(sorted(CHANNELS_OF)), hours=st.sampled_from([0.1, 9]))
    def mute(self, topic: str, hours: float) -> None:
        until = self.model.muted_until[topic] = self.now + timedelta(hours=hours)
        with self.store.writing():
            add_mute(self.store, Mute(kind=MuteKind.TOPIC, subject=topic, why="", created_at=self.now, until=until))

    @rule()
    def restart(self) -> None:
        self.opened.close()
        self.store = self.start()

    @rule(rules=st.sampled_from(range(len(RULES))))
    def reload(self, rules: int) -> None:
        self.rule_set = rules

    @rule(seconds=st.sampled_from([0.5, 1, 2, 31, 300, 1900, 7200]))
    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        tell_operator(self.store, self.config, now=self.now)

    @rule(hours=st.sampled_from([-25, -2, 8, 25]))
    def set_clock(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        if hours < 0:
            self.model.turn_back(self.now)

    @rule(outcomes=OUTCOMES)
    def live_a_morning_twice(self, outcomes: Outcomes) -> None:
        """The clock is set back when the digest of the day has been sent."""
        time_of_digest = last_slot(self.now) + timedelta(days=1)
        for _ in range(2):
            self.now = time_of_digest - timedelta(minutes=10)
            self.model.turn_back(self.now)
            self.publish("One", {"Antitrust"}, is_polled=True)
            self.now = time_of_digest + timedelta(minutes=5)
            self.send("a", outcomes, SECOND)

    # How it must end

    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            self.opened.close()
            self.loop.close()

    def finish(self) -> None:
        """Let everything be told, and look at what it came to."""
        self.receiver.answer, self.receiver.retry_after = 200, None
        ends_at = self.now + ENDS_WITHIN
        for feed in self.listed:
            self.poll(feed, None)
        while any(self.waiting(channel) for channel in "ab"):
            untils = [self.send_next(channel) for channel in "ab"]
            next_at = min((until for until in untils if until), default=None)
            assert next_at, f"something waits for ever: {self.waiting('a')}, {self.waiting('b')}"
            self.now = max(next_at, self.now)
            assert self.now < ends_at, f"still waiting: {self.waiting('a')}, {self.waiting('b')}"
        self.check_all_was_told()

    def check_all_was_told(self) -> None:
        asked = self.store.db.execute(
            "SELECT deliveries.id, channel, topic, title, state, deliveries.created_at, kind, alerts.story_id"
            " FROM deliveries JOIN alerts ON alerts.id = alert_id JOIN articles ON articles.id = alerts.article_id"
        )
        told: set[tuple[str, str, str]] = set()
        firsts: list[tuple[str, int, str]] = []
        for row, channel, topic, title, state, created_at, kind, story in asked:
            is_excused = (topic, marker_in(title)) in self.model.excused
            arrived = any(each.answer == 200 for each in self.model.tries[row]) or any(
                each.may_be_known and each.answer is None for each in self.model.tries[row]
            )
            may_be_dead = self.model.may_be_dead(row, instant(created_at))
            assert arrived or may_be_dead or is_excused, f"lost: {channel} {title}"
            assert state == "sent" or (state == "dead" and may_be_dead) or (state == "dropped" and is_excused), state
            told.add((channel, topic, marker_in(title)))
            assert kind == "first" or topic in STAGED, f"{topic} is never told again"
            if kind == "first":
                firsts.append((topic, story, channel))
        assert len(firsts) == len(set(firsts)), "a story told twice under one topic"
        due = {
            (channel, topic, marker_in(article.title))
            for article in itertools.chain(*self.listed.values())
            for topic, channels in CHANNELS_OF.items()
            for channel in channels
            if topic.lower() in article.title
        }
        lost = {each for each in due - told if each[1:] not in self.model.excused}
        assert not lost, f"never told: {lost}"
        assert told <= due, f"not asked for: {told - due}"

    # Its parts

    def start(self) -> Store:
        store = self.opened.enter_context(open_store(self.path))
        store.db.execute("PRAGMA synchronous = OFF")  # it is the process that dies, not the machine
        begin(store, self.config, now=self.now)
        self.model.restart(self.now)
        return store

    @contextlib.contextmanager
    def crashing(self, point: Point | None) -> Iterator[list[Point]]:
        """Let the power fail at `point`, and start again; give a list that is not empty then."""
        crashed: list[Point] = []

        def crash(reached: Point) -> None:
            if reached is point:
                crashed.append(reached)
                raise Crash

        call_on_reach(crash)
        try:
            yield crashed
        except Crash:
            call_on_reach(lambda _: None)
            self.restart()
        finally:
            call_on_reach(lambda _: None)

    def waiting(self, channel: str) -> list[Row]:
        asked = self.store.db.execute(
            "SELECT deliveries.id, alert_id, topic, title, deliveries.created_at, not_before, is_alone FROM deliveries"
            " LEFT JOIN alerts ON alerts.id = alert_id LEFT JOIN articles ON articles.id = alerts.article_id"
            " WHERE channel = ? AND state IN ('new', 'failed') ORDER BY deliveries.id",
            [channel],
        )
        return [
            Row(
                id=row,
                alert_id=alert,
                topic=topic or "",
                marker=marker_in(title) if title else "",
                created_at=instant(created),
                not_before=instant(not_before),
                is_alone=bool(is_alone),
            )
            for row, alert, topic, title, created, not_before, is_alone in asked
        ]

    def last_message(self, channel: str) -> tuple[datetime | None, set[int]]:
        """Return for which time the message that began last is the digest, if it is one, and its rows."""
        message, digest_at = self.store.db.execute(
            "SELECT id, digest_at FROM messages WHERE channel = ? ORDER BY id DESC LIMIT 1", [channel]
        ).fetchone()
        return instant_or_none(digest_at), {
            row for (row,) in self.store.db.execute("SELECT id FROM deliveries WHERE message_id = ?", [message])
        }

    def places(self) -> list[tuple[str, int]]:
        return [(feed, place) for feed, listed in self.listed.items() for place in range(len(listed))]

    def article(self, feed: str, title: str, url: str | None = None) -> Article:
        return Article(
            title=title,
            url=url or f"https://{feed.lower()}.example/{marker_in(title)}",
            outlet=feed,
            published_at=self.now,
        )


def run_model(
    folder: Path, *, examples: int, steps: int, shrink: bool = False, are_always_the_same: bool = False
) -> None:
    """Play `examples` of `steps` each; fail with one that breaks a promise, with a short one when told to `shrink`.

    They are others each time, unless they `are_always_the_same`.
    """
    with running_receiver() as receiver:
        configs = []
        for number, rules in enumerate(RULES):
            path = folder / f"{number}.yaml"
            path.write_text(rules.yaml(receiver.port), encoding="utf-8")
            configs.append(load_config(path, {}))
        run_state_machine_as_test(
            partial(Delivery, folder, configs, receiver),  # type: ignore[arg-type]  # whatever makes one will do
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                derandomize=are_always_the_same,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
            ),
        )


def test_whatever_happens_all_is_told_once_in_order_and_at_its_time(tmp_path: Path) -> None:
    # Others are played by `make chaos`: what they find is looked into, and does not stop somebody else's change.
    run_model(tmp_path, examples=25, steps=30, are_always_the_same=True)
