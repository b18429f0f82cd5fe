"""What a person wants muted: which topic, story or outlet is meant, and what is done about it, in sentences."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from scheduler.config_schema import did_you_mean
from scheduler.finding import NothingFound
from scheduler.story_finding import find_story, number_in
from stories.durations import write_duration
from stories.outlets import outlet_named
from stories.store import Store, open_store, read_store
from stories.store_mutes import Mute, MuteKind, add_mute, end_mute, mutes_at, outlets_known
from stories.store_stories import home_of
from stories.text import clean, fold

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=365)
_LONGEST_WHY = 300
_LONGEST_NAME = 200


def what_is_meant(store: Store, topics: Iterable[str], said: str) -> tuple[MuteKind, str]:
    """Return what is to be muted: the kind of it, and the name or number by which it is known.

    `topic:NAME`, `story:NUMBER` and `outlet:NAME` say it; without that word it is what alone is called so.

    :raises NothingFound: when nothing is called so, or more than one thing
    """
    prefix, colon, name = said.partition(":")
    if colon and (kind := next((kind for kind in MuteKind if kind == fold(prefix)), None)):
        return kind, _named(store, topics, kind, clean(name, _LONGEST_NAME))
    found = list(_called(store, topics, clean(said, _LONGEST_NAME)))
    if len(found) > 1:
        ways = " or ".join(f"{kind}:{subject}" for kind, subject in found)
        raise NothingFound(f"{clean(said, _LONGEST_NAME)} may be several things; say {ways}")
    if not found:
        raise NothingFound(_nothing(store, topics, clean(said, _LONGEST_NAME)))
    return found[0]


def muted(
    database: Path, topics: Iterable[str], said: str, *, span: timedelta, why: str, now: datetime
) -> Iterator[str]:
    """Mute what is meant by `said` for `span`, beside a running service, and yield sentences on what that means.

    :raises NothingFound: when nothing is meant, or several things
    :raises StoreError: when the archive is not there or cannot be written
    """
    with read_store(database) as store:
        kind, subject = what_is_meant(store, topics, said)
    mute = Mute(kind=kind, subject=subject, why=clean(why, _LONGEST_WHY), created_at=now, until=now + span)
    # Without the lock that the service holds: this is one short transaction, for which SQLite lets others wait.
    with open_store(database) as store, store.writing():
        add_mute(store, mute)
    yield f"{mute}; it ends by itself in {write_duration(span)}, or with: wirewatch unmute {kind}:{_in_shell(subject)}"


def unmuted(database: Path, said: str, *, now: datetime) -> Iterator[str]:
    """End the mutes that are meant by `said`, and yield sentences on what that means.

    :raises NothingFound: when nothing of that name is muted
    :raises StoreError: when the archive is not there or cannot be written
    """
    with read_store(database) as store:
        ending = [mute for mute in mutes_at(store, now) if _is_meant(store, mute, said)]
        if not ending:
            listed = ", ".join(f"{mute.kind}:{mute.subject}" for mute in mutes_at(store, now)) or "nothing"
            raise NothingFound(f"{clean(said, _LONGEST_NAME)} is not muted; muted is {listed}")
    with open_store(database) as store, store.writing():
        for mute in ending:
            end_mute(store, mute.kind, mute.subject, now=now)
    for mute in ending:
        yield f"{mute.kind} {mute.subject} is told again; what was muted meanwhile is not"


def _named(store: Store, topics: Iterable[str], kind: MuteKind, name: str) -> str:
    """Return what is called `name`, when its kind was said."""
    if not name:
        raise NothingFound(f"say which {kind}: {kind}:{'NUMBER' if kind is MuteKind.STORY else 'NAME'}")
    if kind is MuteKind.STORY:
        return str(find_story(store, name).id)
    if kind is MuteKind.OUTLET:
        return _outlet(store, name) or name  # it may come later
    topic = _topic(topics, name)
    if topic is None:
        hint = did_you_mean(name, tuple(topics))
        raise NothingFound(f"no topic of the configuration is called {name}{hint}")
    return topic


def _called(store: Store, topics: Iterable[str], name: str) -> Iterator[tuple[MuteKind, str]]:
    """Yield what is called `name`, of every kind."""
    number = number_in(name)
    if topic := _topic(topics, name):
        yield MuteKind.TOPIC, topic
    if number is not None and (home := home_of(store, number)) is not None:
        yield MuteKind.STORY, str(home)
    if outlet := _outlet(store, name):
        yield MuteKind.OUTLET, outlet


def _topic(topics: Iterable[str], name: str) -> str | None:
    return next((topic for topic in topics if fold(topic) == fold(name)), None)


def _outlet(store: Store, name: str) -> str | None:
    """Return the name of the outlet that is called so: in the table of outlets, or as it was seen."""
    if known := outlet_named(name):
        return known.name
    return next((seen for seen in outlets_known(store) if fold(seen) == fold(name)), None)


def _nothing(store: Store, topics: Iterable[str], name: str) -> str:
    hint = did_you_mean(name, (*topics, *outlets_known(store)))
    kinds = "neither a topic of the configuration, nor the number of a story, nor an outlet that was seen"
    return f"{name} is {kinds}{hint}"


def _is_meant(store: Store, mute: Mute, said: str) -> bool:
    prefix, colon, name = said.partition(":")
    names: Sequence[str] = [said, name] if colon and fold(prefix) == mute.kind else [said]
    if mute.kind is not MuteKind.STORY:
        return any(fold(each) == fold(mute.subject) for each in names)
    numbers = [number for each in names if (number := number_in(each)) is not None]
    return any(home_of(store, number) == home_of(store, int(mute.subject)) for number in numbers)


def _in_shell(subject: str) -> str:
    return f'"{subject}"' if " " in subject else subject
