"""What is worth a thought in who can read and write a configuration and its secrets. No sentence has any of those."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from scheduler.config_heartbeat import HEARTBEAT_ADDRESS
from scheduler.config_mistakes import brief
from scheduler.config_secrets import file_of, is_kept_elsewhere
from scheduler.config_yaml import Tree

_SECRET_HEADER = re.compile("auth|cookie|key|token|secret|password", re.I)
_MOUNTED = "/run/secrets"  # where containers get theirs, readable for all in a machine of their own
_WITHOUT_SECRET = ("console:", "syslog:", "file:")
# A program on this machine, without a login or a header: what it is told can be no more secret than the machine.
_ON_THIS_MACHINE = re.compile(r"(?:json|form|xml)s?://(?:127(?:\.\d+){3}|localhost|\[::1\])(?::\d+)?(?:/[^?@]*)?", re.I)


def notes_on_rights(path: Path, *, user: int | None = None) -> Iterator[str]:
    """Yield how somebody else than `user` (by number; who runs this) and the administrator could edit the file `path`.

    Who edits it says what is asked and who is told. It can have no command run: no channel does that.
    """
    try:
        found = path.stat()
    except OSError:  # an editor is just putting a new file in its place
        return
    if found.st_mode & stat.S_IWOTH:
        yield f"{path.name} can be changed by everybody on this machine; chmod o-w helps"
    if found.st_uid not in (0, os.geteuid() if user is None else user):
        yield f"{path.name} belongs to another user of this machine, who can change it; chown helps"


def notes_on_channels(tree: Tree, path: Path) -> Iterator[str]:
    """Yield one sentence for each channel in the file `path` whose address is written out there."""
    written_out = [
        str(channel[1])
        for channel, written in tree.texts("channels", None, "url")
        if "${" not in written
        and not written.startswith(_WITHOUT_SECRET)
        and not _ON_THIS_MACHINE.fullmatch(written.strip())
    ]
    for name in written_out:
        yield f"channel {name}: its address is a password; put it into a variable or a file of its own"
    if written_out and _others_can_read(path):
        yield f"{path.name} holds a password and others on this machine can read it; chmod 600 helps"


def notes_on_secret_files(tree: Tree, folder: Path) -> Iterator[str]:
    """Yield one sentence for each file that `tree` names as the place of a secret and that others can read."""
    written = [
        *tree.texts("channels", None, "url"),
        *tree.texts("feeds", None, "headers", None),
        *tree.texts(*HEARTBEAT_ADDRESS),
    ]
    for path in dict.fromkeys(path for _, text in written if (path := file_of(text, folder))):
        if _others_can_read(path) and not path.is_relative_to(_MOUNTED):
            yield f"{brief(path.name)} holds a secret and others on this machine can read it; chmod 600 helps"


def notes_on_headers(tree: Tree, path: Path) -> Iterator[str]:
    """Yield one sentence for each header in the file `path` that looks like a secret and is written out there."""
    written_out = [
        header[1]
        for header, written in tree.texts("feeds", None, "headers", None)
        if _SECRET_HEADER.search(str(header[3])) and not is_kept_elsewhere(written)
    ]
    for number in dict.fromkeys(written_out):
        feed = tree.text("feeds", number, "name")
        yield f"feed {feed}: a header of it is a secret; put it into a variable or a file of its own"
    if written_out and _others_can_read(path):
        yield f"{path.name} holds a secret and others on this machine can read it; chmod 600 helps"


def _others_can_read(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & 0o044)
    except OSError:  # an editor is just putting a new file in its place
        return False
