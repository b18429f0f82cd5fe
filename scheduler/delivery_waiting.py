"""What each delivery that was not sent yet waits for, in words: its channel, its time, its turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from alerts.attempts import waits_until
from alerts.next_message import Rules, next_message
from alerts.planning import Hold
from scheduler.config_rules import channel_rules, topic_rules
from scheduler.config_schema import ConfigFile
from scheduler.showing import ago
from stories.store import Store
from stories.store_channels import channel_state
from stories.store_outbox import newest_waiting_at, waiting_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsFor:
    """Why a delivery is not sent yet, and until when that holds, where it is known."""

    because: str
    until: datetime | None = None

    def in_words(self, now: datetime) -> str:
        """Return both as a phrase."""
        return f"{self.because}; {ago(self.until, now)}" if self.until and self.until > now else self.because


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """The rules of the configured channels by name; `is_known` is False when the configuration cannot be used."""

    rules: Mapping[str, Rules] = field(default_factory=dict)
    is_known: bool = True


def rulebook_of(settings: ConfigFile) -> Rulebook:
    """Return the rules of the channels that a configuration names, for which no secret is needed."""
    of_channels, of_topics = channel_rules(settings), topic_rules(settings.topics)
    return Rulebook(rules={name: Rules(channel=rule, topics=of_topics) for name, rule in of_channels.items()})


def waiting_for(store: Store, channel: str, book: Rulebook, *, now: datetime) -> dict[int, WaitsFor]:
    """Return what each delivery to `channel` waits for that is not on its way, by its id."""
    if book.is_known and channel not in book.rules:
        gone = WaitsFor(because="its channel is not configured any more: given up when the service starts")
        return {row.id: gone for row in waiting_rows(store, channel)}
    state, waiting, rules = (
        channel_state(store, channel),
        waiting_rows(store, channel),
        book.rules.get(channel, Rules()),
    )
    own = {id: _held(hold) for id, hold in rules.holds_of(waiting, now=now).items()}
    if until := waits_until(state, newest_waiting_at(store, channel), now=now):
        asked = "asked to be left alone" if state.is_asked else "takes no messages"
        failing = WaitsFor(because=f"the channel {asked} ({state.error})", until=until)
        return {row.id: failing for row in waiting} | own
    planned = next_message(store, rules, state, waiting, now=now, most=max(len(waiting), 1))
    turn = _held(planned) if isinstance(planned, Hold) else WaitsFor(because="its turn: the service sends it next")
    return {row.id: turn for row in waiting} | own


def _held(hold: Hold) -> WaitsFor:
    return WaitsFor(because=hold.because, until=hold.until)
