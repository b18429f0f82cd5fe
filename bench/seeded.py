"""Do the tests bite? Twelve known bugs, each sown into a copy of the last commit: `python -m bench.seeded`.

Each must make at least one test fail that passes without it; the tests named here all run in `make check`.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PATIENCE = 240.0  # seconds for the tests of one bug
_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A bug: what stands in a file, what takes its place, and the tests that are to notice."""

    name: str
    file: str
    sound: str
    seeded: str
    tests: tuple[str, ...]


SEEDS = (
    Seed(
        name="validators committed before stories",
        file="scheduler/ingest.py",
        sound="    reach(Point.BEFORE_BEGIN)\n    with store.writing():\n",
        seeded=(
            "    with store.writing():\n"
            "        before = feed_by_id(store, result.feed_id)\n"
            "        if result.outcome == 'answered':\n"
            "            after = replace(before, etag=result.etag, body_digest=result.body_digest,\n"
            "                            entry_digests=result.entry_digests)\n"
            "            save_changes(store, after, before=before)\n"
            "    reach(Point.BEFORE_BEGIN)\n    with store.writing():\n"
        ),
        tests=("tests/test_ingest.py",),
    ),
    Seed(
        name="marked as sent before it is sent",
        file="stories/store_messages.py",
        sound="UPDATE deliveries SET state = 'sending',",
        seeded="UPDATE deliveries SET state = 'sent', sent_at = not_before,",
        tests=(
            "tests/test_outbox.py",
            "tests/test_killed_at.py::test_killed_at_a_point_between_a_poll_and_its_messages",
        ),
    ),
    Seed(
        name="BEGIN in place of BEGIN IMMEDIATE",
        file="stories/store.py",
        sound='"BEGIN IMMEDIATE"',
        seeded='"BEGIN"',
        tests=("tests/test_store.py",),
    ),
    Seed(
        name="guard looks at what is written, not at what is connected to",
        file="crawler/transport.py",
        sound="        if own and own.allow_private:\n",
        seeded="        if target.number is None or (own and own.allow_private):\n",
        tests=("tests/test_where_we_connect.py",),
    ),
    Seed(
        name="body_format not set",
        file="alerts/channel_plugins.py",
        sound="notify(title=title, body=body, body_format=body_format,",
        seeded="notify(title=title, body=body,",
        tests=("tests/test_channel_services.py", "tests/test_channel_texts.py", "tests/test_channels.py"),
    ),
    Seed(
        name="no cap on headers",
        file="crawler/arriving.py",
        sound="if self.header_bytes > self.limits.header_bytes or self.header_lines > self.limits.header_lines:",
        seeded="if False:",
        tests=("tests/test_hostile_answers.py",),
    ),
    Seed(
        name="retry on 429",
        file="crawler/scrapy_settings.py",
        sound='    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,\n',
        seeded=(
            '    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,\n'
            '    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,\n'
        ),
        tests=("tests/test_manners.py", "tests/test_crawler_crawl.py"),
    ),
    Seed(
        name="grace time of 1 s",
        file="scheduler/service.py",
        sound="misfire_grace_time=None",
        seeded="misfire_grace_time=1",
        tests=("tests/test_leaps.py",),
    ),
    Seed(
        name="a string passed to feedparser",
        file="crawler/parsing.py",
        sound="            io.BytesIO(document),\n",
        seeded="            document.decode('utf-8', 'replace'),\n",
        tests=("tests/test_crawler_parsing.py",),
    ),
    Seed(
        name="aliases not refused",
        file="scheduler/config_yaml.py",
        sound="        if isinstance(event, yaml.AliasEvent):\n            self.fault(",
        seeded="        if isinstance(event, yaml.AliasEvent):\n            str(",
        tests=("tests/test_config_mistakes.py",),
    ),
    Seed(
        name="no lock",
        file="scheduler/lock.py",
        sound="            fcntl.flock(lock, kind | fcntl.LOCK_NB)\n",
        seeded="            pass\n",
        tests=("tests/test_one_instance.py",),
    ),
    Seed(
        name="validators of one feed sent to another",
        file="crawler/spider.py",
        sound='headers["If-None-Match"] = poll.etag',
        seeded='headers["If-None-Match"] = globals().setdefault("_kept", poll.etag)',
        tests=("tests/test_manners.py",),
    ),
)


def try_seed(seed: Seed, copy: Path) -> str:
    """Sow a bug into a copy, run its tests, take it out again; return which test caught it, or why none did."""
    path = copy / seed.file
    sound = path.read_text("utf-8")
    if sound.count(seed.sound) != 1:
        return "NOT SOWN: the code it is for has changed; mend bench/seeded.py"
    path.write_text(sound.replace(seed.sound, seed.seeded), "utf-8")
    try:
        said = _tests(copy, seed.tests)
    finally:
        path.write_text(sound, "utf-8")
    failed = _FAILED.findall(said)
    if not failed:
        return f"NOT CAUGHT: {said.strip().splitlines()[-1]}"
    if _FAILED.search(_tests(copy, failed[:1])):
        return f"NOT CAUGHT: {failed[0]} fails without the bug, too"
    return f"caught by {failed[0]}"


def _tests(copy: Path, tests: tuple[str, ...] | list[str]) -> str:
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--show-capture=no", "--tb=no"]
    try:
        done = subprocess.run(
            [*words, *tests],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"FAILED {tests[0]}  (the tests did not end)"
    return done.stdout + done.stderr


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.seeded", description=__doc__)
    parser.add_argument(
        "numbers", nargs="*", type=int, metavar="NUMBER", help="of the bugs, from 1 on; all unless given"
    )
    said = parser.parse_args()
    are_caught = True
    with tempfile.TemporaryDirectory(prefix="wirewatch-seeded-") as name:
        commit = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", name], input=commit, check=True)
        for number, seed in enumerate(SEEDS, 1):
            if said.numbers and number not in said.numbers:
                continue
            began = time.monotonic()
            outcome = try_seed(seed, Path(name))
            are_caught = are_caught and outcome.startswith("caught")
            print(f"{number:2} {seed.name}: {outcome} ({time.monotonic() - began:.0f} s)", flush=True)
    sys.exit(0 if are_caught else 1)


if __name__ == "__main__":
    main()
