"""Running commands as a person does: in a folder, with a home of its own and nothing else in the environment."""

import contextlib
import os
import pty
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

WIREWATCH = Path(sys.executable).with_name("wirewatch")
_PATIENCE = 120

Run = Callable[..., subprocess.CompletedProcess[str]]


def in_folder(folder: Path, **always: str) -> Run:
    """Return a function that runs `wirewatch WORDS` in `folder`; keywords add to its environment."""

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [WIREWATCH, *words],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), **always, **more},
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )

    return run


def at_a_terminal(folder: Path, *words: str, keys: str, question: str) -> tuple[int, str]:
    """Run `wirewatch WORDS` in `folder` at a terminal; type one of `keys` whenever it asks `question`.

    Return its exit code and all it said; what it prints is no terminal, only where it reads from.
    """
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [WIREWATCH, *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "COLUMNS": "80", "PYTHONUNBUFFERED": "1"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
    ) as process:
        try:
            assert process.stdout
            said = b""
            for number, key in enumerate(keys, 1):
                while said.count(question.encode()) < number:
                    more = os.read(process.stdout.fileno(), 65536)
                    assert more, said.decode()
                    said += more
                _wait_until_single_keys_are_taken(theirs)
                os.write(ours, key.encode())
            rest, _ = process.communicate(timeout=_PATIENCE)
        finally:
            process.kill()
            os.close(ours)
            os.close(theirs)
    return process.returncode, (said + rest).decode()


def on_a_terminal(folder: Path, *words: str, columns: int) -> tuple[int, str]:
    """Run `wirewatch WORDS` in `folder`, printing to a terminal of so many columns; return its exit code and words."""
    ours, theirs = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "COLUMNS": str(columns), "TERM": "dumb"}
    with subprocess.Popen([WIREWATCH, *words], cwd=folder, env=environment, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        with contextlib.suppress(OSError):  # which is how a terminal says that nobody is left at its other end
            while part := os.read(ours, 65536):
                said += part
        code = process.wait(_PATIENCE)
    os.close(ours)
    return code, said.decode()


def _wait_until_single_keys_are_taken(terminal: int) -> None:
    """Wait until `terminal` is read key by key and not line by line: what is typed before is thrown away."""
    give_up_at = time.monotonic() + _PATIENCE
    while termios.tcgetattr(terminal)[3] & termios.ICANON:
        assert time.monotonic() < give_up_at, "the command waits for no key"
        time.sleep(0.005)
