"""Answers to what a reading asks back, and answers that answer nothing."""

from __future__ import annotations

from datetime import date, time

import pytest

from service.domain.claims.assertions import from_reading
from service.domain.judging.answering import answered
from service.errors import BadInput
from tests.domain.claims.readings import everywhere, read

DAY = "RA-64523 landed in Minsk on 08/09/2020."
ON = "aircraft[0].legs[0].on"
STOP = "aircraft[0].legs[0].arrival"


def test_a_date_with_two_meanings_is_asked_and_answered() -> None:
    reading = read(DAY, date(2020, 9, 10))
    (question,) = reading.questions
    assert question.field == f"{STOP}.on"
    assert from_reading(reading, everywhere()) == ()

    done = answered(reading, {question.field: "2020-09-08"}, everywhere())

    assert done.questions == ()
    arrival = next(a for a in from_reading(done, everywhere()) if a.kind == "arrival")
    assert (arrival.on, arrival.places[0]) == (date(2020, 9, 8), "UMMS")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        (ON, "2020-02-30", "not a date"),
        (ON, "20200908", "not a date"),
        (f"{STOP}.at", "25:00", "not a time"),
        (f"{STOP}.zone", "Mars/Base", "zone"),
        (f"{STOP}.zone", "Europe/Minsk", "Which time"),
        (f"{STOP}.place", "Atlantis", "Atlantis"),
        ("aircraft[0].legs[0].departure.place", "UUWW", "says no departure"),
        ("aircraft[0].legs[0].minutes", "0", "minutes"),
        ("aircraft[0].legs[0].minutes", "²", "minutes"),
        ("aircraft[0].legs[0].minutes", "1441", "minutes"),
        ("aircraft[0].legs[0].minutes", "00007700000", "minutes"),
        ("aircraft[0].legs[0].minutes", "000077" + "0" * 5_000, "minutes"),
        ("aircraft[0].legs[7].on", "2020-09-08", "No such flight"),
        ("aircraft[7].legs[0].on", "2020-09-08", "Nothing was asked"),
        ("aircraft[0].type_code", "Tu-214!", "type designator"),
        ("aircraft[0].aircraft", "zzzzzz", "not one registration"),
        (STOP, "later", "same"),
        ("text", "x", "Nothing was asked"),
        ("", "x", "Nothing was asked"),
        ("aircraft[0].legs[0].__class__", "x", "Nothing was asked"),
    ],
)
def test_answers_that_cannot_be_get_a_sentence(field: str, value: str, says: str) -> None:
    with pytest.raises(BadInput, match=says.replace("?", r"\?")):
        answered(read(DAY, date(2020, 9, 10)), {field: value}, everywhere())


def test_a_time_and_its_zone_are_answered_together() -> None:
    reading = read(DAY, date(2020, 9, 10))
    answers = {f"{STOP}.on": "2020-09-08", f"{STOP}.zone": "Europe/Minsk", f"{STOP}.at": "17:17"}
    arrival = next(
        a
        for a in from_reading(answered(reading, answers, everywhere()), everywhere())
        if a.kind == "arrival"
    )
    assert (arrival.at, arrival.zones) == (time(17, 17), ("Europe/Minsk",))


def test_what_is_not_answered_stays_open() -> None:
    reading = read(DAY, date(2020, 9, 10))
    assert answered(reading, {}, everywhere()) == reading
    done = answered(reading, {f"{STOP}.place": "UMMM"}, everywhere())
    assert done.questions == reading.questions
