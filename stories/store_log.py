"""Whether commits that were written to the archive's log cannot be read from it any more.

SQLite reads its write-ahead log up to the first frame whose checksum is wrong, and says nothing of those behind it.
"""

import sqlite3
import struct
from collections import Counter
from contextlib import closing
from pathlib import Path

from stories.store import UNREADABLE

_HEADER, _FRAME = 32, 24  # bytes (https://www.sqlite.org/fileformat2.html#walformat)
_USUAL_PAGE, _NO_COMMIT = 4096, bytes(4)
_READ_UP_TO = slice(16, 20)  # of the index of the log (https://www.sqlite.org/walformat.html)
# The last commit may have been cut off by a crash while it was written: then nobody was told that it is kept.
_UNFINISHED = 1


def has_lost_commits(database: Path) -> bool:
    """Whether the log of an archive that nobody has open holds commits behind what SQLite still reads of it.

    False when the archive cannot be opened at all.
    """
    log = database.with_name(f"{database.name}-wal")
    try:
        if not log.exists() or log.stat().st_size <= _HEADER:
            return False
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA busy_timeout = 10000")
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # has the log read
            with database.with_name(f"{database.name}-shm").open("rb") as index:
                (read_up_to,) = struct.unpack("=I", index.read(136)[_READ_UP_TO])
            return _commits_behind(log, read_up_to) > _UNFINISHED
    except (*UNREADABLE, OSError, struct.error):
        return False


def _commits_behind(log: Path, read_up_to: int) -> int:
    """Return how many commits of the log's present generation stand behind the frames that are read."""
    commits: Counter[bytes] = Counter()  # by the salts of their generation: older ones stand behind the present one
    with log.open("rb") as file:
        header = file.read(_HEADER)
        (page_size,) = struct.unpack(">I", header[8:12])
        step = _FRAME + (page_size if _is_whole(header) else _USUAL_PAGE)
        file.seek(_HEADER + read_up_to * step)
        while len(frame := file.read(step)) == step:
            if frame[4:8] != _NO_COMMIT:
                commits[frame[8:16]] += 1
    if _is_whole(header):
        return commits[header[16:24]]
    return max(commits.values(), default=0)  # nothing is read, not even whose frames they are


def _is_whole(header: bytes) -> bool:
    """Whether the log's header has the checksum that it says."""
    order = ">" if header[3] & 1 else "<"
    first = second = 0
    for one, other in struct.iter_unpack(f"{order}II", header[:24]):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return header[:3] == b"\x37\x7f\x06" and struct.unpack(">II", header[24:32]) == (first, second)
