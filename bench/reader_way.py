"""The rival that others point to: the library `reader` (PyPI), which keeps feeds in SQLite as we do.

`python -m bench.reader_way DATABASE PORT FEEDS` polls all feeds once for each line on its standard input, with four
workers. It parses with feedparser, asks conditionally, and stores; it matches nothing and groups nothing.
"""

import json
import logging
import sys

from reader import make_reader

from bench.feed_farm import addresses

_WORKERS = 4


def main(database: str, port: int, feeds: int) -> None:
    """Poll for each line of standard input and say how many entries are kept."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    with make_reader(database) as reader:
        for address in addresses(feeds, port):
            reader.add_feed(address)
        print("{}", flush=True)
        for _ in sys.stdin:
            reader.update_feeds(scheduled=False, workers=_WORKERS)  # all, as ours does
            print(json.dumps({"articles": reader.get_entry_counts().total}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
