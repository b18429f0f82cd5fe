"""`wirewatch alerts`: what was told, why, and whether it arrived."""

from dataclasses import asdict

import click

from scheduler.options import Paths, with_format, with_limit, with_paths


@click.command("alerts")
@with_paths
@with_format
@with_limit
def command(paths: Paths, form: str, limit: int) -> None:
    """List the newest alerts: the story, why it was told, and what became of each delivery."""
    from scheduler.showing import short_time, show_json, show_table
    from stories.store import read_store
    from stories.store_alerts import newest_alerts

    with read_store(paths.database_path()) as store:
        alerts = newest_alerts(store, limit=limit)
    if form == "json":
        show_json([asdict(alert) for alert in alerts])
        return
    show_table(
        ["told", "topic", "headline", "outlet", "why", "deliveries"],
        [
            (
                short_time(alert.created_at),
                alert.topic,
                alert.title,
                alert.outlet or "",
                alert.reason,
                ", ".join(alert.deliveries),
            )
            for alert in alerts
        ],
        empty="No alerts yet.",
    )
