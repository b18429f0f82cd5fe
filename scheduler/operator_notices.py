"""What whoever looks after the service is told in messages: of channels in trouble, of what was given up, of feeds."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.wording import time_in_words
from scheduler.config import Config
from stories.counted import counted
from stories.store import Store
from stories.store_channels import ChannelState, channel_states
from stories.store_notices import (
    Notice,
    NoticeKind,
    add_notice,
    close_notice,
    last_told_at,
    mark_posted,
    notices_to_post,
    open_notices,
)
from stories.store_outbox import DeadLetters, add_deliveries, add_end_of_notice, dead_letters

TOLD_AFTER = timedelta(hours=1)  # of failing
DEAD_TOLD_EVERY = timedelta(hours=24)  # of each channel, however many are given up

log = logging.getLogger(__name__)


def tell_operator(store: Store, config: Config, *, now: datetime) -> None:
    """Bring the notices on channels in line with how those stand, and put what is new of all notices into the outbox.

    :raises StoreError: when the archive cannot be written
    """
    _tell_of_channels(store, now=now)
    _tell_of_dead_letters(store, now=now)
    # What holds and has nobody to be told waits for a channel, without a transaction every minute.
    if to_post := [each for each in notices_to_post(store) if each.over_at or _recipients(each, config)]:
        with store.writing():
            for notice in to_post:
                _post(store, notice, config, now=now)


def recipients(kind: NoticeKind, subject: str, config: Config) -> Sequence[str]:
    """Return the channels that are told of something: the operator's, but of a channel in trouble another than that.

    Where there is none, no channel can say that the only one takes nothing; it can say itself that it gave up some.
    """
    usable = {channel.name for channel in config.channels if channel.url}
    operators = [name for name in config.operators if name in usable]
    if kind not in (NoticeKind.CHANNEL, NoticeKind.DEAD, NoticeKind.LATE):
        return operators
    told = [name for topic in config.topics for name in topic.channels if name in usable and name != subject]
    others = [name for name in operators if name != subject] or told[:1]
    return others or (operators if kind is NoticeKind.DEAD else [])


def _post(store: Store, notice: Notice, config: Config, *, now: datetime) -> None:
    """Put a notice that holds, or the end of one that was told, into the outbox."""
    if notice.over_at is None:
        add_deliveries(store, notice_id=notice.id, channels=_recipients(notice, config), now=now)
    elif notice.is_posted and notice.kind not in (NoticeKind.DEAD, NoticeKind.RESTORED):
        configured = [channel.name for channel in config.channels]
        add_end_of_notice(store, notice.id, channels=configured, now=now)
    mark_posted(store, notice)


def _recipients(notice: Notice, config: Config) -> Sequence[str]:
    return recipients(notice.kind, notice.subject, config)


def _tell_of_channels(store: Store, *, now: datetime) -> None:
    held = {each.subject for each in open_notices(store) if each.kind is NoticeKind.CHANNEL}
    failing = {state.name: state for state in channel_states(store) if state.failing_since}
    new = [state for name, state in failing.items() if name not in held and _is_long(state, now)]
    if not new and held <= failing.keys():
        return
    with store.writing():
        for state in new:
            sentence = f"channel {state.name} takes no messages since {time_in_words(state.failing_since or now)}"
            if state.error:
                sentence += f": {state.error}"
            _begin(store, NoticeKind.CHANNEL, state.name, sentence, now=now)
        for name in held - failing.keys():
            close_notice(store, NoticeKind.CHANNEL, None, subject=name, now=now)
            log.warning("channel %s takes messages again", name)


def _is_long(state: ChannelState, now: datetime) -> bool:
    return state.failing_since is not None and now - state.failing_since >= TOLD_AFTER


def _tell_of_dead_letters(store: Store, *, now: datetime) -> None:
    """Tell of deliveries that were given up since that was told last, once a day for each channel."""
    dead = {each.channel: each for each in dead_letters(store)}
    held = {each.subject: each.told_at for each in open_notices(store) if each.kind is NoticeKind.DEAD}
    faded = [name for name, told_at in held.items() if name not in dead or now - told_at >= DEAD_TOLD_EVERY]
    new = [
        each
        for name, each in dead.items()
        if (name not in held or name in faded) and _is_news(each, last_told_at(store, NoticeKind.DEAD, name))
    ]
    if not new and not faded:
        return
    with store.writing():
        for name in faded:
            close_notice(store, NoticeKind.DEAD, None, subject=name, now=now)
        for each in new:
            given_up = counted(each.count, "delivery was", "deliveries were")
            sentence = f"channel {each.channel}: {given_up} given up ({each.error})"
            _begin(store, NoticeKind.DEAD, each.channel, sentence, now=now)


def _is_news(dead: DeadLetters, told_at: datetime | None) -> bool:
    return told_at is None or dead.last_at > told_at


def _begin(store: Store, kind: NoticeKind, subject: str, sentence: str, *, now: datetime) -> None:
    add_notice(store, Notice(kind=kind, feed_id=None, subject=subject, sentence=sentence, told_at=now))
    log.warning("%s", sentence)
