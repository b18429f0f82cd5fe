"""A round of the real service in which every logger says everything, and a crash: `python -m tests.talkative`."""

import asyncio
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any

from alerts.channels import send
from alerts.medium import Message
from scheduler.config import Config, load_config
from scheduler.config_known_secrets import keep_secrets_out_of_log
from scheduler.service import poll_once
from scheduler.service_log import service_log
from scheduler.surroundings import real_surroundings
from stories.store import open_store

_resolve: Any = socket.getaddrinfo


def _nearby(host: str, *more: Any, **others: Any) -> Any:
    """Know no other machine: a test leads nowhere but to this one."""
    if not str(host).startswith("127."):
        raise socket.gaierror(-2, f"Name or service not known: {host}")
    return _resolve(host, *more, **others)


def main(path: Path) -> None:
    vars(socket)["getaddrinfo"] = _nearby
    config = load_config(path, os.environ)
    keep_secrets_out_of_log(config)
    with service_log(level=1, form="text"):
        for name in ("apprise", "urllib3", "asyncio", "apscheduler", "requests", "scrapy"):
            logger = logging.getLogger(name)
            logger.propagate, logger.disabled = True, False
            logger.setLevel(1)
        asyncio.run(_round(config))
        for channel in config.channels:
            assert channel.url
            logging.debug("sending to %s %r", channel.url, send(channel.url, Message(title="A test", body="Of words.")))
        try:
            raise RuntimeError(f"{[channel.url for channel in config.channels]}, {config.feeds[0].address}")
        except RuntimeError:
            logging.exception("a crash")
        logging.info("everything was said")


async def _round(config: Config) -> None:
    with open_store(config.service.database) as store:
        async for polled in poll_once(config, store, real_surroundings()):
            logging.debug("%r", polled)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
