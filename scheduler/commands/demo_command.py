"""`wirewatch demo`: the real service, watching a small newsroom on this machine."""

import asyncio
import logging
import signal
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.surroundings import wall_clock

if TYPE_CHECKING:
    from demo.server import Served
    from scheduler.config import Config
    from stories.store import Store

_AFTERWARDS = 3.0  # seconds in which the last article is polled and told: a poll's interval, a crawl, a send


@click.command("demo")
@click.option("--seconds", type=click.FloatRange(5, 3600), default=30, show_default=True, help="How long it takes.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the configuration and the archive in this folder, to look into them.",
)
def command(seconds: float, keep: Path | None) -> None:
    """Play two days of a small newsroom in half a minute and watch the alerts come.

    Eleven invented outlets and authorities are served on this machine; the real service asks them over HTTP, archives
    what is new, and tells the terminal of each story under four topics: once, and again when it reaches a higher stage.
    At the end it says what became of every article. No internet is needed and nothing is left behind.
    """
    from scheduler.logs import set_up_log

    set_up_log(logging.ERROR)
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirewatch-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(_play(folder, seconds))
    if keep:
        click.echo(f"\nKept in {keep}. Now look at the stories, at one of them, at what was not told:")
        for command in ("stories --several", "story NUMBER", "alerts --untold"):
            click.echo(f"  wirewatch {command} --config {keep / 'config.yaml'}")


async def _play(folder: Path, seconds: float) -> None:
    from crawler.crawl import prepare
    from demo.newsroom import load_newsroom
    from demo.play import Play
    from demo.server import serve
    from scheduler.lock import only_writer
    from stories.store import open_store

    newsroom = load_newsroom()
    prepare()  # before the curtain rises: it takes about a second
    play = Play(opened_at=wall_clock(), seconds=seconds)
    with serve(newsroom, clock=lambda: play.at(wall_clock()), instant=play.instant) as served:
        config = _config(folder, served)
        click.echo(
            f"{len(served.feeds)} feeds on this machine, two days in {seconds:g} seconds. Every message below was\n"
            "made for real: asked over HTTP, archived, grouped, matched, delivered.\n"
        )
        with only_writer(config.service.database), open_store(config.service.database) as store:
            await _watch(config, store, seconds + _AFTERWARDS)
            _show_account(store, served, published=len(newsroom.articles))


def _config(folder: Path, served: "Served") -> "Config":
    from demo.config_template import config_text
    from scheduler.config import load_config

    path = folder / "config.yaml"
    path.write_text(config_text(served.feeds), encoding="utf-8")
    (folder / "wirewatch.db").unlink(missing_ok=True)
    return load_config(path, {})


async def _watch(config: "Config", store: "Store", seconds: float) -> None:
    from scheduler.service import Service
    from scheduler.surroundings import real_surroundings

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.call_later(seconds, stop.set)
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    await Service(config, store, real_surroundings()).run(stop)


def _show_account(store: "Store", served: "Served", *, published: int) -> None:
    from scheduler.demo_account import lines_of_account, read_account
    from scheduler.showing import console
    from stories.store_feeds import watched_feeds

    answers = served.answers()
    errors = sum(answers.values()) - answers[200] - answers[304]
    failing = [feed.name for feed in watched_feeds(store) if feed.error]
    out = console()
    out.print("─" * 72)
    out.print("What happened", style="bold")
    for line in (
        f"{sum(answers.values())} requests: {answers[200]} documents, {answers[304]} unchanged, {errors} refused",
        f"two feeds broke for a while on purpose; failing at the end: {', '.join(failing) or 'none'}",
        *lines_of_account(read_account(store), published=published),
    ):
        out.print(f"  {line}")
    out.print("\nNow see what the shipped config.yaml watches:")
    out.print("  . .venv/bin/activate && wirewatch check")
