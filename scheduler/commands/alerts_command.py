"""`wirewatch alerts`: what was told, why, and whether it arrived; or what was not told, and why not."""

from dataclasses import asdict

import click

from scheduler.options import Paths, with_format, with_limit, with_paths


@click.command("alerts")
@with_paths
@with_format
@with_limit
@click.option("--untold", is_flag=True, help="List what matched a topic and was not told, with the reason.")
def command(paths: Paths, form: str, limit: int, untold: bool) -> None:
    """List the newest alerts: the headline as it was told, why, and what became of each delivery.

    The first report of a story and its updates are alerts of their own; an update says so, with the stage that the
    story has reached where the topic has stages. The id behind the outlet is what `wirewatch why` and `wirewatch label`
    take, the number of the story is for `wirewatch story`.
    """
    from scheduler.alert_list import show_alerts, show_untold
    from scheduler.showing import show_json
    from stories.store import read_store
    from stories.store_alerts import newest_alerts, newest_untold

    with read_store(paths.database_path()) as store:
        if form == "json":
            rows = newest_untold(store, limit=limit) if untold else newest_alerts(store, limit=limit)
            show_json([asdict(row) for row in rows])
        elif untold:
            show_untold(newest_untold(store, limit=limit), empty="Everything that matched was told.")
        else:
            nothing = "No alerts yet. `wirewatch alerts --untold` shows what matched and was not told."
            show_alerts(newest_alerts(store, limit=limit), empty=nothing)
