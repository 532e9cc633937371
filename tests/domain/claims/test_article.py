"""The article of the mission, whole, and its sense retold in our own words in four languages."""

from __future__ import annotations

from datetime import date, time

import pytest

from schemas.claims import Assertion
from service.domain.claims.assertions import from_reading
from tests.domain.claims.readings import PUBLISHED, everywhere, read, spelled
from tests.domain.claims.retold import RETOLD
from tests.realdata import shared

EXPECTED = "RA-64523/T204: UUWW 16:00 Europe/Moscow > UMMS, 08-18, 77 min"
_MINSK = ("UMMS", "UMLI", "UMMB", "UMMM")


def _claimed(assertions: tuple[Assertion, ...]) -> dict[str, Assertion]:
    assert len({one.kind for one in assertions}) == len(assertions)
    return {one.kind: one for one in assertions}


def test_the_article_is_one_flight_of_one_aircraft() -> None:
    text = shared("claims/article.txt").read_text(encoding="utf-8")
    reading = read(text, PUBLISHED)
    assert spelled(reading) == EXPECTED
    assert reading.questions == ()
    said = _claimed(from_reading(reading, everywhere()))
    assert said["aircraft"].aircraft == "RA-64523"
    assert said["type"].type_codes == ("T204",)
    assert (said["departure"].places, said["departure"].on) == (("UUWW",), date(2020, 8, 18))
    assert (said["departure"].at, said["departure"].zones) == (time(16), ("Europe/Moscow",))
    assert (said["arrival"].places, said["arrival"].on) == (_MINSK, date(2020, 8, 18))
    assert said["arrival"].at is None
    assert said["duration"].minutes == 77


def test_the_article_marks_what_it_read_and_names_what_it_did_not() -> None:
    text = shared("claims/article.txt").read_text(encoding="utf-8")
    reading = read(text, PUBLISHED)
    (leg,) = reading.aircraft[0].legs
    assert leg.arrival is not None
    assert leg.arrival.place is not None
    assert leg.on is not None
    assert leg.on.mark.text == "Yesterday"
    others = {other.value: other.why for other in leg.arrival.place.alternatives}
    assert set(_MINSK[1:]) <= set(others)
    assert "closed" in others["UMMM"]
    assert "EPMM" in others
    (beyond,) = reading.out_of_reach
    assert "director of the FSB" in beyond.mark.text
    assert text[beyond.mark.start : beyond.mark.end] == beyond.mark.text
    unread = " ".join(one.mark.text for one in reading.unread)
    assert "On August 15, amid mass protests" in unread
    assert "a column of armored vehicles" in unread


@pytest.mark.parametrize("language", sorted(RETOLD))
def test_its_sense_is_the_same_in_four_languages(language: str) -> None:
    reading = read(RETOLD[language], PUBLISHED)
    assert reading.language == language
    assert spelled(reading).replace("~", "") == EXPECTED
    assert reading.questions == ()
    assert any("FSB" in o.mark.text or "ФСБ" in o.mark.text for o in reading.out_of_reach)
    said = _claimed(from_reading(reading, everywhere()))
    assert said["arrival"].places == _MINSK
    assert said["duration"].minutes == 77
