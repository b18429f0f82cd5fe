"""Channel addresses, which are passwords: taken from the environment or a file, never shown."""

import re
from collections.abc import Mapping
from pathlib import Path

from alerts.settings import Channel
from scheduler.config_mistakes import Fault
from scheduler.config_secrets import NotYetError, read_secret
from scheduler.config_yaml import Tree

_SERVICE = re.compile(r"[a-z][a-z0-9]{1,19}://", re.I)
_ANOTHER = re.compile(r"[\s,]\S+://")


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
        except NotYetError as error:
            channels.append(Channel(name=name, waits_for=str(error)))
        except ValueError as error:
            faults.append(Fault(path=path, sentence=str(error)))
    return tuple(channels), faults


def _address(written: str, environment: Mapping[str, str], folder: Path) -> str:
    address = read_secret(written, environment, folder, what="address")
    if not _SERVICE.match(address):
        raise ValueError("an address begins with a service and ://, such as mailto:// or slack://")
    if _ANOTHER.search(address) or not address.isprintable():
        raise ValueError("a channel has one address on one line; give each address a channel of its own")
    from alerts.channels import fault_of_address  # here, because Apprise takes half a second to load

    if fault := fault_of_address(address):
        raise ValueError(fault)
    return address
