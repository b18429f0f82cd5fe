"""A plain model of delivery: what was published, what each channel was shown, and what that must never be."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from tests.building import NOON

HANGUP = 0  # a reply: the message is taken, and the connection closed without an answer
CHANNELS_OF = {"Antitrust": ("a", "b"), "Merger": ("a",)}
STAGED = frozenset({"Merger"})  # topics of which an edit may tell a higher stage
DIGEST_HOUR = 8
SECOND = timedelta(seconds=1)
LONGEST_ASKED = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=7)
REFUSED_AFTER = timedelta(hours=1)
MOST_OPEN = 8  # the wait doubles from an hour on


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRules:
    """One configuration as the model sees it, with the lines that say the same in config.yaml."""

    topics: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    quiet: frozenset[str] = frozenset()  # channels, from 22:00 to 07:00
    urgent: frozenset[str] = frozenset()
    digest: frozenset[str] = frozenset()  # topics, at 08:00
    limits: Mapping[str, tuple[int, timedelta]] = field(default_factory=dict)

    def is_quiet(self, channel: str, topic: str, now: datetime) -> bool:
        return channel in self.quiet and topic not in self.urgent and not 7 <= now.hour < 22

    def planned(self, sent: "list[Row]") -> "list[Row]":
        """Return the rows that are in a message for no other reason than that it is the digest of their topic."""
        at_once = {row.marker for row in sent if row.topic not in self.digest}
        return [row for row in sent if row.marker not in at_once]

    def yaml(self, port: int) -> str:
        """Return it as a configuration of two feeds, two topics and two channels."""
        lines = ["service: {database: unused.db, timezone: UTC}", "feeds:"]
        lines += [
            f"  - {{name: {name}, address: 'http://127.0.0.1/{name}', every: 1h, allow_private: true}}"
            for name in ("One", "Four")
        ]
        lines.append("topics:")
        for name, channels in CHANNELS_OF.items():
            stages = ", stages: [{weighed: [weighs]}, {filed: [files]}]" if name in STAGED else ""
            more = f", {self.topics[name]}" if name in self.topics else ""
            said = f"name: {name}, keywords: [{name.lower()}], channels: [{', '.join(channels)}]"
            lines.append(f"  - {{{said}{stages}{more}}}")
        lines.append("channels:")
        for name in ("a", "b"):
            more = f", {self.channels[name]}" if name in self.channels else ""
            lines.append(f"  {name}: {{url: 'json://127.0.0.1:{port}/{name}'{more}}}")
        return "\n".join(lines) + "\n"


RULES = (
    PlainRules(),
    PlainRules(
        channels={"a": "quiet: 22:00-07:00"},
        topics={"Merger": "urgent: true"},
        quiet=frozenset({"a"}),
        urgent=frozenset({"Merger"}),
    ),
    PlainRules(topics={"Antitrust": "digest: '08:00'"}, digest=frozenset({"Antitrust"})),
    PlainRules(
        channels={"a": "limit: 3/hour", "b": "group_wait: 30s, quiet: 22:00-07:00"},
        quiet=frozenset({"b"}),
        limits={"a": (3, timedelta(hours=1))},
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the outbox before a send; `marker` is its article's, empty for a notice."""

    id: int
    alert_id: int | None
    topic: str
    marker: str
    created_at: datetime
    not_before: datetime
    is_alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try of a row: when, and what was answered: a status, HANGUP, or None when we died before we knew."""

    at: datetime
    answer: int | None
    was_written: bool = True

    @property
    def may_be_known(self) -> bool:
        """Whether people may have seen it."""
        return self.was_written and self.answer in (200, HANGUP, None)

    @property
    def is_open(self) -> bool:
        """Whether we could not know what became of it."""
        return self.answer in (HANGUP, None)


@dataclass(slots=True)
class ChannelModel:
    """What a channel was asked, and when it wants to be asked again."""

    begun: list[datetime] = field(default_factory=list)
    asked_until: datetime | None = None
    asked_at: datetime | None = None
    failures: int = 0  # in a row
    digests: set[datetime] = field(default_factory=set)  # for which one arrived


@dataclass(slots=True)
class Model:
    """All that happened, as it seems from outside; each `check` fails with what is wrong."""

    channels: dict[str, ChannelModel] = field(default_factory=lambda: {"a": ChannelModel(), "b": ChannelModel()})
    tries: dict[int, list[Try]] = field(default_factory=lambda: defaultdict(list))  # by row
    muted_until: dict[str, datetime] = field(default_factory=dict)  # by topic
    latest: datetime = NOON  # that the clock ever showed when something was sent
    excused: set[tuple[str, str]] = field(default_factory=set)  # topics and markers that need not be told: muted once

    def check_send(
        self,
        channel: str,
        sent: list[Row],
        waiting: list[Row],
        rules: PlainRules,
        *,
        digest_at: datetime | None,
        now: datetime,
    ) -> None:
        """Check that a message may go out now, with just these rows of those that waited.

        `digest_at`: it is the digest of a topic for that time.
        """
        state = self.channels[channel]
        if state.asked_until and state.asked_until - now <= LONGEST_ASKED:
            assert now >= state.asked_until, f"{channel} asked to be left alone until {state.asked_until}"
        assert all(now - begun >= SECOND for begun in state.begun), "two messages within a second"
        if channel in rules.limits:
            most, per = rules.limits[channel]
            assert sum(begun > now - per for begun in state.begun) < most, "more messages than the limit allows"
        # What waits in quiet hours goes with an urgent alert of its article.
        awake = {row.marker for row in sent if not rules.is_quiet(channel, row.topic, now)} | {""}
        for row in sent:
            assert not self.is_muted(row.topic, now), f"{row} told though it is muted"
            assert row.marker in awake, f"{row} told in quiet hours"
        # What waits for a digest goes with another alert of its article, if that is told at once.
        at_once = [row for row in sent if row.topic not in rules.digest and not rules.is_quiet(channel, row.topic, now)]
        self._check_order(state, at_once, waiting, now)
        if digest_at:
            assert digest_at.hour == DIGEST_HOUR and digest_at <= now, f"a digest for {digest_at} at {now}"
            untried = [row for row in rules.planned(sent) if not self.tries[row.id]]
            assert not untried or digest_at not in state.digests, f"a second digest for {digest_at}, with {untried}"

    def check_marks(self, rows: list[Row], marked: Mapping[str, bool]) -> None:
        """Check the marks of a message that was received."""
        assert marked.keys() == {row.marker for row in rows if row.marker}, "another message than was written down"
        may_be_marked: dict[str, bool] = defaultdict(bool)
        for row in rows:
            if any(each.may_be_known for each in self.tries[row.id]):
                assert not row.marker or marked[row.marker], f"{row} told twice without the mark"
            may_be_marked[row.marker] |= any(each.is_open for each in self.tries[row.id])
        for marker, is_marked in marked.items():
            assert may_be_marked[marker] or not is_marked, f"{marker} marked for no reason"

    def note(
        self, channel: str, sent: list[Row], tried: Try, *, digest_at: datetime | None, retry_after: int | None
    ) -> None:
        """Note a try, and what it says of its channel; `digest_at`: the message was the digest for that time."""
        state = self.channels[channel]
        self.latest = max(self.latest, tried.at)
        state.begun.append(tried.at)
        if tried.answer == 200:
            state.asked_until, state.failures = None, 0
            if digest_at:
                state.digests.add(digest_at)
        elif tried.answer == 400:
            state.asked_until, state.failures = None, 0
        elif tried.answer is not None:
            state.failures += 1
            wait = min(timedelta(seconds=retry_after), LONGEST_ASKED) if retry_after else None
            state.asked_until, state.asked_at = tried.at + wait if wait else None, tried.at
        for row in sent:
            self.tries[row.id].append(tried)

    def may_be_dead(self, row: int, created_at: datetime) -> bool:
        """Whether a row may have been given up: refused after three tries over an hour, after a week, or when so often
        nobody knew whether it arrived that it would be told again only after a week.
        """
        tries = self.tries[row]
        if sum(each.is_open for each in tries) >= MOST_OPEN:
            return True
        is_refused = any(each.answer == 400 for each in tries) and len(tries) >= 3
        if is_refused and max(each.at for each in tries) - min(each.at for each in tries) >= REFUSED_AFTER:
            return True
        return self.latest + LONGEST_ASKED - created_at >= GIVE_UP_AFTER

    def is_muted(self, topic: str, now: datetime) -> bool:
        return topic in self.muted_until and now < self.muted_until[topic]

    def excuse(self, markers: Iterable[str], now: datetime) -> None:
        """Note that nothing muted needs to be told of these articles."""
        muted = [topic for topic in CHANNELS_OF if self.is_muted(topic, now)]
        self.excused |= {(topic, marker) for marker in markers for topic in muted}

    def restart(self, now: datetime) -> None:
        """The service starts: what was asked for in the future, by a clock that was wrong then, binds nobody."""
        for state in self.channels.values():
            if state.asked_at and state.asked_at > now:
                state.asked_until = None

    def turn_back(self, now: datetime) -> None:
        """The clock was set back: what is said to have happened later binds nobody."""
        for state in self.channels.values():
            state.begun = [begun for begun in state.begun if begun <= now]
            state.digests = {slot for slot in state.digests if slot <= now + timedelta(hours=12)}

    def _check_order(self, state: ChannelModel, sent: list[Row], waiting: list[Row], now: datetime) -> None:
        """No row overtakes an older one of its topic that only its channel kept waiting."""
        if state.failures >= 3:
            return  # then others are tried than last time
        oldest = {row.marker: min(each.id for each in sent if each.marker == row.marker) for row in sent}
        told = {row.id for row in sent}
        for row in sent:
            for other in waiting:
                if (
                    other.id not in told
                    and other.topic == row.topic
                    and other.marker
                    and other.id < oldest[row.marker]
                    and other.created_at <= row.created_at
                    and self._waits_for_nothing_of_its_own(other, now)
                    and self._waits_for_nothing_of_its_own(row, now)
                ):
                    raise AssertionError(f"{row} overtakes {other}")

    def _waits_for_nothing_of_its_own(self, row: Row, now: datetime) -> bool:
        """Whether nothing but its channel kept a row; an outcome that stays unknown a second time does, for an hour."""
        tries = self.tries[row.id]
        is_open_again = any(each.answer == HANGUP and any(t.is_open for t in tries[:i]) for i, each in enumerate(tries))
        is_refused = any(each.answer == 400 for each in tries) or len(tries) > 3
        is_due = row.created_at <= now and row.not_before <= now  # which a clock that was set back leaves in the future
        return is_due and not (row.is_alone or is_open_again or is_refused)


def last_slot(now: datetime) -> datetime:
    """Return the last time before `now` for which a digest is planned."""
    slot = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return slot if slot <= now else slot - timedelta(days=1)


@dataclass(slots=True)
class Receiver:
    """A webhook that keeps what it is told in memory, and answers each request as the test says just then."""

    port: int = 0
    answer: int = 200
    retry_after: int | None = None
    got: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    """Take messages on a free port, from a thread of its own."""
    import json

    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((self.path.strip("/"), json.loads(body)))
            if receiver.answer == HANGUP:
                return
            self.send_response(receiver.answer)
            if receiver.retry_after is not None:
                self.send_header("Retry-After", str(receiver.retry_after))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def server_bind(self) -> None:
            TCPServer.server_bind(self)

    server = Server(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
