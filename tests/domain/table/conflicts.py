"""Things that cannot both be true."""

from __future__ import annotations

from tests.domain.asking import ask, report
from tests.domain.cases import (
    HEATHROW,
    MINSK,
    VILNIUS,
    VNUKOVO,
    at,
    away_all_day,
    leg,
    movement,
    observed,
    off,
    on,
    parked,
    segment,
)
from tests.domain.rows import row

FAR = off(MINSK, 270, 400)


def jump(minutes: float, t_end: str = "10:00", day: int = 10) -> tuple[object, ...]:
    """Two stretches that are 480 NM apart, so many minutes one after the other."""
    begin = at(t_end, day) + (at("00:01") - at("00:00")) * minutes
    there, here = off(VILNIUS, 270, 500), off(VILNIUS, 270, 20)
    return (
        leg(at("06:00", day), at(t_end, day), there, there),
        leg(begin, begin + (at("01:00") - at("00:00")), here, here, source="opensky"),
    )


def side_by_side(distance_nm: float, **more: object) -> tuple[object, ...]:
    """Two sources at one time, so far apart."""
    place, other = off(VILNIUS, 270, 100), off(VILNIUS, 270, 100 + distance_nm)
    return (
        leg(at("09:00"), at("10:00"), place, place),
        leg(at("09:30"), at("10:30"), other, other, source="opensky", **more),  # type: ignore[arg-type]
    )


HERE = report(at("14:17"), rests_on=("flightradar24",))
THERE = report(at("14:17"), "EGLL", publisher="b.by", rests_on=("tower",))
FARTHEST = report(at("14:17"), "NSFA", publisher="b.by", rests_on=("tower",))


