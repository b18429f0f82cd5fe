"""Alerts are lists that fit any width, whole and without what steers a terminal."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from scheduler.alert_list import lines_of_alert, lines_of_untold
from stories.store_alerts import AlertRow, Untold

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)
HEADLINE = (
    "Office opens an antitrust case against two makers of elevators, and looks at a third that has not been named"
)


def alert(
    *, title: str = HEADLINE, outlet: str | None = "The Courier", kind: str = "first", stage: str | None = None
) -> AlertRow:
    return AlertRow(
        id=1,
        topic="Antitrust complaints",
        kind=kind,
        stage=stage,
        title=title,
        outlet=outlet,
        url="https://news.example.org/1",
        article_id="0123456789abcdef",
        story_id=1,
        reason="“antitrust” in the title; “office” in the text",
        created_at=NOON,
        deliveries=("console: sent", "slack: dead"),
    )


def untold(reason: str) -> Untold:
    return Untold(
        topic="Antitrust complaints",
        title=HEADLINE,
        outlet=None,
        url=None,
        article_id="0123456789abcdef",
        outcome="already told",
        reason=reason,
        matched_at=NOON,
    )


def printed(row: AlertRow | Untold, width: int) -> list[str]:
    out = Console(file=io.StringIO(), width=width, markup=False, highlight=False)
    for line in lines_of_alert(row) if isinstance(row, AlertRow) else lines_of_untold(row):
        out.print(line)
    assert isinstance(out.file, io.StringIO)
    return [line.rstrip() for line in out.file.getvalue().splitlines()]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_an_alert_fits_any_width_and_is_whole(width: int) -> None:
    lines = printed(alert(), width)
    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    for part in (HEADLINE, "Antitrust complaints · The Courier · 0123456789abcdef", "console: sent, slack: dead"):
        assert part in text
    assert any("0123456789abcdef" in line for line in lines)


def test_an_outlet_of_any_length_leaves_the_id() -> None:
    assert "0123456789abcdef" in "".join(printed(alert(outlet="A" * 10_000), 80))


def test_no_outlet_is_no_gap() -> None:
    assert printed(alert(outlet=None), 80)[2].endswith(" · Antitrust complaints · 0123456789abcdef · story 1")


@pytest.mark.parametrize(
    ("kind", "stage", "said"),
    [
        ("first", "filed", "complaints · stage filed · The Courier"),
        ("update", "filed", "complaints · update, stage filed · The Courier"),
        ("update", None, "complaints · update · The Courier"),
        ("first", None, "complaints · The Courier"),
    ],
)
def test_an_update_and_a_stage_are_said(kind: str, stage: str | None, said: str) -> None:
    assert said in printed(alert(kind=kind, stage=stage), 200)[1]


def test_what_came_from_the_web_does_not_steer_and_is_no_markup() -> None:
    lines = printed(alert(title="[bold]An\x1b[2J\nantitrust\u202e case[/bold]"), 80)
    assert lines[0] == "[bold]An[2J antitrust case[/bold]"


def test_the_reason_is_said_once() -> None:
    said = "the story was already told under this topic"
    assert printed(untold(said), 200)[2:] == [f"  {said}"]
    assert printed(untold(""), 200)[2:] == ["  already told"]
