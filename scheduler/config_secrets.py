"""Secrets of a configuration: named in it, kept in the environment or a file of their own, never shown."""

import re
from collections.abc import Mapping
from pathlib import Path

from scheduler.config_mistakes import brief

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_LONGEST = 8192


class NotYetError(Exception):
    """What a secret waits for."""


def is_kept_elsewhere(written: str) -> bool:
    """Whether `written` names the place of a secret and does not hold it."""
    return "${" in written or written.startswith("file:")


def file_of(written: str, folder: Path) -> Path | None:
    """Return the file behind `file:` in what was `written`, if there is one and no variable is needed to know it."""
    named = written.strip()
    if not named.startswith("file:") or "${" in named:
        return None
    return _path(named, folder)


def read_secret(written: str, environment: Mapping[str, str], folder: Path, *, what: str) -> str:
    """Return `written` with `${NAME}` taken from `environment`, or what is in the file behind `file:`.

    No error contains anything of what was read; `what` it is stands in them.

    :raises NotYetError: when a variable is not set or the file is not there
    :raises ValueError: when it cannot be read
    """
    secret = _filled_in(written.strip(), environment)
    if not secret.startswith("file:"):
        return secret
    return _from_file(_path(secret, folder), what)


def _path(named: str, folder: Path) -> Path:
    return folder / named.removeprefix("file:").replace("//", "/", 1)


def _filled_in(written: str, environment: Mapping[str, str]) -> str:
    if "${" in _VARIABLE.sub("", written):
        raise ValueError("after ${ a variable's name and } are expected, such as ${WIREWATCH_SLACK_URL}")
    # An empty variable is what a container gets for one that nobody set.
    missing = sorted({name for name in _VARIABLE.findall(written) if not environment.get(name)})
    if missing:
        raise NotYetError(f"the variable {' and '.join(missing)}")
    return _VARIABLE.sub(lambda variable: environment[variable[1]], written).strip()


def _from_file(path: Path, what: str) -> str:
    shown = brief(path.name)
    try:
        if path.exists() and not path.is_file():
            raise ValueError(f"{shown} is not a file; expected one that holds the {what} and nothing else")
        with path.open(encoding="utf-8") as file:
            content = file.read(_LONGEST + 1).strip()
    except FileNotFoundError:
        raise NotYetError(f"the file {shown}") from None
    except OSError as error:
        raise ValueError(f"the file {shown} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"the file {shown} is no text in UTF-8") from None
    if not content or len(content) > _LONGEST or len(content.splitlines()) > 1:
        raise ValueError(f"the file {shown} must hold the {what} on one line and nothing else")
    return content
