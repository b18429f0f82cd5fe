"""Channel addresses, which are passwords: taken from the environment or a file, never shown."""

import re
from collections.abc import Mapping
from pathlib import Path

from alerts.settings import Channel
from scheduler.config_mistakes import Fault, brief
from scheduler.config_yaml import Tree

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SERVICE = re.compile(r"[a-z][a-z0-9]{1,19}://", re.I)
_ANOTHER = re.compile(r"[\s,]\S+://")
_LONGEST = 8192


class _NotYetError(Exception):
    """What an address waits for."""


def resolve_channels(
    tree: Tree, environment: Mapping[str, str], folder: Path
) -> tuple[tuple[Channel, ...], list[Fault]]:
    """Return the channels in `tree` with their addresses, or what they wait for; and what is wrong with them.

    No sentence contains anything of an address.
    """
    channels: list[Channel] = []
    faults: list[Fault] = []
    for path, written in tree.texts("channels", None, "url"):
        name = str(path[1])
        try:
            channels.append(Channel(name=name, url=_address(written, environment, folder)))
        except _NotYetError as error:
            channels.append(Channel(name=name, waits_for=str(error)))
        except ValueError as error:
            faults.append(Fault(path=path, sentence=str(error)))
    return tuple(channels), faults


def _address(written: str, environment: Mapping[str, str], folder: Path) -> str:
    address = _filled_in(written.strip(), environment)
    if address.startswith("file:"):
        address = _from_file(folder / address.removeprefix("file:").replace("//", "/", 1))
    if not _SERVICE.match(address):
        raise ValueError("an address begins with a service and ://, such as mailto:// or slack://")
    if _ANOTHER.search(address) or not address.isprintable():
        raise ValueError("a channel has one address on one line; give each address a channel of its own")
    from alerts.channels import fault_of_address  # here, because Apprise takes half a second to load

    if fault := fault_of_address(address):
        raise ValueError(fault)
    return address


def _filled_in(written: str, environment: Mapping[str, str]) -> str:
    if "${" in _VARIABLE.sub("", written):
        raise ValueError("after ${ a variable's name and } are expected, such as ${WIREWATCH_SLACK_URL}")
    # An empty variable is what a container gets for one that nobody set.
    missing = sorted({name for name in _VARIABLE.findall(written) if not environment.get(name)})
    if missing:
        raise _NotYetError(f"the variable {' and '.join(missing)}")
    return _VARIABLE.sub(lambda variable: environment[variable[1]], written).strip()


def _from_file(path: Path) -> str:
    shown = brief(path.name)
    try:
        if path.exists() and not path.is_file():
            raise ValueError(f"{shown} is not a file; expected one that holds the address and nothing else")
        with path.open(encoding="utf-8") as file:
            content = file.read(_LONGEST + 1).strip()
    except FileNotFoundError:
        raise _NotYetError(f"the file {shown}") from None
    except OSError as error:
        raise ValueError(f"the file {shown} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"the file {shown} is no text in UTF-8") from None
    if not content or len(content) > _LONGEST or len(content.splitlines()) > 1:
        raise ValueError(f"the file {shown} must hold the address on one line and nothing else")
    return content
