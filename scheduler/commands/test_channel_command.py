"""`wirewatch test-channel`: does a message arrive, and if not, where did it stop?"""

import sys
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_paths
from scheduler.surroundings import wall_clock

if TYPE_CHECKING:
    from alerts.settings import Channel
    from scheduler.config import Config


@click.command("test-channel")
@click.argument("name")
@with_paths
@click.option("--canary", "is_canary", is_flag=True, help="Send a test story the whole way, through the outbox.")
def command(paths: Paths, name: str, is_canary: bool) -> None:
    """Send a sample alert to the channel NAME of the configuration, and say what became of it.

    It looks like a first alert, of a story that never happened. When it does not arrive, the stage at which it stopped
    is told, what the service said, and what can be done; the exit code is 1.

    With --canary a test story goes the whole way of an article, from its arrival in a feed through the outbox, and how
    long that took is told. A running service sends it; without one, what waits for the channel is sent, too.
    """
    from alerts.channel_stages import advice
    from alerts.channels import medium_of, sent_to, shown
    from alerts.message import rendered
    from alerts.sample import sample_card
    from alerts.sent import Arrival

    config = paths.load()
    channels = {channel.name: channel for channel in config.channels}
    if name not in channels:
        raise click.BadParameter(f"no channel {name!r}; there are: {', '.join(channels)}", param_hint="NAME")
    channel = channels[name]
    if channel.url is None:
        raise click.UsageError(f"channel {name} waits for {channel.waits_for}")
    if is_canary:
        _send_canary(config, channel)
        return
    now = wall_clock()
    message = rendered(sample_card(topic="a test", now=now), medium_of(channel.url), channel.template)
    result = sent_to(channel.url, message, now=now)
    about = f"channel {name} ({shown(channel.url)})"
    if result.sent.arrival is Arrival.ARRIVED:
        click.echo(f"{about}: sent; have a look whether it arrived")
        return
    what = "nobody knows whether it arrived" if result.sent.arrival is Arrival.UNKNOWN else "it did not arrive"
    click.echo(f"{about}: {what}", err=True)
    click.echo(f"  stopped at: {result.stage.value}", err=True)
    click.echo(f"  because:    {result.sent.error}", err=True)
    if wait := result.sent.retry_after:
        click.echo(f"  asks for:   {wait.total_seconds():g} s without a message", err=True)
    click.echo(f"  what to do: {advice(result)}", err=True)
    sys.exit(1)


def _send_canary(config: "Config", channel: "Channel") -> None:
    import asyncio

    from scheduler.canary_by_hand import canary_by_hand, what_holds
    from scheduler.status_channels import canary_in_words
    from scheduler.surroundings import real_surroundings
    from stories.store import read_store

    around = real_surroundings()
    canary = asyncio.run(canary_by_hand(config, channel, around))
    click.echo(canary_in_words(canary, around.clock()), err=canary.arrived_at is None)
    if canary.arrived_at is None:
        with read_store(config.service.database) as store:
            if wait := what_holds(store, config, canary, now=around.clock()):
                click.echo(f"  waits for: {wait.in_words(around.clock())}", err=True)
        sys.exit(1)
