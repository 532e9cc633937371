"""What holds for every text: never raises, marks spell what they say, nothing out of nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.claims import MAX_TEXT, Mark, Reading
from service.domain.claims.assertions import from_reading
from service.errors import BadInput
from tests.domain.claims.readings import PUBLISHED, everywhere, read, reader, spelled
from tests.domain.claims.sentences import ASKED, KNOWN

_QUIET = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
_TELLING = """
    RA-64523 RA 64523 14fc0b N899DN борт Ту-214 Tu-214 Boeing 737 the plane it он самолёт ён він landed
    took off flew left was in вылетел приземлился был в из до прызямліўся у ў вилетів from to at Minsk
    Минске Внуково Мінск Київ Brest UMMS capital of Belarus столице Беларуси yesterday вчера учора 18 августа
    August overnight накануне the next day 08/09/2020 31 June on Tuesday midnight 16:00 4 p.m. Moscow time по местному времени UTC+3
    1 hour and 17 minutes через полтора часа later then потом and , . ? not не will reportedly ( ) « » \n – '
"""
_WORDS = _TELLING.split()
_SOUP = st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join)
_UNRELATED = (
    "The weather was fine.",
    "Prices rose by three per cent.",
    "Парламент принял закон о бюджете.",
    "Надвор'е было цёплае.",
    "Уряд обговорив бюджет.",
    "On August 15 the president met the prime minister.",
)


def _marks(thing: object) -> Iterator[Mark]:
    if isinstance(thing, Mark):
        yield thing
    elif isinstance(thing, tuple):
        for one in thing:
            yield from _marks(one)
    elif is_dataclass(thing):
        for each in fields(thing):
            yield from _marks(getattr(thing, each.name))


def _check(text: str, reading: Reading) -> None:
    for mark in _marks(reading):
        assert 0 <= mark.start < mark.end <= len(text)
        assert text[mark.start : mark.end] == mark.text
    for one in from_reading(reading, everywhere()):
        assert one.aircraft
        assert one.kind in ("aircraft", "type", "duration") or one.on is not None
        assert one.on is None or one.on <= max(PUBLISHED, reading.published)


@_QUIET
@given(text=_SOUP, published=st.dates())
@example(text="RA-64523 landed in Minsk yesterday", published=date(1, 1, 1))
@example(text="RA-64523 landed in Minsk on Monday 29 February", published=date(1, 1, 2))
@example(text="RA-64523 landed in Minsk today", published=date(9999, 12, 31))
@example(
    text="RA-64523 landed in Minsk last night, overnight, the day before", published=date(1, 1, 1)
)
@example(text="RA-64523 landed in Minsk today. The next day it left.", published=date(9999, 12, 31))
@example(text="RA-64523 landed in Minsk on the night to Monday", published=date(1, 1, 1))
@example(text="RA-64523 landed in Minsk on 31 December", published=date(9999, 12, 30))
def test_a_soup_of_telling_words_is_read_without_raising(text: str, published: date) -> None:
    reading = read(text, published)
    _check(text, reading)
    assert reading == read(text, published)


@_QUIET
@given(text=st.text(max_size=300))
@example(text="\x00 RA-64523 \ud800 landed")
@example(text="İ RA-64523 landed in İzmir yesterday")
def test_any_text_at_all_is_read_without_raising(text: str) -> None:
    _check(text, read(text))


@_QUIET
@given(text=_SOUP)
def test_without_an_aircraft_nothing_is_asserted(text: str) -> None:
    for name in ("RA-64523", "RA", "64523", "14fc0b", "N899DN"):
        text = text.replace(name, "")
    reading = read(text)
    assert all(one.name is None for one in reading.aircraft) or "борт" in text
    assert from_reading(reading, everywhere()) == ()
    assert reading.questions


@_QUIET
@given(
    known=st.sampled_from(KNOWN),
    before=st.lists(st.sampled_from(_UNRELATED), max_size=3),
    after=st.lists(st.sampled_from(_UNRELATED), max_size=3),
)
def test_unrelated_sentences_around_change_nothing(
    known: tuple[str, str], before: list[str], after: list[str]
) -> None:
    text, expected = known
    reading = read(" ".join([*before, text, *after]))
    if reading.language is not None:
        assert spelled(reading) == expected
        assert reading.questions == ()


@_QUIET
@given(asked=st.sampled_from(ASKED), more=st.sampled_from(_UNRELATED))
def test_what_is_asked_stays_asked_among_other_sentences(asked: tuple[str, str], more: str) -> None:
    reading = read(f"{more} {asked[0]} {more}")
    assert reading.questions
    assert from_reading(reading, everywhere()) == ()


@_QUIET
@given(first=st.sampled_from(KNOWN), second=st.sampled_from(KNOWN))
def test_another_aircraft_in_the_next_sentence_takes_nothing_away(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    """Two one-sentence stories of different aircraft, one after the other."""
    text = second[0].replace("64523", "73511").replace("64524", "73512")
    told = second[1].replace("64523", "73511").replace("64524", "73512")
    shared = {line.split(":")[0].split("/")[0] for line in first[1].split(" | ")} & {
        line.split(":")[0].split("/")[0] for line in told.split(" | ")
    }
    alone = read(text)
    if shared or spelled(alone) != told:
        return
    reading = read(f"{first[0]} {text}")
    lines = spelled(reading).split(" | ")
    assert sorted(lines) == sorted([*first[1].split(" | "), *told.split(" | ")])


def test_too_long_a_text_is_refused_with_a_sentence() -> None:
    with pytest.raises(BadInput, match="characters"):
        reader().read("a" * (MAX_TEXT + 1), PUBLISHED)


@pytest.mark.parametrize(
    "piece",
    [
        "RA-64523 landed in Minsk on August 18 and ",
        "in Minsk from Moscow to Berlin at 16:00, ",
        "1 hour and ",
        "a-a-a-",
        "(((((",
        "Из Внукова в Минск ",
        "A",
        "RA-",
        "1.",
        " ",
        "St. St. St. ",
        "the the the plane ",
    ],
)
def test_a_text_as_long_as_is_read_ends(piece: str) -> None:
    text = ("Yesterday the plane landed. " + piece * MAX_TEXT)[:MAX_TEXT]
    _check(text, read(text))
