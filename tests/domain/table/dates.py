"""The date: read where the airport is, read as UTC, and days of 23, 25 and 0 hours."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.domain.asking import ask, asked, heard
from tests.domain.cases import (
    APIA,
    HEATHROW,
    MINSK,
    OLD_MINSK,
    airport,
    at,
    away_all_day,
    movement,
    span,
)
from tests.domain.rows import Row, row

ST_JOHNS = airport("CYYT", 47.6186, -52.7519, "America/St_Johns")


def utc(text: str) -> datetime:
    """A moment, UTC: ``2024-03-31 00:30``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def landed(name: str, place: object, day: date, moment: str, answer: str, **more: object) -> Row:
    """Whether a landing at one moment counts to a day."""
    t = utc(moment)
    seen = span(t, t, place, air_change_in=True)  # type: ignore[arg-type]
    codes = {"observed": "on_ground", "no_data": "not_asked"}[answer.split(maxsplit=1)[0]]
    return row(name, ask(seen, place=place, on=day), answer, codes, **more)  # type: ignore[arg-type]


SEEN, SILENT = "observed single_source", "no_data none"
SPRING, AUTUMN = date(2024, 3, 31), date(2024, 10, 27)
"""Clocks change in London at 01:00Z."""
LATER = datetime(2024, 12, 1, tzinfo=UTC)

ROWS = (
    row(
        "seen by the local date, not by the UTC date",
        ask(span(at("21:30", 9), at("21:40", 9))),
        SEEN,
        "on_ground",
        other="no_data",
    ),
    row(
        "seen by the UTC date, not by the local date",
        ask(span(at("22:30"), at("22:40"))),
        SILENT,
        "not_asked",
        other="observed",
    ),
    row(
        "asked in UTC, the airport's own date differs",
        ask(span(at("21:30", 9), at("21:40", 9)), zone="UTC"),
        SILENT,
        "not_asked",
        other="observed",
    ),
    row(
        "asked in a third zone, the airport's own date differs",
        ask(span(at("22:30"), at("22:40")), zone="Europe/London"),
        SEEN,
        "on_ground",
        other="no_data",
    ),
    row(
        "asked in a third zone, only UTC differs",
        ask(span(at("23:30"), at("23:40")), zone="Europe/Berlin"),
        SILENT,
        "not_asked",
        other="observed",
    ),
    row(
        "asked in a zone that agrees with the airport's",
        ask(span(at("21:30", 9), at("21:40", 9)), zone="Europe/Moscow"),
        SEEN,
        "on_ground",
        other="no_data",
    ),
    row(
        "the other reading has not begun",
        ask(span(at("21:30", 9), at("21:40", 9)), now=at("23:59", 9)),
        SEEN,
        "on_ground",
    ),
    row(
        "the other reading has just begun",
        ask(span(at("21:30", 9), at("21:40", 9)), now=at("00:00")),
        SEEN,
        "on_ground",
        other="no_data",
    ),
    row("the day has just begun", ask(now=at("21:00", 9)), SILENT, "not_asked"),
    row(
        "the day is not over: nothing refutes the rest of it",
        ask(away_all_day(t_to=at("12:00")), now=at("12:05")),
        SILENT,
        "coverage_unknown",
        possible=(True,),
    ),
    row(
        "the day is not over: nothing shows that it stays away",
        ask(
            asked("empty", at("20:00", 9), at("12:00")),
            heard(at("20:00", 9), at("12:00")),
            now=at("12:05"),
        ),
        SILENT,
        "aircraft_silent",
    ),
    row(
        "the day before it is the same place",
        ask(movement("landing", at("12:00", 9), OLD_MINSK), place=OLD_MINSK, on=date(2024, 5, 9)),
        "consistent followed_low",
        "lost_low",
    ),
    landed("23 hours, the first moment", HEATHROW, SPRING, "2024-03-31 00:00", SEEN),
    landed(
        "23 hours, the moment after", HEATHROW, SPRING, "2024-03-31 23:00", SILENT, other="observed"
    ),
    landed("23 hours, the last moment", HEATHROW, SPRING, "2024-03-31 22:59:59", SEEN),
    row(
        "25 hours, the first moment",
        ask(
            span(utc("2024-10-26 23:00"), utc("2024-10-26 23:00"), HEATHROW, air_change_in=True),
            place=HEATHROW,
            on=AUTUMN,
            now=LATER,
        ),
        SEEN,
        "on_ground",
        other="no_data",
    ),
    row(
        "25 hours, the last moment",
        ask(
            span(
                utc("2024-10-27 23:59:59"), utc("2024-10-27 23:59:59"), HEATHROW, air_change_in=True
            ),
            place=HEATHROW,
            on=AUTUMN,
            now=LATER,
        ),
        SEEN,
        "on_ground",
    ),
    row(
        "25 hours, the moment after",
        ask(
            span(utc("2024-10-28 00:00"), utc("2024-10-28 00:00"), HEATHROW, air_change_in=True),
            place=HEATHROW,
            on=AUTUMN,
            now=LATER,
        ),
        SILENT,
        "not_asked",
    ),
    landed(
        "Apia, the day before the one that was skipped",
        APIA,
        date(2011, 12, 29),
        "2011-12-30 09:59:59",
        SEEN,
        other="no_data",
    ),
    landed(
        "Apia, the day after it",
        APIA,
        date(2011, 12, 31),
        "2011-12-30 10:00",
        SEEN,
        other="no_data",
    ),
    row(
        "the skipped day, asked in UTC",
        ask(
            span(utc("2011-12-30 09:00"), utc("2011-12-30 09:10"), APIA),
            place=APIA,
            on=date(2011, 12, 30),
            zone="UTC",
        ),
        SEEN,
        "on_ground",
    ),
    landed(
        "Newfoundland's clock goes back over midnight: still the day before",
        ST_JOHNS,
        date(2010, 11, 6),
        "2010-11-07 03:29:59",
        SEEN,
        other="no_data",
    ),
    landed(
        "Newfoundland, the date begins for good",
        ST_JOHNS,
        date(2010, 11, 7),
        "2010-11-07 03:30",
        SEEN,
    ),
    row(
        "two readings, one answer",
        ask(span(at("12:00"), at("12:05")), place=MINSK),
        SEEN,
        "on_ground",
    ),
)
