"""`wirewatch` as it is, but that it dies where the folder it runs in says: `python -m tests.failpoints_service run`."""

import multiprocessing
from pathlib import Path

import crawler.crawl  # noqa: F401  first: it says what crawl processes are forked with
from scheduler.cli import main
from tests.failpoints import die_as_told

if __name__ == "__main__":
    multiprocessing.get_context("forkserver").set_forkserver_preload(["crawler.child", "tests.failpoints_crawl"])
    die_as_told(Path.cwd())
    main()
