"""Seen there: what is enough, what is just not enough, and what is never enough."""

from __future__ import annotations

from schemas.movements import Mark
from tests.domain.asking import ask, identity, known_as, report
from tests.domain.cases import (
    HEATHROW,
    MINSK,
    OLD_MINSK,
    OTHER,
    VILNIUS,
    at,
    away_all_day,
    off,
    on,
    parked,
    passed,
    rival,
    segment,
    span,
)
from tests.domain.rows import row

SEEN = span(at("12:00"), at("12:05"))


def thin(*times: str, **more: object) -> object:
    """Fixes on the ground at these times and no other."""
    moments = [at(t) for t in times]
    return span(moments[0], moments[-1], times=moments, **more)  # type: ignore[arg-type]


def marked(*marks: Mark) -> object:
    """Seen well, but for a mark."""
    return span(at("12:00"), at("12:05"), marks=marks, air_change_in=True, air_change_out=True)


BELIED_ROWS = tuple(
    row(
        f"on the ground, marked {mark}",
        ask(marked(mark)),
        "no_data none",
        "not_asked",
        kinds="ground_span",
        possible=(True,),
    )
    for mark in ("spoof_suspected", "frozen", "jump", "crash_suspected")
)
DOUBTED_ROWS = tuple(
    row(
        f"on the ground, marked {mark}",
        ask(marked(mark)),
        "consistent ground_unconfirmed",
        "thin_ground",
        says=(f"marked {mark}",),
    )
    for mark in ("stale", "low_integrity", "ground_flag_doubted")
)
HARMLESS_ROWS = tuple(
    row(f"on the ground, marked {mark}", ask(marked(mark)), "observed single_source", "on_ground")
    for mark in ("not_adsb", "clock", "simulated", "baro_uncorrected")
)