ROWS = (
    # 480 NM, less 0.6 % and 5 NM, are 39.3 minutes at 720 kt; a minute is given for clocks.
    row(
        "a jump that it cannot have flown",
        ask(jump(38.30)),
        "conflicting positions",
        "positions_conflict",
        says=("adsblol and opensky place it 480 NM apart",),
    ),
    row("a jump that it can just have flown", ask(jump(38.38)), "no_data none", "coverage_unknown"),
    row("a jump on the day before", ask(jump(20.0, "19:00", 9)), "no_data none", "not_asked"),
    row(
        "a jump into the first moment of the day",
        ask(
            leg(at("20:00", 9), at("20:50", 9), FAR, FAR),
            leg(at("21:00", 9), at("25:00"), off(MINSK, 270, 20), off(MINSK, 270, 20)),
        ),
        "elsewhere tracked_throughout",
        "no_time",
    ),
    row(
        "a jump over the midnight before",
        ask(
            leg(at("20:00", 9), at("20:50", 9), FAR, FAR),
            leg(at("21:00:01", 9), at("25:00"), off(MINSK, 270, 20), off(MINSK, 270, 20)),
        ),
        "conflicting positions",
        "positions_conflict",
        other="elsewhere",
    ),
    row(
        "a jump from the last moment of the day",
        ask(
            leg(at("20:00", 9), at("21:00"), FAR, FAR),
            leg(at("21:10"), at("25:00"), off(MINSK, 270, 20), off(MINSK, 270, 20)),
        ),
        "elsewhere tracked_throughout",
        "no_time",
        other="conflicting",
    ),
    row(
        "two tracks of one source that cannot be one aircraft",
        ask(away_all_day(), segment((at("12:00"), on(VNUKOVO)), (at("13:00"), on(VNUKOVO)))),
        "conflicting positions",
        "positions_conflict",
        says=("two stretches of adsblol place",),
    ),
    row(
        "two sources that place it far apart",
        ask(side_by_side(14.0)),
        "conflicting positions",
        "positions_conflict",
        says=("14 NM apart",),
    ),
    row(
        "two sources that place it not so far apart",
        ask(side_by_side(12.0)),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "two sources with coarse steps may be farther apart",
        ask(side_by_side(60.0, max_step_s=600.0)),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "even they have a limit",
        ask(side_by_side(76.0, max_step_s=600.0)),
        "conflicting positions",
        "positions_conflict",
    ),
    row(
        "one source places it elsewhere at one moment of the other's track",
        ask(away_all_day(), leg(at("12:00"), at("12:00"), on(MINSK), on(MINSK), source="opensky")),
        "conflicting positions",
        "positions_conflict",
    ),
    row(
        "they part before the day only",
        ask(
            segment(
                (at("18:00", 9), FAR),
                (at("20:00", 9), off(MINSK, 270, 300)),
                (at("25:00"), off(MINSK, 270, 300)),
                source="opensky",
            ),
            leg(at("18:00", 9), at("25:00"), off(MINSK, 270, 300), off(MINSK, 270, 300)),
        ),
        "elsewhere tracked_throughout",
        "no_time",
    ),
    row(
        "they part within it",
        ask(
            segment(
                (at("20:00", 9), off(MINSK, 270, 300)),
                (at("10:00"), off(MINSK, 270, 340)),
                (at("25:00"), off(MINSK, 270, 300)),
                source="opensky",
            ),
            leg(at("20:00", 9), at("25:00"), off(MINSK, 270, 300), off(MINSK, 270, 300)),
        ),
        "conflicting positions",
        "positions_conflict",
        says=("at 2024-05-10 10:00:00Z",),
    ),
    row(
        "an unusable track contradicts nothing",
        ask(away_all_day(), parked(at("12:00"), at("13:00"), on(VNUKOVO), "opensky", usable=False)),
        "elsewhere tracked_throughout",
        "no_time",
    ),
    row(
        "every two stretches are compared",
        ask(
            away_all_day(),
            parked(at("09:00"), at("10:00"), on(HEATHROW), "opensky"),
            parked(at("11:00"), at("13:00"), on(VNUKOVO), "opensky"),
        ),
        "conflicting positions",
        "positions_conflict positions_conflict",
    ),
    row(
        "independent reports that cannot both be true",
        ask(HERE, THERE),
        "conflicting reports",
        "reports_conflict",
        says=("dolce24.ru has it at UMMS", "b.by at EGLL"),
    ),
    row(
        "the same, on one origin",
        ask(HERE, report(at("14:17"), "EGLL", publisher="b.by", rests_on=("Flightradar24",))),
        "consistent reports_alone",
        "reported",
    ),
    # 107 NM to Vilnius are 8.2 minutes; to Heathrow 84.
    row(
        "a report of a place near enough for a wrong minute",
        ask(HERE, report(at("14:17"), "EYVI", publisher="b.by", rests_on=("tower",))),
        "consistent reports_alone",
        "reported",
    ),
    row(
        "a report of a far place later, just too soon",
        ask(HERE, report(at("14:39"), "EGLL", publisher="b.by", rests_on=("tower",))),
        "conflicting reports",
        "reports_conflict",
    ),
    row(
        "a report of a far place later, late enough",
        ask(HERE, report(at("14:45"), "EGLL", publisher="b.by", rests_on=("tower",))),
        "consistent reports_alone",
        "reported",
    ),
    row(
        "a report of a far place earlier, early enough",
        ask(HERE, report(at("13:49"), "EGLL", publisher="b.by", rests_on=("tower",))),
        "consistent reports_alone",
        "reported",
    ),
    row(
        "a report of a place nobody knows",
        ask(HERE, report(at("14:17"), "XXXX", publisher="b.by", rests_on=("tower",))),
        "consistent reports_alone",
        "reported",
    ),
    row(
        "clashing reports, and positions that decide",
        ask(HERE, THERE, movement("landing", at("14:16"), height_ft=180.0)),
        "consistent followed_to_runway",
        "lost_low reported",
        conflicts=("reports_conflict",),
    ),
    row(
        "clashing reports, and positions at another time",
        ask(HERE, THERE, parked(at("05:00"), at("05:10"), on(VILNIUS))),
        "conflicting reports",
        "reports_conflict",
    ),
    row(
        "clashing reports, and a track that refutes ours",
        ask(HERE, THERE, away_all_day()),
        "elsewhere tracked_throughout",
        "no_time",
        conflicts=("report_against_track", "reports_conflict"),
    ),
    row(
        "clashing reports, and a stay over the day",
        ask(HERE, THERE, observed("landing", at("12:00", 8)), observed("takeoff", at("12:00", 12))),
        "consistent bracketed_stay",
        "bracketed_stay reported",
        conflicts=("reports_conflict",),
    ),
)
