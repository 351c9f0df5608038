"""Two hours of a seller's day, wherever the shop is and whatever its clocks do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arbitration.domain.working_time import DAYS, WorkingHours, working_after

NINE, LATE = time(9), time(21)
TWO_HOURS = timedelta(hours=2)
ROWS = [
    {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:30", "to": "12:30"},
    {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "14:00", "to": "19:00"},
    {"days": ["sat"], "from": "10:00", "to": "17:00"},
]


def counted(zone: str, start: str, rows: list[dict[str, object]] | None = None, amount: timedelta = TWO_HOURS) -> str:
    begin = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    end = working_after(begin, amount, WorkingHours.of(zone, rows, NINE, LATE))
    return end.astimezone(ZoneInfo(zone)).strftime("%a %d %H:%M:%S")


@pytest.mark.parametrize(
    ("start", "rows", "ends"),
    [
        ("2026-03-02 10:00:00", None, "Mon 02 12:00:00"),
        ("2026-03-02 20:15:30", None, "Tue 03 10:15:30"),
        ("2026-03-02 23:59:59", None, "Tue 03 11:00:00"),
        ("2026-03-02 03:00:00", None, "Mon 02 11:00:00"),
        ("2026-03-02 11:30:00", ROWS, "Mon 02 15:00:00"),  # over the lunch break
        ("2026-03-06 18:00:00", ROWS, "Sat 07 11:00:00"),
        ("2026-03-07 16:00:00", ROWS, "Mon 09 10:30:00"),  # over a closed Sunday
    ],
)
def test_only_the_hours_in_which_the_shop_is_open_count(start: str, rows: list[dict[str, object]], ends: str) -> None:
    assert counted("Europe/Paris", start, rows) == ends


NIGHTS = [{"days": list(DAYS), "from": "00:00", "to": "05:00"}]


@pytest.mark.parametrize(
    ("zone", "start", "rows", "amount", "ends"),
    [
        # Clocks go forward at 01:00 UTC on 29 March: 02:00 to 03:00 is nowhere in Warsaw.
        ("Europe/Warsaw", "2026-03-29 00:30:00", NIGHTS, 2, "Sun 29 03:30:00"),
        ("Europe/Warsaw", "2026-03-28 20:00:00", None, 2, "Sun 29 10:00:00"),
        (
            "Europe/Warsaw",
            "2026-03-29 00:00:00",
            [{"days": ["sun"], "from": "02:30", "to": "06:00"}],
            1,
            "Sun 29 04:00:00",
        ),
        # Clocks go back on 25 October: 02:00 to 03:00 comes twice, and both hours are worked.
        ("Europe/Warsaw", "2026-10-25 00:30:00", NIGHTS, 4, "Sun 25 03:30:00"),
        # Half an hour, at Lord Howe.
        ("Australia/Lord_Howe", "2026-10-04 00:30:00", NIGHTS, 2, "Sun 04 03:00:00"),
        # The day began at 01:00 in Cairo.
        ("Africa/Cairo", "2026-04-23 23:00:00", NIGHTS, 1, "Fri 24 02:00:00"),
        # Samoa left out 30 December 2011 altogether.
        ("Pacific/Apia", "2011-12-29 20:30:00", None, 1, "Sat 31 09:30:00"),
    ],
)
def test_what_counts_is_time_that_passed_and_not_what_the_clock_shows(
    zone: str, start: str, rows: list[dict[str, object]] | None, amount: int, ends: str
) -> None:
    assert counted(zone, start, rows, timedelta(hours=amount)) == ends


def test_a_shop_that_is_never_open_has_the_day_of_the_agreement() -> None:
    never = [{"days": [], "from": "09:00", "to": "21:00"}, {"days": ["mon"], "from": "10:00", "to": "10:00"}]
    assert counted("Asia/Tokyo", "2026-03-02 22:00:00", never) == "Tue 03 11:00:00"
    closed_for_ever = WorkingHours.of("Asia/Tokyo", None, LATE, NINE)
    assert closed_for_ever.every_day == (time.min, time.max)


def test_rows_that_overlap_or_touch_count_once() -> None:
    rows = [
        {"days": ["mon"], "from": "09:00", "to": "10:00"},
        {"days": ["mon"], "from": "09:30", "to": "10:30"},
        {"days": ["mon"], "from": "10:30", "to": "24:00"},
    ]
    hours = WorkingHours.of("Europe/Kyiv", rows, NINE, LATE)
    assert hours.week[0] == ((time(9), time.max),)


def test_a_wait_without_an_end_ends_and_a_zone_that_nobody_knows_is_utc() -> None:
    rows = [{"days": ["mon"], "from": "10:00", "to": "10:01"}]
    hours = WorkingHours.of("Nowhere/Land", rows, NINE, LATE)
    assert hours.zone == "UTC"
    start = datetime(2026, 3, 2, tzinfo=UTC)
    assert start < working_after(start, timedelta(days=400), hours) < start + timedelta(days=3661)
    last = datetime(9999, 12, 30, tzinfo=UTC)
    assert working_after(last, timedelta(days=9), hours) >= last


@given(
    st.integers(0, 3 * 365 * 24 * 60),
    st.integers(1, 72 * 60),
    st.sampled_from(["Europe/Kyiv", "America/New_York", "Africa/Cairo", "Asia/Tehran", "Australia/Lord_Howe"]),
)
def test_hours_that_were_counted_are_found_again_in_the_calendar(begins: int, minutes: int, zone: str) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=begins)
    amount = timedelta(minutes=minutes)
    hours = WorkingHours.of(zone, ROWS, NINE, LATE)
    end = working_after(start, amount, hours)
    worked = timedelta(0)
    for begin, until in hours.open_from(start):
        if begin >= end:
            break
        worked += min(until, end) - begin
    assert worked == amount
    shown = end.astimezone(ZoneInfo(zone)).replace(tzinfo=None).time()
    assert any(opens < shown <= closes for row in hours.week for opens, closes in row)
