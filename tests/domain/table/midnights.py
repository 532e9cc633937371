"""Seen at the edges of a day: a fix exactly at midnight, a landing a moment before it."""

from __future__ import annotations

from tests.domain.asking import ask
from tests.domain.cases import HEATHROW, at, on, parked, span
from tests.domain.rows import row

SEEN = span(at("12:00"), at("12:05"))


def thin(*times: str, **more: object) -> object:
    """Fixes on the ground at these times and no other."""
    moments = [at(t) for t in times]
    return span(moments[0], moments[-1], times=moments, **more)  # type: ignore[arg-type]


ROWS = (
    row(
        "the third fix exactly at the midnight after",
        ask(thin("20:58", "20:59", "21:00")),
        "consistent ground_unconfirmed",
        "thin_ground",
        other="observed",
    ),
    row(
        "the first fix exactly at local midnight",
        ask(span(at("21:00", 9), at("21:05", 9))),
        "observed single_source",
        "on_ground",
        other="no_data",
    ),
    row(
        "touched down exactly at local midnight",
        ask(span(at("21:00", 9), at("21:00:20", 9), air_change_in=True)),
        "observed single_source",
        "on_ground",
        other="no_data",
    ),
    row(
        "touched down the day before, a single fix in this one",
        ask(
            span(
                at("20:59:50", 9),
                at("21:00:10", 9),
                air_change_in=True,
                times=(at("20:59:50", 9), at("21:00:10", 9)),
            )
        ),
        "consistent ground_unconfirmed",
        "thin_ground",
        other="no_data",
    ),
    row(
        "touched down the day before, two fixes in this one",
        ask(
            span(
                at("20:59:50", 9),
                at("21:00:30", 9),
                times=(at("21:00:10", 9), at("21:00:30", 9)),
                air_change_in=True,
            )
        ),
        "consistent ground_unconfirmed",
        "thin_ground",
        other="no_data",
    ),
    row(
        "lifted off the day after, two fixes in this one",
        ask(
            span(
                at("20:59:30"),
                at("21:00:10"),
                times=(at("20:59:30"), at("20:59:50")),
                air_change_out=True,
            )
        ),
        "consistent ground_unconfirmed",
        "thin_ground",
        other="observed",
    ),
    row(
        "on the ground before the day and after it, not a fix within",
        ask(span(at("12:00", 9), at("12:00", 11), times=())),
        "no_data none",
        "not_asked",
        kinds="ground_span",
    ),
    row(
        "lifted off the day after, a single fix in this one",
        ask(
            span(
                at("20:59:50"),
                at("21:00:10"),
                air_change_out=True,
                times=(at("20:59:50"), at("21:00:10")),
            )
        ),
        "consistent ground_unconfirmed",
        "thin_ground",
        other="observed",
    ),
    row(
        "lifted off exactly at the midnight after",
        ask(
            span(
                at("20:59:50"),
                at("21:00"),
                air_change_out=True,
                times=(at("20:59:50"), at("21:00")),
            )
        ),
        "consistent ground_unconfirmed",
        "thin_ground",
        other="observed",
    ),
    row(
        "parked over midnight, three fixes in the day",
        ask(
            span(
                at("18:00", 9),
                at("21:02", 9),
                times=[at("18:00", 9), at("21:00", 9), at("21:01", 9), at("21:02", 9)],
            )
        ),
        "observed single_source",
        "on_ground",
        other="no_data",
    ),
    row(
        "parked over midnight, two fixes in the day",
        ask(
            span(
                at("18:00", 9),
                at("21:02", 9),
                times=[at("18:00", 9), at("20:00", 9), at("21:01", 9), at("21:02", 9)],
            )
        ),
        "consistent ground_unconfirmed",
        "thin_ground",
        other="no_data",
    ),
    row(
        "seen, and tracked far off the rest of the day",
        ask(
            SEEN,
            parked(at("20:00", 9), at("09:00"), on(HEATHROW)),
            parked(at("15:00"), at("25:00"), on(HEATHROW)),
        ),
        "observed single_source",
        "on_ground",
    ),
)
