"""The floor: what a running service would ask, asked by the same crawls, with nothing done with what they bring.

`python -m bench.crawl_alone DATABASE CONFIG` asks all feeds of the archive once for each line on its standard
input, and says when the result of each was here.
"""

import asyncio
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from bench.feed_farm import addresses
from crawler.crawl import crawl, prepare
from scheduler.config import Config, load_config
from scheduler.crawling import crawl_limits, request_for
from scheduler.timetable import plan_crawls
from scheduler.watch import watch_of
from stories.store import Store, read_store
from stories.store_feeds import FeedState, watched_feeds


async def ask(store: Store, config: Config) -> dict[int, float]:
    """Return for each feed of the farm when its result came."""
    watch, now = watch_of(config), datetime.now(UTC)
    feeds = watched_feeds(store)
    numbers = {address: number for number, address in enumerate(addresses(len(feeds), _port(feeds)))}
    number_of = {feed.id: numbers[feed.address] for feed in feeds}
    came: dict[int, float] = {}

    async def one(crawled: Sequence[FeedState]) -> None:
        requests = [request_for(feed, watch, now=now) for feed in crawled]
        async for result in crawl(requests, limits=crawl_limits(config.service)):
            came[number_of[result.feed_id]] = time.time()

    plans = plan_crawls(feeds, busy_hosts=frozenset(), room=config.service.crawls_at_once)
    await asyncio.gather(*map(one, plans))
    return came


def _port(feeds: Sequence[FeedState]) -> int:
    return urlsplit(feeds[0].address).port or 80


def main(database: str, config: str) -> None:
    """Ask for each line of standard input."""
    loaded = load_config(Path(config), os.environ)
    prepare()
    first = multiprocessing.get_context("forkserver").Process(target=int)
    first.start()
    first.join()
    print("{}", flush=True)
    for _ in sys.stdin:
        with read_store(Path(database)) as store:
            print(json.dumps({"came": asyncio.run(ask(store, loaded))}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
