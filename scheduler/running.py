"""A running service and all that goes on beside it: signals, edits of its configuration, the monitor, the heartbeat."""

import asyncio
import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from scheduler.backfilling import keep_backfilling
from scheduler.config import Config
from scheduler.config_secret_notes import notes_on_rights
from scheduler.heartbeat import keep_beating
from scheduler.lock import only_writer
from scheduler.monitor_server import monitoring_at
from scheduler.monitoring import Monitor
from scheduler.pulse import Pulse
from scheduler.recovery import Stops, serve_over
from scheduler.reloading import keep_config
from scheduler.service import Service
from scheduler.surroundings import Surroundings
from scheduler.systemd import Manager, keep_informed
from scheduler.upkeep_rules import backups_folder
from scheduler.watch import Watch
from scheduler.wellness import what_hangs
from stories.store import Store

_LOOK_SECONDS = 0.2  # until the service is under way

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Running:
    """What a service runs with. `config` is the one in use; `load` reads the file at `path` anew.

    `listens_at` is where the monitor answers, whatever the configuration says.
    """

    config: Config
    path: Path
    load: Callable[[], Config]
    listens_at: str | None
    manager: Manager
    around: Surroundings
    pulse: Pulse = field(default_factory=lambda: Pulse(time.monotonic()))
    stops: Stops = field(default_factory=Stops)

    async def serve(self) -> None:
        """Serve over the configuration's archive, as its only writer, until a signal says stop.

        :raises StoreError: when the archive cannot be used, or another process runs over it
        """
        self._warn()
        service = self.config.service
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self.stops.set)
        with only_writer(service.database):
            await serve_over(service.database, backups_folder(service), self._serve_once, clock=self.around.clock)

    async def _serve_once(self, store: Store) -> None:
        stop, asked = self.stops.of_a_life(), asyncio.Event()
        heart_changed, topics_changed = asyncio.Event(), asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
        service = Service(self.config, store, self.around, self.pulse)
        monitor = Monitor(self.config.service.database, self.pulse, service.channels, self.around.clock)

        def take_over(config: Config, watch: Watch) -> None:
            service.take_over(config, watch)
            self.config = config
            heart_changed.set()
            topics_changed.set()

        reloading = keep_config(
            store,
            self.path,
            self._read,
            running=lambda: service.config,
            take_over=take_over,
            handled=self._tell_ready,
            stop=stop,
            asked=asked,
            clock=self.around.clock,
        )
        backfilling = keep_backfilling(
            store, lambda: self.config, changed=topics_changed, stop=stop, clock=self.around.clock
        )
        with monitoring_at(self.listens_at or self.config.service.monitor, monitor):
            await asyncio.gather(
                service.run(stop),
                self._inform(service, stop),
                self._beat(service, monitor, heart_changed, stop),
                reloading,
                backfilling,
            )

    def _read(self) -> Config:
        self.manager.reloading()
        self._warn()
        return self.load()

    def _warn(self) -> None:
        for note in notes_on_rights(self.path):
            log.warning("config: %s", note)

    def _tell_ready(self) -> None:
        if self.pulse.has_ticked:
            self.manager.tell("READY=1")

    async def _inform(self, service: Service, stop: asyncio.Event) -> None:
        await keep_informed(
            self.manager,
            has_begun=lambda: self.pulse.has_ticked,
            fault=lambda: what_hangs(self.pulse, service.channels(), monotonic=time.monotonic()),
            stop=stop,
        )

    async def _beat(self, service: Service, monitor: Monitor, changed: asyncio.Event, stop: asyncio.Event) -> None:
        """Call the heartbeat's address from the first whole round of the service on, while it is healthy."""
        while not stop.is_set() and not self._has_gone_round(service):
            await asyncio.sleep(_LOOK_SECONDS)
        await keep_beating(
            lambda: self.config.heartbeat,
            monitor.wrong,
            changed=changed,
            stop=stop,
            user_agent=lambda: self.config.service.user_agent,
        )

    def _has_gone_round(self, service: Service) -> bool:
        return self.pulse.has_ticked and set(service.channels()) <= self.pulse.passed_at.keys()
