"""`wirewatch run`: the service in the foreground, for a service manager or a terminal."""

import asyncio
import logging
import os
import signal
import time
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_paths

if TYPE_CHECKING:
    from scheduler.config import Config
    from scheduler.watch import Watch
    from stories.store import Store


@click.command("run")
@with_paths
@click.option(
    "--monitor", metavar="HOST:PORT", help="Answer /healthz and /metrics there, whatever the configuration says."
)
def command(paths: Paths, monitor: str | None) -> None:
    """Run the service until it is told to stop (Ctrl-C, SIGTERM).

    It asks every feed at its own interval, archives what is new, and tells the channels of the topics that match. One
    log line for each crawl goes to standard error. A stop takes at most ten seconds; what was under way goes on at the
    next start. Only one process can run over an archive.

    A configuration that is edited meanwhile is taken over within seconds (at once on SIGHUP). One with mistakes changes
    nothing: the one before stays in use, and the mistakes are logged and told.

    Exits with 0 after a stop, 2 when the configuration cannot be used, 3 when another process runs over the archive,
    4 when the archive cannot be used.
    """
    from scheduler.lock import only_writer, refuse_a_second
    from scheduler.logs import set_up_log

    set_up_log(logging.INFO)
    refuse_a_second(paths.database_path())

    from scheduler.config_operations import host_and_port
    from scheduler.monitor_server import monitoring_at
    from scheduler.monitoring import Monitor
    from scheduler.pulse import Pulse
    from scheduler.recovery import Stops, serve_over
    from scheduler.reloading import keep_config
    from scheduler.service import Service
    from scheduler.service_log import service_log
    from scheduler.surroundings import real_surroundings, take_secrets_out_of_environment
    from scheduler.systemd import keep_informed, manager_of
    from scheduler.upkeep_rules import backups_folder
    from scheduler.wellness import what_hangs

    set_up_log(logging.INFO)
    try:
        listens_at = monitor and host_and_port(monitor)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--monitor") from None
    path = paths.config_path.absolute()
    environment = dict(os.environ)  # a changed configuration finds its secrets where the first one did
    config = paths.load(environment)
    manager = manager_of(os.environ, pid=os.getpid())
    take_secrets_out_of_environment()
    database, around, pulse = config.service.database, real_surroundings(), Pulse(time.monotonic())

    stops = Stops()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stops.set)
        with only_writer(database):
            await serve_over(database, backups_folder(config.service), serve_once, clock=around.clock)

    async def serve_once(store: "Store") -> None:
        stop, asked = stops.of_a_life(), asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, asked.set)
        service = Service(config, store, around, pulse)

        def take_over(changed: "Config", watch: "Watch") -> None:
            nonlocal config
            service.take_over(changed, watch)
            config = changed

        monitor = Monitor(database, pulse, service.channels, around.clock)
        informing = keep_informed(
            manager,
            has_begun=lambda: pulse.has_ticked,
            fault=lambda: what_hangs(pulse, service.channels(), monotonic=time.monotonic()),
            stop=stop,
        )
        with monitoring_at(listens_at or config.service.monitor, monitor):
            reloading = keep_config(
                store,
                path,
                lambda: Paths(config=path, database=paths.database).load(environment),
                running=lambda: service.config,
                take_over=take_over,
                stop=stop,
                asked=asked,
                clock=around.clock,
            )
            await asyncio.gather(service.run(stop), informing, reloading)

    with service_log(level=config.service.log.number, form=config.service.log.format):
        asyncio.run(serve())
