"""`wirewatch run`: the service in the foreground, for a service manager or a terminal."""

import asyncio
import logging
import os
import sys

import click

from scheduler.options import Paths, with_paths

log = logging.getLogger(__name__)


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
    from scheduler.cli import EXIT_ALREADY_RUNNING, EXIT_NO_STORE
    from scheduler.lock import AlreadyRunning, refuse_a_second
    from scheduler.logs import set_up_log

    set_up_log(logging.INFO)
    refuse_a_second(paths.database_path())

    from scheduler.config_operations import host_and_port
    from scheduler.running import Running
    from scheduler.service_log import service_log
    from scheduler.surroundings import real_surroundings, take_secrets_out_of_environment
    from scheduler.systemd import manager_of
    from stories.store import StoreError

    set_up_log(logging.INFO)
    try:
        listens_at = monitor and host_and_port(monitor)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--monitor") from None
    path = paths.config_path.absolute()
    environment = dict(os.environ)  # a changed configuration finds its secrets where the first one did
    running = Running(
        config=paths.load(environment),
        path=path,
        load=lambda: Paths(config=path, database=paths.database).load(environment),
        listens_at=listens_at,
        manager=manager_of(os.environ, pid=os.getpid()),
        around=real_surroundings(),
    )
    take_secrets_out_of_environment()
    with service_log(level=running.config.service.log.number, form=running.config.service.log.format):
        try:
            asyncio.run(running.serve())
        except (StoreError, AlreadyRunning) as error:
            log.error("%s", error)  # noqa: TRY400  told in a sentence, in the form of the log
            sys.exit(EXIT_NO_STORE if isinstance(error, StoreError) else EXIT_ALREADY_RUNNING)
