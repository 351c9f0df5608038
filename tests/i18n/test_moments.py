"""Days, times and lengths of time as readers of six languages see them."""

from datetime import UTC, datetime, timedelta

import pytest

from arbitration.i18n import LANGUAGES, Reader
from arbitration.rules.durations import Duration

MOMENT = datetime(2026, 11, 6, 12, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "6 November 2026, 14:05"),
        ("fr", "6 novembre 2026 à 14:05"),
        ("uk", "6 листопада 2026, 14:05"),
        ("ru", "6 ноября 2026, 14:05"),
        ("pl", "6 listopada 2026, 14:05"),
        ("fa", "۱۵ آبان ۱۴۰۵، ساعت ۱۴:۰۵"),
    ],
)
def test_a_moment_is_told_in_the_readers_zone_and_language(language, said):
    assert Reader(language, "Europe/Kyiv").instant(MOMENT) == said


def test_the_first_of_a_month_has_its_ordinal_in_french():
    first = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    assert Reader("fr").day(first) == "1er mai 2026"
    assert Reader("fr").day_heading(first, MOMENT) == "vendredi 1er mai"
    assert Reader("fr").day(first + timedelta(days=1)) == "2 mai 2026"


def test_the_zone_and_the_seconds_are_told_when_asked_for():
    assert Reader("en", "Europe/Kyiv").instant(MOMENT, zone=True, seconds=True) == "6 November 2026, 14:05:09 (UTC+2)"
    assert Reader("en", "America/New_York").instant(MOMENT, zone=True) == "6 November 2026, 07:05 (UTC−5)"
    assert Reader("en", "UTC").instant(MOMENT, zone=True) == "6 November 2026, 12:05 (UTC)"
    assert Reader("fa", "Asia/Tehran").instant(MOMENT, zone=True) == "۱۵ آبان ۱۴۰۵، ساعت ۱۵:۳۵ (UTC+۳:۳۰)"


def test_an_hour_that_comes_twice_is_told_apart_by_the_zone():
    reader = Reader("en", "Europe/Paris")
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert reader.clock_time(first) == reader.clock_time(second) == "02:30"
    assert reader.instant(first, zone=True) == "25 October 2026, 02:30 (UTC+2)"
    assert reader.instant(second, zone=True) == "25 October 2026, 02:30 (UTC+1)"


def test_the_hour_that_is_skipped_in_spring_is_never_shown():
    reader = Reader("en", "Europe/London")
    assert reader.clock_time(datetime(2026, 3, 29, 0, 59, tzinfo=UTC)) == "00:59"
    assert reader.clock_time(datetime(2026, 3, 29, 1, 0, tzinfo=UTC)) == "02:00"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 20, 20, 29, 59, tzinfo=UTC), "۲۹ اسفند ۱۴۰۴"),
        (datetime(2026, 3, 20, 20, 30, tzinfo=UTC), "۱ فروردین ۱۴۰۵"),
        (datetime(2025, 3, 20, 12, 0, tzinfo=UTC), "۳۰ اسفند ۱۴۰۳"),  # a leap year
        (datetime(2025, 3, 21, 12, 0, tzinfo=UTC), "۱ فروردین ۱۴۰۴"),
        (datetime(2026, 9, 22, 12, 0, tzinfo=UTC), "۳۱ شهریور ۱۴۰۵"),
        (datetime(2026, 9, 23, 12, 0, tzinfo=UTC), "۱ مهر ۱۴۰۵"),
    ],
)
def test_the_persian_year_and_half_year_turn_at_midnight_in_tehran(moment, day):
    assert Reader("fa", "Asia/Tehran").day(moment) == day


def test_calendar_and_digits_are_the_readers_choice():
    assert Reader("fa", "UTC", "gregorian", "european").instant(MOMENT) == "6 نوامبر 2026، ساعت 12:05"
    assert Reader("fa", "UTC", "persian", "european").day(MOMENT) == "15 آبان 1405"
    assert Reader("en", "UTC", "persian").day(MOMENT) == "15 Aban 1405"
    assert Reader("uk", "UTC", "persian", "persian").day(MOMENT) == "۱۵ абан ۱۴۰۵"


