"""What the night's work costs: a check, a backup beside somebody who writes, and texts and articles that go."""

import random
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from stories.model import ArchivedArticle, Article
from stories.store import Store, open_store
from stories.store_articles import add_article, start_story
from stories.store_backup import back_up
from stories.store_retention import Place, let_articles_go, let_texts_go
from stories.store_soundness import check_soundness

NOW = datetime(2026, 11, 23, tzinfo=UTC)
_AT_ONCE = 50


def main(articles: int = 100_000) -> None:
    """Print how long each work takes with so many articles, and how long a writer waits at most."""
    with TemporaryDirectory() as folder, open_store(Path(folder) / "archive.db") as store:
        fill(store, articles)
        size = store.path.stat().st_size
        print(f"{articles} articles, {size / 1e6:.0f} MB, {size / articles:.0f} bytes an article")
        print(f"check: {timed(lambda: check_soundness(store.path)):.1f} s")
        waits: list[float] = []
        copying = threading.Thread(target=back_up, args=(store.path, Path(folder) / "backup.db"))
        began = time.monotonic()
        copying.start()
        while copying.is_alive():
            waits.append(timed(lambda: touch(store)))
            time.sleep(0.02)
        print(f"backup, checked: {time.monotonic() - began:.1f} s; {report(waits)} for a write beside it")
        store.db.execute("UPDATE stories SET is_over = 1")
        steps: list[float] = []
        place: Place | None = Place()
        began, gone = time.monotonic(), 0
        while place:
            at = time.monotonic()
            step = let_texts_go(store, seen_before=NOW, after=place, most=_AT_ONCE, now=NOW)
            steps.append(time.monotonic() - at)
            gone, place = gone + step.gone, step.place
        print(f"{gone} texts let go in {time.monotonic() - began:.1f} s; {report(steps)} for a step")
        steps, place = [], Place()
        began, gone = time.monotonic(), 0
        while place:
            at = time.monotonic()
            let_go = let_articles_go(store, seen_before=NOW, after=place, most=_AT_ONCE)
            steps.append(time.monotonic() - at)
            gone, place = gone + let_go.gone, let_go.place
        print(f"{gone} articles let go in {time.monotonic() - began:.1f} s; {report(steps)} for a step")


def fill(store: Store, articles: int) -> None:
    """Write articles of some 400 words each, three to a story."""
    dice = random.Random(1)
    words = ["".join(dice.choices("abcdefghijklmnop", k=dice.randint(3, 9))) for _ in range(20_000)]
    story = 0
    for first in range(0, articles, 1000):
        with store.writing():
            for number in range(first, min(first + 1000, articles)):
                at = NOW - timedelta(days=1000) + timedelta(minutes=number)
                if number % 3 == 0:
                    story = start_story(store, at=at)
                said = Article(
                    title=" ".join(dice.choices(words, k=10)),
                    url=f"https://news.example/{number}",
                    text=" ".join(dice.choices(words, k=400)),
                    outlet="The Example",
                    published_at=at,
                )
                add_article(
                    store, ArchivedArticle(id=f"{number:016x}", story_id=story, seen_at=at, article=said), feed_id=None
                )


def touch(store: Store) -> None:
    """Write as little as a poll that brought nothing."""
    with store.writing():
        store.db.execute("UPDATE stories SET is_over = 0 WHERE id = 1")


def timed(work: object) -> float:
    """Return how many seconds a work takes."""
    began = time.monotonic()
    work()  # type: ignore[operator]
    return time.monotonic() - began


def report(seconds: list[float]) -> str:
    """Return the median and the longest of some times."""
    return f"{sorted(seconds)[len(seconds) // 2] * 1000:.0f} ms, at most {max(seconds) * 1000:.0f} ms"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
