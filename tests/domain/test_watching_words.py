"""Sentences: no more than the evidence, the name as far as it is established, one line."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.movements import Movement
from service.domain.airports.table import Airports
from service.domain.watching.checks import verdict_changed
from service.domain.watching.known import Known
from service.domain.watching.phrases import clean
from service.domain.watching.triggers import occasions
from tests.domain.watched import AIRPORTS, at, heard, known, moved, squawked, watch

BARE: dict[str, Any] = {"height_ft": None, "distance_nm": None}


def said(*movements: Movement, **more: Any) -> str:
    """The sentence about the first of what happened."""
    held = known(*movements, **more)
    return occasions(watch("landing", "takeoff"), held, AIRPORTS)[0].words


INFERRED: dict[str, tuple[Movement, str]] = {
    "runway": (moved(0, method="runway"), "followed down to 900 ft above the field, 3.0 NM away"),
    "lost low": (moved(0, method="lost_low"), "and then lost"),
    "lost, height unknown": (moved(0, method="lost_low", height_ft=None), "it was lost low"),
    "lost, found on the ground": (
        moved(0, method="lost_low", **BARE),
        "nobody saw it come down, but it was heard on the ground there afterwards",
    ),
    "a stop": (
        moved(0, method="inferred_stop"),
        "lost on a descent towards it and found again in a climb from it",
    ),
    "an unseen flight": (moved(0, method="inferred_stop", **BARE), "nobody saw it come down"),
    "heard on the ground, unsoundly": (
        moved(0, grade="inferred"),
        "heard on the ground, but not well enough to be certain",
    ),
    "a rival": (moved(0, method="lost_low", rivals=("UMMM",)), "Minsk-1 (UMMM) would fit too"),
    "several": (
        moved(0, None, method="lost_low", rivals=("UMMS", "UMMM")),
        "one of several places, Minsk-1 (UMMM) or Minsk National Airport (UMMS)",
    ),
    "a climb": (
        moved(0, move="takeoff", method="found_low"),
        "first heard in a climb, 900 ft above the field",
    ),
    "left unseen": (
        moved(0, move="takeoff", method="found_low", **BARE),
        "heard on the ground there before, but nobody saw it leave",
    ),
}


@pytest.mark.parametrize(("movement", "what"), INFERRED.values(), ids=INFERRED.keys())
def test_inferred_is_probably_and_says_from_what(movement: Movement, what: str) -> None:
    text = said(movement)
    did = "landed" if movement.move == "landing" else "took off"
    assert f" probably {did} " in text
    assert text.count(did) == 1
    assert what in text


def test_observed_is_said_plainly_in_utc_and_local_time() -> None:
    assert said(moved(0)) == (
        "RA-64523 landed at Minsk National Airport (UMMS) at about 2024-03-01 12:00 UTC (15:00"
        " local time): seen in the air and then on the ground; source a."
    )
    assert "(02:40 on 2024-03-02 local time)" in said(moved(11 * 60 + 40))


def test_a_disputed_place_is_certain_of_none() -> None:
    text = said(moved(0), moved(0.2, "EHAM", source="b"))
    assert "at a place that sources disagree about" in text
    assert "by a it was UMMS; by b it was EHAM" in text or (
        "by b it was EHAM; by a it was UMMS" in text
    )
    inferred = said(
        moved(0, method="runway", within=(0, 1)),
        moved(0, "EHAM", source="b", method="runway", within=(0, 1)),
    )
    assert "probably landed at a place that sources disagree about" in inferred


def test_who_stands_alone_is_named() -> None:
    text = said(moved(0), moved(0, "EHAM", source="b", method="lost_low", within=(0, 1)))
    assert text.startswith("RA-64523 landed at Minsk National Airport (UMMS)")
    assert "by b it was EHAM" in text


@pytest.mark.parametrize(
    ("more", "begins"),
    [
        ({}, "RA-64523 landed"),
        ({"registration": ""}, "The aircraft with address 14fc0b landed"),
        (
            {"established": "rule"},
            "The aircraft with address 14fc0b, taken to be RA-64523 by a numbering rule, landed",
        ),
        (
            {"established": "uncertain"},
            "The aircraft with address 14fc0b, which may be RA-64523 (sources disagree), landed",
        ),
    ],
)
def test_the_name_as_far_as_it_is_established(more: dict[str, Any], begins: str) -> None:
    assert said(moved(0), **more).startswith(begins)


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        ("simulated", "simulated, not received"),
        ("spoof_suspected", "may be forged"),
        ("crash_suspected", "may have crashed"),
    ],
)
def test_grave_marks_are_said(mark: str, text: str) -> None:
    assert text in said(moved(0), moved(1, source="b", marks=(mark,), method="lost_low"))


def test_what_a_lost_signal_may_mean() -> None:
    span = heard(0, 30, lat=-53.5, lon=-27.25, alt_ft=3400.0)
    held = known(heard=(span,), looked_until={"a": at(90)})
    (found,) = occasions(watch("signal_lost"), held, AIRPORTS)
    assert found.words == (
        "RA-64523 was last heard in the air at 3,400 ft, near 53.50°S 27.25°W, at 2024-03-01 12:30"
        " UTC, and then not for 30 minutes or more, though asked for; it may have landed below"
        " coverage, flown out of range or been switched off; source a."
    )


def test_what_a_silence_may_mean() -> None:
    held = known(heard=(heard(0, 30),), last_heard_before=at(-9 * 1440))
    rest = "nothing held here shows it meanwhile; it may not have been asked for all that time"
    (found,) = occasions(watch("reappeared"), held, AIRPORTS)
    assert found.words == (
        f"RA-64523 was heard again at 2024-03-01 12:00 UTC after 9 days without a sign; {rest};"
        " source a."
    )
    held = known(heard=(heard(0, 30),), last_heard_before=at(-600 * 1440))
    (found,) = occasions(watch("reappeared", added_at=at(-8 * 1440)), held, AIRPORTS)
    assert found.words == (
        "RA-64523 was heard at 2024-03-01 12:00 UTC, for the first time in the 8 days that it has"
        f" been followed; {rest}; source a."
    )
    assert found.grade == "inferred"


HOSTILE = "X\r\nBEGIN:VEVENT\u2028\x1b[31m\u202egnp\x00" + "y" * 300
texts = st.text(max_size=120) | st.just(HOSTILE)


def one_line(text: str) -> bool:
    """No line break, nothing that controls or turns round, of bounded length."""
    return (
        len(text.splitlines()) == 1
        and not any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") for c in text)
        and len(text) < 1500
    )


@given(name=texts, callsign=texts, source=texts, ident=texts.filter(bool))
def test_hostile_text_breaks_no_line(name: str, callsign: str, source: str, ident: str) -> None:
    index = AIRPORTS.index_of("UMMS")
    assert index is not None
    place = replace(AIRPORTS.airports[index], name=name, ident=ident)
    airports = Airports.build((place,), "hostile")
    landing = moved(0, "UMMS", callsign=callsign, source=source)
    landing = replace(landing, airport=ident)
    held: Known = known(
        landing,
        registration=name,
        emergencies=(replace(squawked(0, 5), source=source),),
        heard=(heard(0, 5, source=source),),
        looked_until={source: at(90)},
    )
    asked = watch("landing", "emergency", "signal_lost", "reappeared")
    found = occasions(asked, held, airports)
    assert {each.trigger for each in found} >= {"landing", "emergency", "reappeared"}
    assert all(one_line(each.words) for each in found)


@given(texts, texts)
def test_a_changed_answer_is_one_line(question: str, answer: str) -> None:
    found = verdict_changed(
        check_id="c", at=at(0), question=question, before="Seen there", after=answer
    )
    assert one_line(found.words)
    assert (found.trigger, found.other, found.icao24) == ("verdict_changed", "c", "")


@given(texts)
def test_clean_keeps_what_is_clean(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert len(clean(text)) <= 80
