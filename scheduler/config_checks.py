"""What only shows when the parts of a configuration are held side by side."""

from collections.abc import Iterator

from alerts.keywords import keyword_query
from alerts.settings import Channel
from scheduler.config_covering import Key, key_of
from scheduler.config_mistakes import Fault, KeyPath, brief
from scheduler.config_schema import did_you_mean
from scheduler.config_yaml import Tree
from stories.address import safe_address
from stories.text import fold

_STAGE_DEPTH = len(("topics", 0, "stages", 0, "name"))


def faults_between(tree: Tree, channels: tuple[Channel, ...]) -> Iterator[Fault]:
    """Yield names and addresses that are used twice, and topics told to channels that are not there (yet)."""
    yield from _twice(tree, "topics", "name")
    yield from _twice(tree, "feeds", "name")
    yield from _twice(tree, "feeds", "address")
    yield from _stages_twice(tree)
    yield from _stage_words_twice(tree)
    yield from _undefined_channels(tree)
    yield from _waiting_channels(tree, channels)


def _twice(tree: Tree, section: str, key: str) -> Iterator[Fault]:
    first: dict[str, KeyPath] = {}
    for path, text in tree.texts(section, None, key):
        same = (safe_address(text) or text) if key == "address" else fold(text)
        known = first.setdefault(same, path)
        if known != path:
            there = tree.where(known, beside=path)
            yield Fault(
                path=path, sentence=f"this {key} is already used in {there}; each of the {section} needs its own"
            )


def _stages_twice(tree: Tree) -> Iterator[Fault]:
    first: dict[tuple[KeyPath, str], int | None] = {}
    for path in _stages(tree):
        same = (path[:2], fold(str(path[-1])))
        if same in first:
            known = f"stage `{brief(str(path[-1]))}` is already there in line {first[same]}"
            yield Fault(path=path, sentence=f"{known}; each has a name of its own")
        first.setdefault(same, tree.line(path))


def _stage_words_twice(tree: Tree) -> Iterator[Fault]:
    first: dict[tuple[KeyPath, Key], tuple[KeyPath, str]] = {}
    for path, word in tree.texts("topics", None, "stages", None, None, None):
        key = _key_of(word)
        if key is None:  # told as a mistake of its own
            continue
        known, written = first.setdefault((path[:2], key), (path[:-1], word))
        if known != path[:-1]:
            same = "stands" if fold(written) == fold(word) else f"finds what `{brief(written)}` finds, which stands"
            place = f"under `{brief(str(known[-1]))}` in line {tree.line((*known, 0))}"
            yield Fault(path=path, sentence=f"`{brief(word)}` {same} {place}; a word tells one stage")


def _stages(tree: Tree) -> Iterator[KeyPath]:
    """Yield the path of each name of a stage."""
    for path in tree.places:
        if len(path) == _STAGE_DEPTH and path[0] == "topics" and path[2] == "stages" and isinstance(path[3], int):
            yield path


def _key_of(word: str) -> Key | None:
    try:
        return key_of(keyword_query(word))
    except ValueError:
        return None


def _undefined_channels(tree: Tree) -> Iterator[Fault]:
    defined = tree.keys("channels")
    for path, name in _named_channels(tree):
        if name in defined:
            continue
        sentence = f"channel `{brief(name)}` is not defined below `channels`" + did_you_mean(name, defined)
        if "://" in name:
            sentence = "an address stands where the name of a channel is expected; define it below `channels`"
        yield Fault(path=path, sentence=sentence)


def _waiting_channels(tree: Tree, channels: tuple[Channel, ...]) -> Iterator[Fault]:
    waits_for = {channel.name: channel.waits_for for channel in channels if channel.waits_for}
    for path, name in _named_channels(tree):
        if name in waits_for:
            user, mend = _user(tree, path, name)
            about = f"channel {brief(name)}, used by {user}, waits for {waits_for[name]}"
            yield Fault(path=path, sentence=f"{about}; provide it, or {mend}")


def _named_channels(tree: Tree) -> Iterator[tuple[KeyPath, str]]:
    """Yield where channels are named to be told something."""
    yield from tree.texts("topics", None, "channels", None)
    yield from tree.texts("service", "operator")
    yield from tree.texts("service", "operator", None)
    yield from tree.texts("service", "canary", "channel")


def _user(tree: Tree, path: KeyPath, name: str) -> tuple[str, str]:
    """Return what uses a channel, and how it may do without."""
    if path[0] == "topics":
        return f"topic {_topic(tree, path)}", f"take {brief(name)} out of the topic's channels"
    return f"service.{path[1]}", "name another channel there"


def _topic(tree: Tree, path: KeyPath) -> str:
    name = tree.text(*path[:2], "name")
    return brief(name) if name else f"number {int(path[1]) + 1}"