@pytest.mark.parametrize(
    ("language", "today", "yesterday", "this_year", "before"),
    [
        ("en", "Today", "Yesterday", "Wednesday 4 November", "Thursday 2 October 2025"),
        ("fr", "Aujourd’hui", "Hier", "mercredi 4 novembre", "jeudi 2 octobre 2025"),
        ("uk", "Сьогодні", "Учора", "середа, 4 листопада", "четвер, 2 жовтня 2025"),
        ("ru", "Сегодня", "Вчера", "среда, 4 ноября", "четверг, 2 октября 2025"),
        ("pl", "Dzisiaj", "Wczoraj", "środa, 4 listopada", "czwartek, 2 października 2025"),
        ("fa", "امروز", "دیروز", "چهارشنبه ۱۳ آبان", "پنجشنبه ۱۰ مهر ۱۴۰۴"),
    ],
)
def test_messages_stand_under_the_day_they_were_sent(language, today, yesterday, this_year, before):
    reader = Reader(language)
    days = [MOMENT - timedelta(days=days) for days in (0, 1, 2, 400)]
    assert [reader.day_heading(day, MOMENT) for day in days] == [today, yesterday, this_year, before]


def test_today_ends_at_the_readers_midnight():
    now = datetime(2026, 11, 6, 22, 30, tzinfo=UTC)
    sent = datetime(2026, 11, 6, 21, 30, tzinfo=UTC)
    assert Reader("en", "UTC").day_heading(sent, now) == "Today"
    assert Reader("en", "Europe/Kyiv").day_heading(sent, now) == "Yesterday"


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (timedelta(seconds=-30), "just now"),
        (timedelta(0), "just now"),
        (timedelta(seconds=30), "in less than a minute"),
        (timedelta(seconds=119), "in 1 minute"),
        (timedelta(minutes=-59), "59 minutes ago"),
        (timedelta(hours=47, minutes=58), "in 47 hours"),
        (timedelta(hours=47, minutes=59), "in 2 days"),
        (timedelta(hours=48), "in 2 days"),
        (timedelta(hours=48, minutes=58), "in 2 days"),
        (timedelta(hours=49), "in 2 days and 1 hour"),
        (timedelta(days=2, hours=23), "in 2 days and 23 hours"),
        (timedelta(days=3, seconds=-1), "in 3 days"),
        (timedelta(days=7, minutes=-5), "in 7 days"),
        (timedelta(days=6, hours=23), "in 6 days"),
        (timedelta(days=20), "in 20 days"),
        (timedelta(hours=-49), "2 days ago"),
        (timedelta(days=-20), "2 weeks ago"),
        (timedelta(days=70), "in 2 months"),
        (timedelta(days=-800), "2 years ago"),
    ],
)
def test_time_left_is_rounded_down_so_that_nobody_is_promised_more(distance, said):
    assert Reader("en").relative(MOMENT + distance, MOMENT) == said


@pytest.mark.parametrize(
    ("language", "past", "future"),
    [
        ("en", "5 hours ago", "in 3 days"),
        ("fr", "il y a 5 heures", "dans 3 jours"),
        ("uk", "5 годин тому", "через 3 дні"),
        ("ru", "5 часов назад", "через 3 дня"),
        ("pl", "5 godzin temu", "za 3 dni"),
        ("fa", "۵ ساعت پیش", "۳ روز دیگر"),
    ],
)
def test_time_past_and_left_in_every_language(language, past, future):
    reader = Reader(language)
    assert reader.relative(MOMENT - timedelta(hours=5), MOMENT) == past
    assert reader.relative(MOMENT + timedelta(days=3), MOMENT) == future


