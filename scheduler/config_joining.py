"""The parts of a configuration held side by side, whatever file they stand in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scheduler.config_mistakes import Fault, KeyPath
from scheduler.config_parts import Part
from scheduler.config_schema import ConfigFile
from scheduler.config_yaml import Tree

_LISTS = ("feeds", "topics")
_DEEP = len(("feeds", 0))


@dataclass(frozen=True, slots=True)
class Joint:
    """All parts in one tree, in which feeds and topics are counted through all files.

    `twice` are channels that a part defines and another one has defined before.
    """

    parts: Sequence[Part]
    tree: Tree
    twice: Sequence[tuple[Part, Fault]]
    _origins: Mapping[KeyPath, tuple[Part, KeyPath]]

    def settings(self) -> ConfigFile | None:
        """Return what all of them say together, or None when one has mistakes."""
        each_settings = [part.settings for part in self.parts if part.settings]
        if len(each_settings) < len(self.parts):
            return None
        return each_settings[0].model_copy(
            update={
                "feeds": tuple(feed for each in each_settings for feed in each.feeds),
                "topics": tuple(topic for each in each_settings for topic in each.topics),
                "channels": {name: channel for each in each_settings for name, channel in each.channels.items()},
            }
        )

    def own(self, part: Part, faults: Iterable[Fault]) -> list[Fault]:
        """Return those of `faults`, which were found in `tree`, that are of `part`, by its own places."""
        found = [(*self._origins.get(fault.path[:2], (self.parts[0], fault.path[:2])), fault) for fault in faults]
        mine = [replace(fault, path=(*start, *fault.path[2:])) for whose, start, fault in found if whose is part]
        return [*mine, *(fault for whose, fault in self.twice if whose is part)]


def joined(parts: Sequence[Part]) -> Joint:
    """Return `parts`, of which the first is config.yaml, as one."""
    main = parts[0]
    tree = Tree(value=main.tree.value, places=dict(main.tree.places), name=main.path.name)
    origins: dict[KeyPath, tuple[Part, KeyPath]] = {}
    twice: list[tuple[Part, Fault]] = []
    for part in parts[1:]:
        known = set(tree.keys("channels"))
        twice += [(part, _twice(tree, name)) for name in part.tree.keys("channels") if name in known]
        before = {section: len(_items(tree, section)) for section in _LISTS}
        file = _shown(part.path, main.path)
        for path, place in part.tree.places.items():
            if len(path) < _DEEP or (path[0] == "channels" and path[1] in known):
                continue
            number = path[1]
            start = (path[0], number + before[str(path[0])] if isinstance(number, int) else number)
            tree.places[*start, *path[_DEEP:]] = replace(place, file=file)
            origins.setdefault(start, (part, path[:_DEEP]))
    return Joint(parts, tree, twice, origins)


def _items(tree: Tree, section: str) -> list[KeyPath]:
    return [path for path in tree.places if len(path) == _DEEP and path[0] == section and isinstance(path[1], int)]


def _twice(tree: Tree, name: str) -> Fault:
    path = ("channels", name)
    sentence = f"this channel is already defined in {tree.where(path)}; each has a name of its own"
    return Fault(path=path, sentence=sentence)


def _shown(path: Path, main: Path) -> str:
    """Return `path` as it is written in the configuration: beside it, or whole."""
    return str(path.relative_to(main.parent) if path.is_relative_to(main.parent) else path)