ROWS = (
    row(
        "five minutes on the ground",
        ask(SEEN),
        "observed single_source",
        "on_ground",
        kinds="ground_span",
        says=("from 2024-05-10 12:00:00Z to 2024-05-10 12:05:00Z",),
    ),
    row(
        "two independent sources",
        ask(SEEN, span(at("12:01"), at("12:04"), source="opensky")),
        "observed corroborated",
        "on_ground",
        says=("adsblol, opensky",),
    ),
    row(
        "two sources of one operator",
        ask(SEEN, span(at("12:01"), at("12:04"), source="adsblol_mirror")),
        "observed single_source",
        "on_ground",
    ),
    row(
        "a source that does not say whose it is corroborates nothing",
        ask(SEEN, span(at("12:01"), at("12:04"), source="stranger")),
        "observed single_source",
        "on_ground",
    ),
    row(
        "a source we know nothing of corroborates nothing",
        ask(SEEN, span(at("12:01"), at("12:04"), source="unheard_of")),
        "observed single_source",
        "on_ground",
    ),
    row("only unknown sources", ask(SEEN, sources={}), "observed single_source", "on_ground"),
    row(
        "an independent source that saw too little corroborates nothing",
        ask(SEEN, thin("12:01", "12:02", source="opensky")),
        "observed single_source",
        "on_ground",
    ),
    row(
        "three fixes in just a minute",
        ask(thin("12:00", "12:00:30", "12:01")),
        "observed single_source",
        "on_ground",
    ),
    row(
        "three fixes in less",
        ask(thin("12:00", "12:00:30", "12:00:59")),
        "consistent ground_unconfirmed",
        "thin_ground",
    ),
    row(
        "two fixes only",
        ask(thin("12:00", "12:02")),
        "consistent ground_unconfirmed",
        "thin_ground",
    ),
    row(
        "one fix, told twice, and another",
        ask(thin("12:00", "12:00", "12:02")),
        "consistent ground_unconfirmed",
        "thin_ground",
    ),
    row(
        "two fixes, and seen to touch down",
        ask(thin("12:00", "12:00:05", air_change_in=True)),
        "observed single_source",
        "on_ground",
    ),
    row(
        "two fixes, and seen to lift off",
        ask(thin("12:00", "12:00:05", air_change_out=True)),
        "observed single_source",
        "on_ground",
    ),
    row(
        "on the ground, tied to no track",
        ask(span(at("12:00"), at("12:05"), tied=False)),
        "consistent ground_unconfirmed",
        "thin_ground",
    ),
    row(
        "touched down, tied to no track",
        ask(span(at("12:00"), at("12:05"), tied=False, air_change_in=True)),
        "consistent ground_unconfirmed",
        "thin_ground",
    ),
    row(
        "on the ground, and another field fits too",
        ask(span(at("12:00"), at("12:05"), rivals=(rival(OLD_MINSK),))),
        "consistent ground_unconfirmed",
        "thin_ground",
        rivals=("UMMM",),
    ),
    row(
        "slow and at field height is on the ground too",
        ask(span(at("12:00"), at("12:05"), basis="slow_near_elevation")),
        "observed single_source",
        "on_ground",
    ),
    row(
        "touched down a second before it, one fix after",
        ask(thin("20:59:59", "21:00:10", air_change_in=True)),
        "observed single_source",
        "on_ground",
    ),
    row(
        "on the ground at another airport",
        ask(span(at("12:00"), at("12:05"), VILNIUS)),
        "no_data none",
        "not_asked",
        kinds="",
    ),
    row(
        "another aircraft on the ground",
        ask(span(at("12:00"), at("12:05"), icao24=OTHER)),
        "no_data none",
        "not_asked",
        kinds="",
    ),
    row(
        "seen at a closed airport that press texts still name",
        ask(span(at("12:00"), at("12:05"), OLD_MINSK), place=OLD_MINSK),
        "observed single_source",
        "on_ground",
    ),
    row(
        "asked by address, and nobody names the aircraft",
        ask(
            SEEN,
            identity=identity(
                known_as(registration="", statements=()), asked_by="icao24", registration=""
            ),
        ),
        "observed single_source",
        "on_ground",
        says=("The aircraft with address 14fc0b was seen",),
    ),
    row(
        "seen comes before a go-around",
        ask(SEEN, passed("go_around", at("11:50"))),
        "observed single_source",
        "on_ground",
        kinds="ground_span pass",
    ),
    row(
        "seen, and its own track bears it out",
        ask(
            SEEN,
            parked(at("11:59"), at("12:06"), on(MINSK)),
            parked(at("20:00", 9), at("09:00"), on(HEATHROW)),
            parked(at("15:00"), at("25:00"), on(HEATHROW)),
        ),
        "observed single_source",
        "on_ground",
        kinds="ground_span segment segment segment",
    ),
    row(
        "seen, while another source heard it at another field",
        ask(SEEN, parked(at("11:00"), at("13:00"), on(VILNIUS), "opensky")),
        "conflicting marked_positions",
        "placed_against_reach",
    ),
    row(
        "a spoofed landing in a track that was elsewhere",
        ask(away_all_day(), marked("spoof_suspected")),
        "conflicting marked_positions",
        "placed_against_reach",
        says=("spoof_suspected",),
    ),
    row(
        "on the ground too thinly, while another source heard it at another field",
        ask(thin("12:00", "12:02"), parked(at("11:00"), at("13:00"), on(VILNIUS), "opensky")),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "seen, and a report has it leave at another time",
        ask(SEEN, report(at("18:00"))),
        "observed single_source",
        "on_ground",
        kinds="ground_span report",
    ),
    row(
        "low and slow beside the airport is not on it",
        ask(segment((at("12:00"), off(MINSK, 0, 0.5), 900.0), (at("12:05"), on(MINSK), 900.0))),
        "near passed",
        "came_near",
    ),
    *BELIED_ROWS,
    *DOUBTED_ROWS,
    *HARMLESS_ROWS,
)
