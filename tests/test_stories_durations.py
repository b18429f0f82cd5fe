from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from stories.durations import Duration, parse_duration, write_duration


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90s", 90), ("15m", 900), ("2h", 7200), ("1d", 86400), ("1h30m", 5400), (" 1d 2H ", 93600)],
)
def test_durations_are_read_as_people_write_them(written: str, seconds: int) -> None:
    assert parse_duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "wrong", ["", "15", "m", "15 minutes", "-5m", "1.5h", "30m1h", "1m1m", 15, None, True, "9" * 99]
)
def test_anything_else_is_refused_in_one_sentence(wrong: object) -> None:
    with pytest.raises(ValueError, match="expected a duration such as 90s, 15m, 2h or 1d, found"):
        parse_duration(wrong)


@given(st.integers(0, 10**9))
def test_a_duration_is_written_as_it_is_read(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(write_duration(duration)) == duration


def test_settings_take_and_give_text() -> None:
    kind = TypeAdapter(Duration)
    assert kind.validate_python("15m", strict=True) == timedelta(minutes=15)
    assert kind.dump_json(timedelta(minutes=15)) == b'"15m"'
