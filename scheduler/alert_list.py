"""A list of alerts on the screen, or of what matched and was not told: a few lines each, at any width."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from rich.padding import Padding
from rich.text import Text

from scheduler.showing import console, short_time, show
from stories.store_alerts import AlertRow, Untold
from stories.text import clean

_LONGEST = 2000
_LONGEST_NAME = 80

Lines = Iterator[Text | Padding]


def show_alerts(alerts: Iterable[AlertRow], *, empty: str) -> None:
    """Print what was told, or the sentence `empty`."""
    _show(map(lines_of_alert, alerts), empty)


def show_untold(untold: Iterable[Untold], *, empty: str) -> None:
    """Print what matched and was not told, or the sentence `empty`."""
    _show(map(lines_of_untold, untold), empty)


def lines_of_alert(alert: AlertRow) -> Lines:
    """Yield one alert as lines: headline; when, what of which topic, from whom, its id and story; why; deliveries."""
    stage = f"stage {alert.stage}" if alert.stage else ""
    update = "update" if alert.kind == "update" else ""
    yield from _head(
        alert, alert.created_at, what=", ".join(filter(None, (update, stage))), story=f"story {alert.story_id}"
    )
    yield from _inner(alert.reason)
    yield from _inner(", ".join(alert.deliveries))


def lines_of_untold(match: Untold) -> Lines:
    """Yield one match that was not told as lines: headline; when, topic, outlet and id; why not."""
    yield from _head(match, match.matched_at)
    yield from _inner(match.reason or match.outcome)


def _show(entries: Iterable[Lines], empty: str) -> None:
    is_first = True
    for lines in entries:
        if not is_first:
            console().print()
        is_first = False
        for line in lines:
            show(line)
    if is_first:
        console().print(empty)


def _head(row: AlertRow | Untold, at: datetime, *, what: str = "", story: str = "") -> Lines:
    yield Text(clean(row.title, _LONGEST), style="bold")
    names = (clean(name, _LONGEST_NAME) for name in (row.topic, what, row.outlet or ""))
    yield from _inner(" · ".join(filter(None, (short_time(at), *names, row.article_id, story))), style="dim")


def _inner(text: str, style: str = "") -> Lines:
    if text:
        yield Padding(Text(clean(text, _LONGEST), style=style), (0, 0, 0, 2), expand=False)
