"""`wirewatch feeds discover`: which feeds a site has."""

import asyncio
import logging
import sys

import click

from scheduler.options import Paths, with_format, with_paths


@click.command("discover", short_help="Look for the feeds of a site.")
@click.argument("site")
@click.option("--allow-private", is_flag=True, help="Ask it though it is on this machine or in a private network.")
@click.option("--allow-insecure", is_flag=True, help="Take its certificate as it is.")
@with_format
@with_paths
def command(paths: Paths, site: str, form: str, **said: object) -> None:
    """Look for the feeds of SITE: in its page, in the sitemaps of its robots.txt, and at the usual places.

    Each address is really asked, one after the other with a second between them, so this takes up to half a minute.
    Without a scheme SITE is asked by https, and by http where nobody speaks TLS. What is listed can be read by
    wirewatch; what comes last can be pasted into config.yaml.

    \b
      wirewatch feeds discover example.org
      wirewatch feeds discover https://example.org/business --format json

    The exit code is 1 when no feed was found.
    """  # noqa: D301  click wants the character itself
    from scheduler.feed_describing import described_feed, service_of
    from scheduler.feed_discovering import discover
    from scheduler.feed_schemes import has_no_scheme
    from scheduler.feed_showing import BY_HTTP, asking, show_discovery, values_of_discovery
    from scheduler.logs import set_up_log
    from scheduler.showing import show_json
    from scheduler.surroundings import take_secrets_out_of_environment

    set_up_log(logging.ERROR)
    feed = described_feed(site, said, called="SITE")
    service = service_of(paths)
    take_secrets_out_of_environment()
    with asking("Looking around") as bar:
        discovery = asyncio.run(
            discover(feed, service, is_guess=has_no_scheme(site), planned=bar.plan, answered=bar.advance)
        )
    if discovery.site.address != feed.address:
        click.echo(BY_HTTP, err=True)
    if form == "json":
        show_json(values_of_discovery(discovery))
    else:
        show_discovery(discovery)
    if not discovery.found:
        sys.exit(1)