@pytest.mark.parametrize(
    ("language", "after_21_hours", "after_15_hours"),
    [
        ("en", "in 2 days and 21 hours", "in 2 days and 15 hours"),
        ("fr", "dans 2 jours et 21 heures", "dans 2 jours et 15 heures"),
        ("uk", "через 2 дні і 21 годину", "через 2 дні і 15 годин"),
        ("ru", "через 2 дня и 21 час", "через 2 дня и 15 часов"),
        ("pl", "za 2 dni i 21 godzin", "za 2 dni i 15 godzin"),
        ("fa", "۲ روز و ۲۱ ساعت دیگر", "۲ روز و ۱۵ ساعت دیگر"),
    ],
)
def test_nobody_has_to_divide_the_hours_left_by_24(language, after_21_hours, after_15_hours):
    reader = Reader(language)
    assert reader.relative(MOMENT + timedelta(days=2, hours=21), MOMENT) == after_21_hours
    assert reader.relative(MOMENT + timedelta(days=2, hours=15), MOMENT) == after_15_hours


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["0 days", "1 day", "2 days", "5 days", "21 days"]),
        ("fr", ["0 jour", "1 jour", "2 jours", "5 jours", "21 jours"]),
        ("uk", ["0 днів", "1 день", "2 дні", "5 днів", "21 день"]),
        ("ru", ["0 дней", "1 день", "2 дня", "5 дней", "21 день"]),
        ("pl", ["0 dni", "1 dzień", "2 dni", "5 dni", "21 dni"]),
        ("fa", ["۰ روز", "۱ روز", "۲ روز", "۵ روز", "۲۱ روز"]),
    ],
)
def test_counted_things_take_the_form_their_number_asks_for(language, said):
    reader = Reader(language)
    assert [
        reader.say_n("%(count)s day", "%(count)s days", number, count=number) for number in (0, 1, 2, 5, 21)
    ] == said


@pytest.mark.parametrize(
    ("language", "month_day_hour", "all_units"),
    [
        ("en", "1 month, 2 days and 3 hours", "1 year, 2 months, 3 weeks, 4 days, 5 hours, 6 minutes and 7 seconds"),
        ("fr", "1 mois, 2 jours et 3 heures", "1 an, 2 mois, 3 semaines, 4 jours, 5 heures, 6 minutes et 7 secondes"),
        (
            "uk",
            "1 місяць, 2 дні і 3 години",
            "1 рік, 2 місяці, 3 тижні, 4 дні, 5 годин, 6 хвилин і 7 секунд",
        ),
        ("ru", "1 месяц, 2 дня и 3 часа", "1 год, 2 месяца, 3 недели, 4 дня, 5 часов, 6 минут и 7 секунд"),
        (
            "pl",
            "1 miesiąc, 2 dni i 3 godziny",
            "1 rok, 2 miesiące, 3 tygodnie, 4 dni, 5 godzin, 6 minut i 7 sekund",
        ),
        (
            "fa",
            "۱ ماه، ۲ روز و ۳ ساعت",
            "۱ سال، ۲ ماه، ۳ هفته، ۴ روز، ۵ ساعت، ۶ دقیقه و ۷ ثانیه",
        ),
    ],
)
def test_lengths_of_time_in_words(language, month_day_hour, all_units):
    reader = Reader(language)
    assert reader.duration("P1M2DT3H") == month_day_hour
    assert reader.duration("P1Y2M3W4DT5H6M7S") == all_units


def test_a_period_keeps_the_units_in_which_it_was_promised():
    reader = Reader("en")
    assert [reader.duration(text) for text in ("PT24H", "P1D", "P12M", "P2W", "PT0S")] == [
        "24 hours",
        "1 day",
        "12 months",
        "2 weeks",
        "0 seconds",
    ]
    assert reader.duration(timedelta(days=1, hours=2)) == "1 day and 2 hours"
    assert reader.duration(Duration(months=1, days=2)) == "1 month and 2 days"
    assert reader.duration({"months": 1, "hours": 3}) == "1 month and 3 hours"


@pytest.mark.parametrize("text", ["", "P", "PT", "30 days", "P1.5D", "P1DT", "-P1D", "P1D2M", "P١D"])
def test_what_is_no_length_of_time_is_refused(text):
    with pytest.raises(ValueError, match="not a duration"):
        Reader("en").duration(text)


def test_moments_at_both_ends_of_time_can_be_told():
    for language in LANGUAGES:
        for moment in (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)):
            for zone in ("Asia/Tokyo", "America/New_York"):
                assert Reader(language, zone).instant(moment)


def test_a_moment_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="without an offset"):
        Reader("en").instant(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("settings", [("de",), ("en", "Mars/Base"), ("en", "UTC", "lunar"), ("en", "UTC", "", "roman")])
def test_settings_that_do_not_exist_are_refused(settings):
    with pytest.raises(ValueError, match=r"not a language|no such"):
        Reader(*settings)
