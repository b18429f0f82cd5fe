"""What many tests need: an archive on disk, and a log as it was."""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from stories.store import Store, open_store
from tests.receivers import Webhook, running_webhook

_MEMORY = Path("/dev/shm")
_ROOM = 4 * 1024**3  # bytes; the largest test needs a tenth of it


def pytest_configure() -> None:
    """Put the archives of the tests into memory where there is room: half of their time is waiting for a disk.

    What the tests see is the same; that a commit reaches a real disk is SQLite's promise and not theirs.
    """
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """Commands that run in this process set up the log; the next test finds it as if none had."""
    level = logging.root.level
    yield
    logging.root.setLevel(level)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new archive in a file."""
    with open_store(tmp_path / "archive.db") as opened:
        yield opened


@pytest.fixture
def webhook(tmp_path: Path) -> Iterator[Webhook]:
    """A webhook on loopback that writes down what it receives."""
    with running_webhook(tmp_path / "webhook.jsonl") as running:
        yield running
