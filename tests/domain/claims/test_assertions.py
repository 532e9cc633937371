"""From a reading and from fields to the same assertions."""

from __future__ import annotations

from datetime import date, time

import pytest
from pydantic import TypeAdapter

from schemas.claims import Reading, StatedLeg, StatedStop
from service.domain.claims.assertions import from_fields, from_reading
from service.errors import AmbiguousAirport, BadInput, UnknownAircraft, UnknownAirport
from tests.domain.claims.readings import everywhere, read

_DAY = date(2020, 8, 18)


def test_fields_say_the_same_as_a_text() -> None:
    text = (
        "On 2020-08-18 the Tu-214 RA-64523 took off from Vnukovo at 16:00 Moscow time and after "
        "1 hour and 17 minutes landed at UMMS."
    )
    read_from_text = from_reading(read(text), everywhere())
    stated = StatedLeg(
        aircraft="ra64523",
        type_code="t204",
        departure=StatedStop(place="Внуково", on=_DAY, at=time(16), zone="Europe/Moscow"),
        arrival=StatedStop(place="UMMS", on=_DAY),
        minutes=77,
    )
    said = from_fields([stated], everywhere())
    plain = [
        (one.kind, one.aircraft, one.leg, one.type_codes, one.places, one.on, one.at, one.zones, one.minutes)
        for one in read_from_text
    ]  # fmt: skip
    assert plain == [
        (one.kind, one.aircraft, one.leg, one.type_codes, one.places, one.on, one.at, one.zones, one.minutes)
        for one in said
    ]  # fmt: skip
    assert all(one.marks for one in read_from_text)
    assert not any(one.marks for one in said)


def test_a_time_without_a_zone_is_to_be_tried_in_those_of_both_ends_and_utc() -> None:
    text = "RA-64523 took off from Vnukovo at 16:00 and landed in Minsk yesterday."
    departure = next(a for a in from_reading(read(text), everywhere()) if a.kind == "departure")
    assert departure.zones == ("Europe/Moscow", "Europe/Minsk", "UTC")


def test_a_flight_past_midnight_lands_on_the_next_day() -> None:
    text = (
        "On August 17 RA-64523 took off from Vnukovo at 23:30 Moscow time and after 1 hour and "
        "17 minutes landed in Minsk."
    )
    said = {a.kind: a for a in from_reading(read(text), everywhere())}
    assert (said["departure"].on, said["arrival"].on) == (date(2020, 8, 17), _DAY)
    told_by_landing = (
        "RA-64523 landed in Minsk on August 18. The plane took off from Vnukovo at 23:30 Moscow "
        "time, after 1 hour and 17 minutes it was in the capital of Belarus."
    )
    said = {a.kind: a for a in from_reading(read(told_by_landing), everywhere())}
    assert (said["departure"].on, said["arrival"].on) == (date(2020, 8, 17), _DAY)


def test_a_leg_with_an_open_question_asserts_nothing_and_the_others_do() -> None:
    reading = read("RA-64523 landed in Minsk yesterday. It took off at 16:00.")
    assert reading.questions
    assert {(a.kind, a.leg) for a in from_reading(reading, everywhere())} == {
        ("aircraft", 0),
        ("arrival", 1),
    }


def test_a_reading_goes_to_json_and_back() -> None:
    reading = read("RA-64523 reportedly took off from Vnukovo at 4 p.m. yesterday.")
    adapter = TypeAdapter(Reading)
    assert adapter.validate_json(adapter.dump_json(reading)) == reading


@pytest.mark.parametrize(
    ("leg", "error", "sentence"),
    [
        (StatedLeg(aircraft="the plane", minutes=7), UnknownAircraft, "neither"),
        (StatedLeg(aircraft="B12345", minutes=7), UnknownAircraft, "can be"),
        (StatedLeg(aircraft="RA-64523"), BadInput, "needs a departure"),
        (StatedLeg(aircraft="RA-64523", minutes=0), BadInput, "cannot be"),
        (StatedLeg(aircraft="RA-64523", type_code="Tu-214!", minutes=7), BadInput, "designator"),
        (StatedLeg(aircraft="RA-64523", arrival=StatedStop(place="UMMS")), BadInput, "which date"),
        (StatedLeg(aircraft="RA-64523", arrival=StatedStop(on=_DAY)), BadInput, "Where or at"),
        (
            StatedLeg(aircraft="RA-64523", arrival=StatedStop(place="UMMS", on=_DAY, at=time(1), zone="Mars")),
            BadInput,
            "time zone",
        ),
        (StatedLeg(aircraft="RA-64523", on=_DAY, arrival=StatedStop(place="Minsk")), AmbiguousAirport, "UMMS"),
        (StatedLeg(aircraft="RA-64523", on=_DAY, arrival=StatedStop(place="Orsha")), UnknownAirport, "Orsha"),
    ],
)  # fmt: skip
def test_fields_that_say_nothing_judgeable_get_a_sentence(
    leg: StatedLeg, error: type[BadInput], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        from_fields([leg], everywhere())
