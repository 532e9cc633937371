"""Not seen, though the area was covered; or not covered after all."""

from __future__ import annotations

from schemas.movements import Heard
from tests.domain.asking import ask, asked, heard
from tests.domain.cases import (
    HEATHROW,
    ICAO24,
    MINSK,
    OTHER,
    VILNIUS,
    at,
    leg,
    movement,
    off,
    on,
    parked,
    tour,
)
from tests.domain.rows import row

ALL_DAY = heard(at("20:00", 9), at("25:00"))
"""An hour more on both sides than either reading of the date."""
FOUR_TO_SIX = (
    parked(at("20:00", 9), at("04:00"), on(HEATHROW)),
    parked(at("10:00"), at("25:00"), on(HEATHROW)),
)
"""Silent for six hours: at Minsk from 05:22 to 08:38 at the widest."""


def summed(aircraft: int) -> tuple[Heard, ...]:
    """As storage adds them up: one row an hour, without names."""
    return tuple(
        Heard(icao24="", source=h.source, airport=h.airport, hour=h.hour, low_fixes=20,
              ground_fixes=0, aircraft=aircraft)
        for h in ALL_DAY
    )  # fmt: skip


ROWS = (
    row(
        "silent all day, others heard every hour",
        ask(asked("empty"), ALL_DAY),
        "not_seen covered",
        "others_heard",
        covered=24,
        kinds="ledger",
        possible=(True,),
        says=("though other aircraft were", "adsblol heard other aircraft"),
    ),
    row(
        "others heard but for one hour",
        ask(asked("empty"), heard(at("20:00", 9), at("25:00"), without=[at("11:00")])),
        "no_data none",
        "aircraft_silent",
        covered=23,
    ),
    row(
        "others heard but for the first hour",
        ask(asked("empty"), heard(at("22:00", 9), at("25:00"))),
        "no_data none",
        "aircraft_silent",
        covered=23,
        other="not_seen",
    ),
    row(
        "others heard but for the last hour",
        ask(asked("empty"), heard(at("20:00", 9), at("20:00"))),
        "no_data none",
        "aircraft_silent",
        covered=23,
    ),
    row(
        "its own positions are no coverage",
        ask(asked("empty"), heard(at("20:00", 9), at("25:00"), icao24=ICAO24)),
        "no_data none",
        "aircraft_silent",
        covered=0,
    ),
    row(
        "heard at another airport",
        ask(asked("empty"), heard(at("20:00", 9), at("25:00"), place=VILNIUS)),
        "no_data none",
        "aircraft_silent",
        covered=0,
    ),
    row(
        "others added up by storage",
        ask(asked("empty"), summed(3)),
        "not_seen covered",
        "others_heard",
        covered=24,
    ),
    row(
        "nobody added up by storage",
        ask(asked("empty"), summed(0)),
        "no_data none",
        "aircraft_silent",
        covered=24,
    ),
    row(
        "two others told apart",
        ask(asked("empty"), ALL_DAY, heard(at("20:00", 9), at("25:00"), icao24="abcdee")),
        "not_seen covered",
        "others_heard",
        covered=24,
    ),
    row(
        "another source heard the others",
        ask(asked("empty"), heard(at("20:00", 9), at("25:00"), source="opensky")),
        "no_data none",
        "aircraft_silent",
    ),
    row(
        "another source was asked and heard them",
        ask(
            asked("failed"),
            asked("empty", source="opensky"),
            heard(at("20:00", 9), at("25:00"), source="opensky"),
        ),
        "not_seen covered",
        "others_heard",
        says=("opensky heard",),
        kinds="ledger ledger",
    ),
    row(
        "two sources, each heard half of the day",
        ask(
            asked("empty"),
            asked("empty", source="opensky"),
            heard(at("20:00", 9), at("12:00")),
            heard(at("12:00"), at("25:00"), source="opensky"),
        ),
        "no_data none",
        "aircraft_silent",
        covered=24,
    ),
    row(
        "the answers leave a hole",
        ask(
            asked("empty", at("20:00", 9), at("10:00")),
            asked("empty", at("10:01"), at("25:00")),
            ALL_DAY,
        ),
        "no_data none",
        "aircraft_silent",
    ),
    row(
        "the answers join without a hole",
        ask(
            asked("empty", at("10:00"), at("25:00")),
            asked("empty", at("20:00", 9), at("10:00")),
            ALL_DAY,
        ),
        "not_seen covered",
        "others_heard",
    ),
    row(
        "the answers end with the day exactly",
        ask(asked("empty", at("21:00", 9), at("21:00")), ALL_DAY),
        "not_seen covered",
        "others_heard",
        other="no_data",
    ),
    row(
        "the answers end a second before",
        ask(asked("empty", at("21:00", 9), at("20:59:59")), ALL_DAY),
        "no_data none",
        "aircraft_silent",
    ),
    row(
        "the answers begin a second late",
        ask(asked("empty", at("21:00:01", 9), at("25:00")), ALL_DAY),
        "no_data none",
        "aircraft_silent",
        other="not_seen",
    ),
    row(
        "the answer was cut short", ask(asked("truncated"), ALL_DAY), "no_data none", "source_down"
    ),
    row("the source refused", ask(asked("refused"), ALL_DAY), "no_data none", "source_down"),
    row("the source failed", ask(asked("failed"), ALL_DAY), "no_data none", "source_down"),
    row("the source had it not yet", ask(asked("too_early"), ALL_DAY), "no_data none", "too_early"),
    row("the source was not asked", ask(asked("not_asked"), ALL_DAY), "no_data none", "not_asked"),
    row("nobody was asked", ask(ALL_DAY), "no_data none", "not_asked"),
    row(
        "asked about another aircraft",
        ask(asked("empty", target=OTHER), ALL_DAY),
        "no_data none",
        "not_asked",
        kinds="",
    ),
    row(
        "asked about the registration",
        ask(asked("empty", target="RA-64523"), ALL_DAY),
        "not_seen covered",
        "others_heard",
    ),
    row(
        "asked about everything",
        ask(asked("data", target="*"), ALL_DAY),
        "not_seen covered",
        "others_heard",
        says=("not seen",),
    ),
    row(
        "asked about everything, and its own part cannot be read",
        ask(asked("data", target="*"), asked("failed"), ALL_DAY),
        "no_data none",
        "source_down",
    ),
    row(
        "asked about an area that may be another",
        ask(asked("data", target="area:1"), ALL_DAY),
        "no_data none",
        "not_asked",
    ),
    row(
        "asked about a circle that holds the airport",
        ask(asked("data", target="area:53.8825,28.0307,30"), ALL_DAY),
        "not_seen covered",
        "others_heard",
        says=("not seen",),
    ),
    row(
        "asked about a circle that just holds it",
        ask(asked("empty", target="area:53.8825,28.0307,5.6"), ALL_DAY),
        "not_seen covered",
        "others_heard",
    ),
    row(
        "asked about a circle too small for it",
        ask(asked("data", target="area:53.8825,28.0307,5.4"), ALL_DAY),
        "no_data none",
        "not_asked",
    ),
    row(
        "asked about a circle beside it",
        ask(asked("data", target="area:53.3825,28.0307,30"), ALL_DAY),
        "no_data none",
        "not_asked",
    ),
    row(
        "data about it, and nothing to show for it",
        ask(asked("data"), ALL_DAY),
        "no_data none",
        "aircraft_silent",
    ),
    row(
        "silent for part of the day, others heard then",
        ask(FOUR_TO_SIX, asked(), heard(at("05:00"), at("09:00"))),
        "not_seen covered",
        "others_heard",
        possible=(True,),
        covered=4,
    ),
    row(
        "silent but for positions that nobody can lean on, others heard then",
        ask(
            FOUR_TO_SIX,
            parked(at("06:00"), at("06:10"), on(HEATHROW), usable=False),
            asked(),
            heard(at("05:00"), at("09:00")),
        ),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "silent for part of the day, others not heard in one of its hours",
        ask(FOUR_TO_SIX, asked(), heard(at("05:00"), at("08:00"))),
        "no_data none",
        "coverage_unknown",
        possible=(True,),
        covered=3,
        says=(
            "silent from 2024-05-10 04:00:00Z",
            "time enough for a visit",
            "nothing shows whether anybody would have heard it there",
        ),
    ),
    row(
        "silent for part of the day, the hour before does not matter",
        ask(FOUR_TO_SIX, asked(), heard(at("06:00"), at("09:00"))),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "two silences, others heard in one of them",
        ask(
            parked(at("20:00", 9), at("04:00"), on(HEATHROW)),
            parked(at("10:00"), at("12:00"), on(HEATHROW)),
            parked(at("18:00"), at("25:00"), on(HEATHROW)),
            asked(),
            heard(at("05:00"), at("09:00")),
        ),
        "no_data none",
        "coverage_unknown",
        possible=(True, True),
    ),
    row(
        "two silences, two sources that heard others",
        ask(
            parked(at("20:00", 9), at("04:00"), on(HEATHROW)),
            parked(at("10:00"), at("12:00"), on(HEATHROW)),
            parked(at("18:00"), at("25:00"), on(HEATHROW)),
            asked(),
            asked("empty", source="opensky"),
            heard(at("05:00"), at("09:00")),
            heard(at("13:00"), at("17:00"), source="opensky"),
        ),
        "not_seen covered",
        "others_heard",
        says=("adsblol, opensky heard",),
    ),
    row(
        "its steps alone leave time for it, others heard",
        ask(tour(30.0, max_step_s=600), asked(), ALL_DAY),
        "no_data none",
        "coverage_unknown",
        possible=(),
    ),
    row(
        "its steps leave time for it, and a silence that was covered",
        ask(
            tour(30.0, max_step_s=600, t_to=at("13:00")),
            parked(at("20:00"), at("25:00"), on(HEATHROW)),
            asked(),
            ALL_DAY,
        ),
        "no_data none",
        "coverage_unknown",
        possible=(True,),
    ),
    row(
        "covered, but something doubtful was received from it",
        ask(
            parked(at("12:00"), at("12:10"), on(HEATHROW), usable=False),
            asked(),
            ALL_DAY,
        ),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "covered, and something doubtful was received on the day before",
        ask(
            parked(at("12:00", 9), at("12:10", 9), on(HEATHROW), usable=False),
            asked(),
            ALL_DAY,
        ),
        "not_seen covered",
        "others_heard",
    ),
    row(
        "covered, but it came near",
        ask(
            leg(at("12:00"), at("12:01"), off(MINSK, 0, 10), off(MINSK, 0, 10), alt_ft=2_000.0),
            asked(),
            ALL_DAY,
        ),
        "near passed",
        "came_near",
    ),
    row(
        "covered, but it was lost high on descent",
        ask(movement("landing", at("12:00"), height_ft=5_000.0), asked("empty"), ALL_DAY),
        "consistent lost_or_found_high",
        "lost_low",
    ),
)
