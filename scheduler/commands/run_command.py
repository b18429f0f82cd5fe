"""`wirewatch run`: the service in the foreground, for a service manager or a terminal."""

import asyncio
import logging
import signal

import click

from scheduler.options import Paths, with_paths


@click.command("run")
@with_paths
def command(paths: Paths) -> None:
    """Run the service until it is told to stop (Ctrl-C, SIGTERM).

    It asks every feed at its own interval, archives what is new, and tells the channels of the topics that match. One
    log line for each crawl goes to standard error. A stop takes at most ten seconds; what was under way goes on at the
    next start. Only one process can run over an archive.
    """
    from scheduler.lock import only_writer
    from scheduler.logs import set_up_log
    from scheduler.service import Service
    from scheduler.service_log import service_log
    from scheduler.surroundings import real_surroundings, take_secrets_out_of_environment
    from stories.store import open_store

    set_up_log(logging.INFO)
    config = paths.load()
    take_secrets_out_of_environment()

    async def serve() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        with only_writer(config.service.database), open_store(config.service.database) as store:
            await Service(config, store, real_surroundings()).run(stop)

    with service_log(level=config.service.log.number, form=config.service.log.format):
        asyncio.run(serve())
