"""What a server says that was only led to is held against it, and not against the host that led there: M6, M12."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from crawler.limits import CrawlLimits
from scheduler.config import load_config
from scheduler.crawling import Polled, run_crawl
from scheduler.service import begin
from scheduler.watch import watch_of
from stories.store import Store, open_store
from stories.store_feeds import due_feeds, feed_by_id
from stories.store_hosts import waiting_hosts
from tests.feed_server import answer, running_feed_server
from tests.polling import HOUR, NOW
from tests.running_service import write_config

RSS = b"<rss version='2.0'><channel><title>T</title></channel></rss>"
LIMITS = CrawlLimits(public=("127.0.0.0/8",))


def crawled(folder: Path, store: Store, feeds: Sequence[str], *, now: datetime) -> dict[str, Polled]:
    """Ask those of `feeds` that are due, and return what came by the ends of their addresses."""
    config = load_config(write_config(folder, feeds=dict.fromkeys(feeds, "5m"), channels={"c": "console://"}), {})
    begin(store, config, now=now)

    async def all_of_them() -> list[Polled]:
        due = due_feeds(store, now=now)
        polls = run_crawl(store, due, watch_of(config), limits=LIMITS, clock=lambda: now, chance=lambda: 0.0)
        return [polled async for polled in polls]

    return {polled.feed.address.rsplit("/", 1)[1]: polled for polled in asyncio.run(all_of_them())}


def test_m6_m12_a_refusal_and_a_410_behind_a_temporary_redirect_are_not_the_configured_hosts(tmp_path: Path) -> None:
    with running_feed_server() as server, open_store(tmp_path / "archive.db") as store:

        def leads(path: str, status: int, to: str, host: str) -> str:
            server.serve(path, answer(status=status, headers={"Location": server.address(to, host=host)}))
            return server.address(path, host="127.0.9.1")

        server.serve("/busy", answer(status=429, headers={"Retry-After": "80000"}))
        server.serve("/gone", answer(status=410))
        server.serve("/well", answer(RSS, headers={"ETag": '"1"'}))
        feeds = [
            leads("/to-busy", 302, "/busy", "127.0.9.2"),
            leads("/for-now", 307, "/gone", "127.0.9.3"),
            leads("/for-good", 301, "/gone", "127.0.9.3"),
            server.address("/well", host="127.0.9.1"),
        ]
        first = crawled(tmp_path, store, feeds, now=NOW)
        assert first["to-busy"].result.status == 429
        assert list(waiting_hosts(store, now=NOW)) == ["127.0.9.2"]
        states = {path: feed_by_id(store, polled.feed.id) for path, polled in first.items()}
        assert [states[path].retired_at for path in ("for-now", "for-good")] == [None, NOW]
        assert states["for-now"].errors_in_a_row == 1
        assert crawled(tmp_path, store, feeds, now=NOW + 6 * HOUR).keys() == {"for-now", "well"}
