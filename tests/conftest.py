"""What many tests need: an archive on disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stories.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new archive in a file."""
    with open_store(tmp_path / "archive.db") as opened:
        yield opened
