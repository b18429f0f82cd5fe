"""An edited configuration is taken over while the service runs; one with mistakes changes nothing, and that is told."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from scheduler.config import Config, ConfigError, Mistake, files_of
from scheduler.config_watching import ConfigFiles, changes
from scheduler.watch import Watch, watch_of
from stories.store import Store, StoreError
from stories.store_notices import Notice, NoticeKind, add_notice, close_notice, open_notices

# What a running service cannot change: its archive is open, it listens, and its log is written.
_FROM_THE_NEXT_START = ("database", "monitor", "log")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A configuration that was found good, and what was built from it."""

    config: Config
    watch: Watch


def built(config: Config, running: Config) -> Taken:
    """Return `config` with what it watches, but for what the `running` service cannot change; that is logged."""
    kept: Mapping[str, object] = {
        name: getattr(running.service, name)
        for name in _FROM_THE_NEXT_START
        if getattr(running.service, name) != getattr(config.service, name)
    }
    for name in kept:
        log.warning("config: service.%s changes at the next start", name)
    config = replace(config, service=config.service.model_copy(update=dict(kept)))
    return Taken(config, watch_of(config))


async def keep_config(
    store: Store,
    path: Path,
    load: Callable[[], Config],
    *,
    running: Callable[[], Config],
    take_over: Callable[[Config, Watch], None],
    handled: Callable[[], object] = lambda: None,
    stop: asyncio.Event,
    asked: asyncio.Event,
    clock: Callable[[], datetime],
) -> None:
    """Take over the configuration in the file `path` whenever it has changed, until `stop`.

    `load` reads and builds it, in a thread; `asked` has it read at once. What is wrong with it is told once for each
    different mistake. `handled` is called when what `load` found has been dealt with.
    """
    tell_of_mistakes(store, None, now=clock())  # the service began with a good one
    files = ConfigFiles(path, lambda: _files_named_in(path))
    found: AsyncGenerator[Taken | ConfigError, None] = changes(
        files, lambda: _built(load, running(), path), stop=stop, asked=asked
    )
    async with aclosing(found) as each_found:
        async for each in each_found:
            try:
                if isinstance(each, Taken):
                    take_over(each.config, each.watch)
                tell_of_mistakes(store, each if isinstance(each, ConfigError) else None, now=clock())
            except StoreError as error:
                log.error("config: the change could not be taken over: %s", error)  # noqa: TRY400  told in a sentence
            handled()


def _built(load: Callable[[], Config], running: Config, path: Path) -> Taken:
    """Return what `load` reads and what is built from it; a fault of ours is told like a mistake, and ends nothing."""
    try:
        return built(load(), running)
    except ConfigError:
        raise
    except Exception as error:
        log.exception("config: could not be taken over")
        sentence = (
            f"it cannot be used because of a fault of wirewatch itself ({type(error).__name__}; the log has more)"
        )
        raise ConfigError([Mistake(file=str(path), sentence=sentence)]) from error


def tell_of_mistakes(store: Store, error: ConfigError | None, *, now: datetime) -> None:
    """Note that the edited configuration cannot be used, once for each different `error`; with None, that it can.

    :raises StoreError: when the archive cannot be written
    """
    held = [each for each in open_notices(store) if each.kind is NoticeKind.CONFIG]
    subject = hashlib.sha256(str(error).encode()).hexdigest()[:16] if error else None
    if error:
        log.error("config: not taken over, the one before stays in use: %s", error)
    if [each.subject for each in held] == ([subject] if subject else []):
        return
    with store.writing():
        for each in held:
            close_notice(store, NoticeKind.CONFIG, None, subject=each.subject, now=now, is_end_told=error is None)
        if error and subject:
            notice = Notice(
                kind=NoticeKind.CONFIG, feed_id=None, subject=subject, sentence=_sentence(error), told_at=now
            )
            add_notice(store, notice)


def _sentence(error: ConfigError) -> str:
    more = len(error.mistakes) - 1
    others = f" (and {more} more)" if more > 0 else ""
    return f"the edited configuration is not used, the one before stays: {error.mistakes[0]}{others}"


def _files_named_in(path: Path) -> list[Path]:
    try:
        return files_of(path)
    except ConfigError:
        return []
