"""Which moment a person means by a date."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from qa.errors import WrongUse
from qa.forgetting import moment


@pytest.fixture(params=["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


HOURS = {"UTC": 0, "Asia/Tokyo": 9, "America/Los_Angeles": -8}


@pytest.mark.parametrize(
    ("written", "wall_clock"),
    [
        ("2026-01-15", datetime(2026, 1, 15)),
        (" 2026-01-15 ", datetime(2026, 1, 15)),
        ("2026-01-15T18:30", datetime(2026, 1, 15, 18, 30)),
        ("2026-01-15 18:30:05", datetime(2026, 1, 15, 18, 30, 5)),
    ],
)
def test_a_date_is_its_midnight_where_the_person_is(zone: str, written: str, wall_clock: datetime) -> None:
    assert moment(written) == wall_clock.replace(tzinfo=UTC) - timedelta(hours=HOURS[zone])


def test_a_time_with_a_zone_is_that_moment_anywhere(zone: str) -> None:
    assert moment("2026-01-15T18:30+02:00") == datetime(2026, 1, 15, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize("written", ["", "yesterday", "2026-13-01", "2026-02-30", "15.1.2026", "2026", "0001-01-01T"])
def test_anything_else_is_told_in_one_line(written: str) -> None:
    with pytest.raises(WrongUse, match=r"^\S* ?is no date: write 2026-11-25 or 2026-11-25T18:30\.$"):
        moment(written)


@pytest.mark.parametrize("days", [1, 40_000])
def test_a_time_that_is_still_to_come_is_refused(days: int) -> None:
    with pytest.raises(WrongUse, match="is still to come, so that everything would be forgotten"):
        moment((datetime.now() + timedelta(days=days)).date().isoformat())


def test_now_is_taken() -> None:
    assert moment(datetime.now().isoformat()) <= datetime.now(UTC)
