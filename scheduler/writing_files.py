"""Files that people ask for: written whole or not at all, and never through a link to somewhere else."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import click

_SPECIAL = frozenset({"CON", "PRN", "AUX", "NUL"})  # devices, wherever such a name is taken to Windows


def refuse_target(path: Path, *, beside: Path | None = None) -> None:
    """Refuse a path at which no file of ours may be made: a link, a folder, a device, the archive itself.

    :raises click.BadParameter: with what is wrong and what to do
    """
    try:
        if "\0" in str(path):
            raise ValueError("there is a NUL in it")
        fault = _fault_of(path, beside)
    except (OSError, ValueError) as error:  # too long, or with a NUL in it
        fault = f"no file can be called so ({getattr(error, 'strerror', None) or error})"
    if fault:
        raise click.BadParameter(fault)


@contextmanager
def written_whole(path: Path) -> Iterator[IO[str]]:
    """Give a text file in UTF-8 that takes the place of `path` when all of it was written, and else leaves no trace.

    :raises click.BadParameter: when no file may be made there
    :raises click.ClickException: when it cannot be written: the disk is full, or nothing may be written there
    """
    refuse_target(path)
    half_done = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(half_done, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        half_done.replace(path)
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        with suppress(OSError):
            half_done.unlink(missing_ok=True)


def _fault_of(path: Path, beside: Path | None) -> str | None:
    is_there = path.exists()
    faults = {
        f"{path} is a folder; name a file in it": not path.name or path.is_dir(),
        f"{path.name} is the name of a device on some systems; choose another one": path.stem.upper() in _SPECIAL,
        f"{path} is a link; name the file itself": path.is_symlink(),
        f"the folder {path.parent} does not exist": not path.parent.is_dir(),
        f"{path} is no file but a pipe or a device": is_there and not path.is_file(),
        f"{path} is the archive itself": is_there and beside is not None and path.samefile(beside),
    }
    return next((sentence for sentence, holds in faults.items() if holds), None)
