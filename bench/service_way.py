"""Our side: polls as the service makes them, without its timetable and its senders.

`python -m bench.service_way DATABASE PORT FEEDS` polls all feeds once for each line on its standard input. The archive,
the crawls side by side, their processes and the topics of the shipped configuration are the real ones; only the clock
is put forward a day for each round, so that every feed is due.
"""

import asyncio
import json
import logging
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.feed_farm import addresses
from crawler.crawl import prepare
from crawler.poll import Outcome
from crawler.settings import FeedSettings
from scheduler.config import Config, load_config
from scheduler.crawling import Polled, account_of, crawl_limits, run_crawl
from scheduler.service import begin
from scheduler.timetable import plan_crawls
from scheduler.watch import Watch, watch_of
from stories.store import Store, open_store
from stories.store_articles import count_articles
from stories.store_feeds import FeedState, due_feeds

SHIPPED = Path(__file__).parent.parent / "config.yaml"


async def poll(store: Store, config: Config, watch: Watch, *, ahead: timedelta) -> list[tuple[Polled, float]]:
    """Ask all feeds that are due, as many crawls side by side as the service would start.

    Each comes with the seconds after which it was committed.
    """
    began = time.perf_counter()

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    async def crawl(feeds: Sequence[FeedState]) -> list[tuple[Polled, float]]:
        limits = crawl_limits(config.service)
        polls = run_crawl(store, feeds, watch, limits=limits, clock=clock, chance=random.random)
        return [(each, time.perf_counter() - began) async for each in polls]

    due = due_feeds(store, now=clock())
    plans = plan_crawls(due, busy_hosts=frozenset(), room=config.service.crawls_at_once)
    return [polled for crawled in await asyncio.gather(*map(crawl, plans)) for polled in crawled]


def main(database: str, port: int, feeds: int) -> None:
    """Poll for each line of standard input and say how many articles are kept and what the round came to."""
    logging.basicConfig(level=logging.ERROR)  # a feed that fails is counted
    shipped = load_config(SHIPPED, os.environ)
    farm = tuple(
        FeedSettings.model_validate({"address": address, "name": f"Outlet {number}", "allow_private": True})
        for number, address in enumerate(addresses(feeds, port))
    )
    config = replace(shipped, feeds=farm)
    watch = watch_of(config)
    with open_store(Path(database)) as store:
        begin(store, config, now=datetime.now(UTC))
        prepare()
        _wait_for_what_is_loaded_once()
        print("{}", flush=True)
        for day, _ in enumerate(sys.stdin):
            polled = asyncio.run(poll(store, config, watch, ahead=timedelta(days=day)))
            account = account_of([each for each, _ in polled], took=timedelta())
            good = [seconds for each, seconds in polled if each.result.outcome is not Outcome.FAILED]
            came_to = (
                f"{account.answered} answered, {account.unchanged} unchanged, {account.failed} failed;"
                f" {account.counts.new} new articles, {account.counts.matches} matches"
            )
            said = {"articles": count_articles(store), "came_to": came_to, "last_good": max(good, default=0.0)}
            print(json.dumps(said), flush=True)


def _wait_for_what_is_loaded_once() -> None:
    """Return when the process that crawls are forked from is ready: the service starts it once in its life."""
    first = multiprocessing.get_context("forkserver").Process(target=int)
    first.start()
    first.join()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
