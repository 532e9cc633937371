"""The aircraft, its type and its places: each result that they can have."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from schemas.claims import Assertion
from schemas.verdicts import Identity
from service.domain.judging.known import flights_of
from service.domain.judging.moments import day_pairs
from tests.domain.asking import (
    BY_RULE,
    ESTABLISHED,
    NOBODY,
    TWO_ADDRESSES,
    identity,
    known_as,
    report,
    statement,
)
from tests.domain.cases import (
    APIA,
    DAY,
    HEATHROW,
    MINSK,
    OLD_MINSK,
    VILNIUS,
    VNUKOVO,
    at,
    away_all_day,
    leg,
    movement,
    observed,
    on,
    parked,
    passed,
    rival,
    span,
)
from tests.domain.judging.claims import article, flown, judged, known, results, said

TOLD = report(at("14:17"), t_off=at("13:00"))
TYPED = replace(TOLD, type_code="T204")


@pytest.mark.parametrize(
    ("who", "reports", "result", "grade"),
    [
        (ESTABLISHED, (), "holds", "stated"),
        (BY_RULE, (), "cannot_tell", "rule_only"),
        (NOBODY, (), "cannot_tell", "nobody_says"),
        (NOBODY, (TOLD,), "fits", "reports_alone"),
        (BY_RULE, (TOLD,), "fits", "reports_alone"),
        (TWO_ADDRESSES, (TOLD,), "cannot_tell", "several"),
    ],
)
def test_the_aircraft(who: Identity, reports: tuple[object, ...], result: str, grade: str) -> None:
    found = results([said("aircraft")], known(*reports, identity=who))
    assert found == {"aircraft": (result, grade)}


DISAGREEING = identity(
    known_as(statements=(statement("T204"), statement("A320", source="other_register")))
)


@pytest.mark.parametrize(
    ("who", "reports", "types", "result", "grade"),
    [
        (ESTABLISHED, (), ("T204",), "holds", "stated"),
        (ESTABLISHED, (), ("t204", "B738"), "holds", "stated"),
        (ESTABLISHED, (), ("A320",), "does_not_fit", "stated"),
        (ESTABLISHED, (replace(TOLD, type_code="A320"),), ("A320",), "does_not_fit", "stated"),
        (DISAGREEING, (), ("T204",), "cannot_tell", "disagree"),
        (DISAGREEING, (), ("B738",), "does_not_fit", "stated"),
        (identity(known_as(type_code="")), (), ("T204",), "cannot_tell", "nobody_says"),
        (BY_RULE, (TYPED,), ("T204",), "fits", "reports_alone"),
        (BY_RULE, (TYPED,), ("A320",), "cannot_tell", "reports_alone"),
        (NOBODY, (), ("T204",), "cannot_tell", "nobody_says"),
    ],
)
def test_the_type(
    who: Identity, reports: tuple[object, ...], types: tuple[str, ...], result: str, grade: str
) -> None:
    found = results([said("type", types=types)], known(*reports, identity=who))
    assert found == {"type": (result, grade)}


FLOWN = flown()
LANDED_LOW = leg(at("10:00"), at("14:16"), on(HEATHROW), on(MINSK), alt_ft=900.0)
WENT_AROUND = (
    leg(at("09:00"), at("15:00"), on(VNUKOVO), on(HEATHROW)),
    passed("go_around", at("14:00")),
)
ARRIVAL = said("arrival", MINSK)


@pytest.mark.parametrize(
    ("held", "claim", "result", "grade"),
    [
        (FLOWN, ARRIVAL, "holds", "single_source"),
        ((*FLOWN, *flown(source="opensky")), ARRIVAL, "holds", "corroborated"),
        (FLOWN, said("departure", VNUKOVO), "holds", "single_source"),
        (FLOWN, said("presence", MINSK), "holds", "single_source"),
        # There, but only seen to do the other thing.
        (FLOWN, said("departure", MINSK), "fits", "takeoff_unseen"),
        (FLOWN, said("arrival", VNUKOVO), "fits", "landing_unseen"),
        ((LANDED_LOW, movement("landing", at("14:17"))), ARRIVAL, "fits", "followed_low"),
        ((TOLD,), ARRIVAL, "fits", "reports_alone"),
        ((away_all_day(),), ARRIVAL, "refuted", "tracked_throughout"),
        ((away_all_day(),), said("presence", MINSK), "refuted", "tracked_throughout"),
        (WENT_AROUND, ARRIVAL, "does_not_fit", "went_around"),
        ((), ARRIVAL, "cannot_tell", "no_data"),
        ((FLOWN, away_all_day(source="opensky")), ARRIVAL, "cannot_tell", "conflicting"),
        ((), said("arrival"), "cannot_tell", "no_place"),
        (FLOWN, said("arrival", MINSK, day=None), "cannot_tell", "no_date"),
        (FLOWN, said("arrival", MINSK, day=date(2031, 1, 1)), "cannot_tell", "not_askable"),
        (FLOWN, said("arrival", APIA, day=date(2011, 12, 30)), "cannot_tell", "not_askable"),
    ],
)  # fmt: skip
def test_the_place(held: tuple[object, ...], claim: Assertion, result: str, grade: str) -> None:
    found = results([claim], known(*held))
    assert found == {claim.kind: (result, grade)}


def test_positions_under_an_address_that_only_a_rule_gives_say_nothing() -> None:
    found = results(article(), known(*FLOWN, identity=BY_RULE))
    assert {kind: result for kind, (result, _) in found.items()} == dict.fromkeys(
        ("aircraft", "type", "departure", "departure_time", "arrival", "duration", "continuity"),
        "cannot_tell",
    )


def test_any_airport_of_a_city_will_do() -> None:
    """The likeliest one is refuted, and another one is not."""
    refuted = ("refuted", "tracked_throughout")
    stayed = known(away_all_day(MINSK), span(at("20:00", 9), at("25:00")))
    assert results([said("presence", HEATHROW)], stayed)["presence"] == refuted
    assert results([said("presence", HEATHROW, VNUKOVO)], stayed)["presence"] == refuted
    assert results([said("presence", HEATHROW, MINSK)], stayed)["presence"][0] == "holds"
    held = known(*flown(destination=VILNIUS))
    assert results([said("arrival", MINSK, VILNIUS)], held)["arrival"][0] == "holds"


def test_a_date_that_may_be_the_other_ends_refutes_nothing() -> None:
    """Landed the morning after: elsewhere on the stated date, and there on the next."""
    held = known(
        parked(at("20:00", 9), at("22:30"), on(HEATHROW)),
        leg(at("22:31"), at("26:00"), on(HEATHROW), on(MINSK), alt_ft=900.0),
        movement("landing", at("26:00")),
    )
    alone = [said("arrival", MINSK)]
    both = [said("departure", HEATHROW), said("arrival", MINSK)]
    timed = [
        said("departure", HEATHROW, clock="23:30", zones=("Europe/London",)),
        said("arrival", MINSK),
        said("duration", minutes=210),
    ]
    assert results(alone, held)["arrival"] == ("refuted", "tracked_throughout")
    assert results(both, held)["arrival"] == ("fits", "other_day")
    assert results(timed, held)["arrival"][0] == "fits"


def test_against_a_claim_is_only_what_is_against_it_on_each_day_that_may_be_meant() -> None:
    both = [said("departure", HEATHROW), said("arrival", MINSK)]
    day_only = known(away_all_day())
    assert results([said("arrival", MINSK)], day_only)["arrival"][0] == "refuted"
    assert results(both, day_only)["arrival"] == ("cannot_tell", "other_day")
    throughout = known(parked(at("20:00", 9), at("23:00", 12), on(HEATHROW)))
    assert results(both, throughout)["arrival"][0] == "refuted"


def test_both_ends_of_a_night_flight_are_dated_together() -> None:
    """One flight a night: the take-off of the stated date, and the landing after it."""
    held = known(
        *(observed("takeoff", at("20:30", day), MINSK) for day in (9, 10, 11)),
        *(observed("landing", at("21:20", day), OLD_MINSK) for day in (9, 10, 11)),
        *(span(at("20:00", day), at("20:30", day), MINSK) for day in (9, 10, 11)),
        *(span(at("21:20", day), at("21:50", day), OLD_MINSK) for day in (9, 10, 11)),
    )
    night = [
        said("departure", MINSK, clock="23:30", zones=("Europe/Minsk",)),
        said("arrival", OLD_MINSK, clock="00:20", zones=("Europe/Minsk",)),
    ]
    found = judged(night, held)
    assert {kind: one.result for kind, one in found.items() if kind != "continuity"} == {
        "departure": "holds",
        "departure_time": "holds",
        "arrival": "holds",
        "arrival_time": "holds",
    }
    assert "2024-05-10 20:30:00Z" in found["departure_time"].sentence
    assert "2024-05-10 21:20:00Z" in found["arrival_time"].sentence
    (flight,) = flights_of(night)
    assert day_pairs(flight, [MINSK], [OLD_MINSK])[0] == (DAY, DAY + timedelta(days=1))


def test_the_day_before_is_meant_at_the_most() -> None:
    """The stated date may be the landing's; then the take-off fits, and the rest goes with it."""
    held = known(
        parked(at("12:00", 9), at("20:30", 9), on(MINSK)),
        span(at("20:00", 9), at("20:30", 9), MINSK),
        observed("takeoff", at("20:30", 9), MINSK),
        leg(at("20:30:10", 9), at("23:00", 9), on(MINSK), on(HEATHROW)),
        parked(at("23:00:10", 9), at("23:00", 11), on(HEATHROW)),
    )
    claim = [
        said("departure", MINSK, clock="23:30", zones=("Europe/Minsk",)),
        said("arrival", HEATHROW),
    ]
    found = results(claim, held)
    assert results([said("departure", MINSK)], held)["departure"][0] == "refuted"
    assert found["departure"] == ("fits", "other_day")
    assert found["departure_time"] == ("fits", "other_day")


