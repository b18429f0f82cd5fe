"""`wirewatch alerts`: what was told, why, and whether it arrived; or what was not told, and why not."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from scheduler.options import Paths, with_format, with_limit, with_paths

if TYPE_CHECKING:
    from stories.store_alerts import AlertRow, Untold


@click.command("alerts")
@with_paths
@with_format
@with_limit
@click.option("--untold", is_flag=True, help="List what matched a topic and was not told, with the reason.")
def command(paths: Paths, form: str, limit: int, untold: bool) -> None:
    """List the newest alerts: the headline as it was told, why, and what became of each delivery."""
    from scheduler.showing import show_json
    from stories.store import read_store
    from stories.store_alerts import newest_alerts, newest_untold

    with read_store(paths.database_path()) as store:
        if form == "json":
            rows = newest_untold(store, limit=limit) if untold else newest_alerts(store, limit=limit)
            show_json([asdict(row) for row in rows])
        elif untold:
            _show_untold(newest_untold(store, limit=limit))
        else:
            _show(newest_alerts(store, limit=limit))


def _show(alerts: list["AlertRow"]) -> None:
    from scheduler.showing import short_time, show_table

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
        empty="No alerts yet. `wirewatch alerts --untold` shows what matched and was not told.",
    )


def _show_untold(untold: list["Untold"]) -> None:
    from scheduler.showing import short_time, show_table

    show_table(
        ["seen", "topic", "headline", "outlet", "not told because"],
        [
            (
                short_time(match.matched_at),
                match.topic,
                match.title,
                match.outlet or "",
                f"{match.outcome}: {match.reason}",
            )
            for match in untold
        ],
        empty="Everything that matched was told.",
    )
