"""What many tests need: an archive on disk, and a log as it was."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from stories.store import Store, open_store
from tests.receivers import Webhook, running_webhook


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
