"""`wirewatch feeds try`: what one feed tells, without keeping any of it."""

import asyncio
import logging
import os
import sys
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_paths

if TYPE_CHECKING:
    from crawler.settings import FeedSettings


@click.command("try", short_help="Ask one feed or page once and show what comes.")
@click.argument("address", required=False)
@click.option("--name", help="A feed of the configuration, instead of an address.")
@click.option("--page-link", metavar="SELECTOR", help="On a page without a feed: the links to its articles.")
@click.option("--page-title", metavar="SELECTOR", help="The title of an article, in what stands around its link.")
@click.option("--page-summary", metavar="SELECTOR", help="Its summary there.")
@click.option("--page-date", metavar="SELECTOR", help="Its date there.")
@click.option("--allow-private", is_flag=True, help="Ask it though it is on this machine or in a private network.")
@click.option("--allow-insecure", is_flag=True, help="Take its certificate as it is.")
@click.option("--limit", type=click.IntRange(1, 1000), default=5, show_default=True, help="Articles that are shown.")
@with_format
@with_paths
def command(paths: Paths, address: str | None, name: str | None, form: str, limit: int, **said: object) -> None:
    """Ask ADDRESS once, as the service would, and show what came: nothing is kept, nobody is told.

    \b
      wirewatch feeds try https://example.org/rss
      wirewatch feeds try --name "The Register"
      wirewatch feeds try https://example.org/press --page-link "h2 a" --page-date time

    Selectors are CSS (h2 a), or XPath 1.0 when they begin with / or ./. What comes last can be pasted into
    config.yaml. Without a scheme ADDRESS is asked by https, and by http where nobody speaks TLS. The exit code is 1
    when the address gave no articles.
    """  # noqa: D301  click wants the character itself
    from scheduler.feed_asking import ask
    from scheduler.feed_describing import described_feed, service_of
    from scheduler.feed_schemes import by_http, has_no_scheme, is_without_tls
    from scheduler.feed_showing import BY_HTTP, asking, show_trial, values_of_trial
    from scheduler.logs import set_up_log
    from scheduler.showing import show_json
    from scheduler.surroundings import take_secrets_out_of_environment

    if (address is None) == (name is None):
        raise click.UsageError("name one address, or a feed of the configuration with --name")
    set_up_log(logging.ERROR)
    feed = _named(paths, name) if name else described_feed(address or "", said, called="ADDRESS")
    service = service_of(paths)
    take_secrets_out_of_environment()
    with asking("Asking"):
        (result,) = asyncio.run(ask([feed], service, discover=True))
        is_by_http = name is None and has_no_scheme(address or "") and is_without_tls(feed, result)
        if is_by_http:
            feed = by_http(feed)
            (result,) = asyncio.run(ask([feed], service, discover=True))
    if is_by_http:
        click.echo(BY_HTTP, err=True)
    if form == "json":
        show_json(values_of_trial(feed, result, limit=limit))
    else:
        show_trial(feed, result, limit=limit, is_new=name is None)
    if not result.articles:
        sys.exit(1)


def _named(paths: Paths, name: str) -> "FeedSettings":
    """Return a feed of the configuration with its headers."""
    from scheduler.config import settings_of
    from scheduler.config_headers import with_headers
    from scheduler.feed_picking import named_feed

    feeds = settings_of(paths.config_path).feeds
    feed = named_feed(feeds, name)
    if feed is None:
        raise click.BadParameter(f"no feed is called {name!r}; `wirewatch feeds list` names them", param_hint="--name")
    (complete,), faults = with_headers([feed], os.environ, paths.config_path.absolute().parent)
    if faults:
        raise click.ClickException(f"feed {feed.name}: {faults[0].sentence}")
    return complete