def test_where_no_airport_of_a_city_fits_the_time_may_be_at_each() -> None:
    """Tracked past one of them, and nothing is known of the other: no proof of none."""
    flight = leg(at("12:00"), at("16:00"), on(VNUKOVO), on(HEATHROW))
    held = known(flight, movement("landing", at("14:00"), HEATHROW, rivals=(rival(VILNIUS),)))
    for places in ((MINSK, VILNIUS), (VILNIUS, MINSK)):
        claim = [said("arrival", *places, clock="17:00")]
        assert results(claim, held)["arrival_time"] == ("cannot_tell", "not_seen_then")


def test_without_a_date_nobody_knows_which_aircraft_it_was() -> None:
    """Registrations are given again; the day of publication may be after that."""
    parts = [said("aircraft"), said("type", types=("T204",)), said("arrival", MINSK, day=None)]
    wrong = said("type", types=("A320",))
    undated = replace(known(), is_dated=False)
    for kind in ("aircraft", "type"):
        one = judged(parts, undated)[kind]
        assert (one.result, one.grade) == ("cannot_tell", "no_date")
        assert "No date is stated" in one.sentence
        assert "at that time" not in one.sentence
    published = replace(undated, published=DAY)
    for kind in ("aircraft", "type"):
        one = judged(parts, published)[kind]
        assert (one.result, one.grade) == ("fits", "date_of_publication")
        assert "2024-05-10, the day of publication" in one.sentence
    assert results([wrong], undated)["type"] == ("cannot_tell", "no_date")
    assert results([wrong], published)["type"] == ("cannot_tell", "date_of_publication")


def test_a_date_is_refuted_in_every_zone_that_may_be_meant_or_not_at_all() -> None:
    """Away on the local date; on the UTC date it came in the evening."""
    held = known(
        parked(at("20:00", 9), at("20:00"), on(VNUKOVO)),
        leg(at("20:01"), at("21:29"), on(VNUKOVO), on(MINSK), alt_ft=900.0),
        movement("landing", at("21:30")),
    )
    assert results([ARRIVAL], held)["arrival"] == ("does_not_fit", "other_date")
