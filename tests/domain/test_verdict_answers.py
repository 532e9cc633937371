"""What stands around the verdict: rivals, evidence, assumptions, what would change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from schemas.movements import GroundSpan, Movement, Rival
from schemas.sources import Reach
from schemas.verdicts import READS, Verdict
from service.domain.verdict.exhibits import MOST_ITEMS
from service.domain.verdict.judge import RULES_VERSION, judge
from service.errors import BadInput
from tests.domain.asking import (
    BY_RULE,
    NOBODY,
    Asked,
    ask,
    asked,
    heard,
    identity,
    known_as,
    report,
    source,
)
from tests.domain.cases import (
    MINSK,
    NOW,
    OLD_MINSK,
    at,
    away_all_day,
    fix,
    movement,
    observed,
    on,
    parked,
    passed,
    rival,
    span,
)


def answer(asked: Asked) -> Verdict:
    return judge(
        asked.question, asked.evidence, now=asked.now, as_of=asked.now, reference_version="tables 7"
    )


def test_an_answer_says_what_was_asked_and_by_which_rules() -> None:
    found = answer(ask())
    assert found.aircraft == "RA-64523"
    assert (found.airport, found.airport_name) == ("UMMS", "Minsk National")
    assert (found.zone, found.as_of) == ("Europe/Minsk", NOW)
    assert (found.rules_version, found.reference_version) == (RULES_VERSION, "tables 7")
    assert found.reads == READS[found.verdict]


def test_rivals_are_told_with_their_runway() -> None:
    better = replace(
        movement("landing", at("12:00"), OLD_MINSK, rivals=(rival(MINSK),)), runway="31L"
    )
    assert answer(ask(better)).rivals == (
        Rival(airport="UMMM", runway="31L", why="it fits better"),
    )
    on_ground = span(at("12:00"), at("12:05"), OLD_MINSK, rivals=(rival(MINSK),))
    assert answer(ask(on_ground)).rivals == (Rival(airport="UMMM", why="it fits better"),)
    here = movement("landing", at("12:00"), rivals=(rival(OLD_MINSK, "a mile farther"),))
    assert answer(ask(here)).rivals == (Rival(airport="UMMM", why="a mile farther"),)


def test_evidence_says_where_in_the_raw_bytes_it_stands() -> None:
    (item,) = answer(ask(span(at("12:00"), at("12:05")))).evidence
    assert (item.capture, item.row_from, item.row_to) == ("c" * 64, 0, 12)
    over_two: GroundSpan = replace(
        span(at("12:00"), at("12:05")), last=replace(fix(at("12:05"), on(MINSK), None), capture="d")
    )
    (item,) = answer(ask(over_two)).evidence
    assert (item.row_from, item.row_to) == (0, None)
    nowhere: Movement = replace(movement("landing", at("12:00")), row_from=-1, row_to=-1)
    (item,) = answer(ask(nowhere)).evidence
    assert (item.row_from, item.row_to) == (None, None)


def test_an_answer_stays_readable() -> None:
    many = [passed("overflight", at("00:00") + timedelta(minutes=k)) for k in range(300)]
    assert len(answer(ask(*many)).evidence) == MOST_ITEMS


def test_evidence_outside_the_day_is_left_out_but_for_the_ends_of_a_stay() -> None:
    ends = observed("landing", at("12:00", 8)), observed("takeoff", at("12:00", 12))
    outside = parked(at("12:00", 8), at("12:10", 8), on(MINSK)), passed("low_pass", at("12:00", 8))
    assert [item.t_from for item in answer(ask(*ends, *outside)).evidence] == [
        end.t_earliest for end in ends
    ]


def test_silences_are_told_with_what_a_visit_would_take() -> None:
    (gap,) = answer(ask()).gaps
    assert (gap.before, gap.after, gap.seconds, gap.needed_s) == (None, None, None, None)
    assert gap.text == "nothing was received from it around that time"
    first = answer(ask(parked(at("22:30", 9), at("25:00"), on(MINSK)))).gaps[0]
    assert (first.before, first.seconds, first.needed_s) == (None, 5_400.0, 0.0)
    assert first.text.startswith("not heard before 2024-05-09 22:30:00Z (53.88, 28.03, on the")
    last = answer(ask(parked(at("20:00", 9), at("19:30"), on(MINSK)))).gaps[-1]
    assert (last.after, last.seconds) == (None, 5_400.0)
    assert last.text.startswith("not heard again after 2024-05-10 19:30:00Z")


def test_what_is_taken_for_granted() -> None:
    plain = answer(ask()).assumptions
    assert plain[0] == (
        "The date is read in Europe/Minsk: 2024-05-09 21:00:00Z to 2024-05-10 21:00:00Z."
    )
    assert "RA-64523 is address 14fc0b, as tar1090db says." in plain
    assert "It flies no faster over the ground than 720 kt (jet)." in plain
    assert not any("not over yet" in text for text in plain)
    assert any("not over yet" in text for text in answer(ask(now=at("20:59:59"))).assumptions)
    assert not any("not over yet" in text for text in answer(ask(now=at("21:00"))).assumptions)
    by_rule = answer(ask(identity=BY_RULE)).assumptions
    assert "The address 14fc0b follows from a numbering rule alone." in by_rule
    nobody = answer(ask(report(at("12:00")), identity=NOBODY)).assumptions
    assert any("only reports that name it count" in text for text in nobody)
    assert "UMMM is listed as closed." in answer(ask(place=OLD_MINSK)).assumptions
    made = parked(at("12:00"), at("13:00"), on(MINSK))
    simulated = answer(ask(replace(made, marks=("simulated",)))).assumptions
    assert "Some of these positions are simulated, not received." in simulated


def test_an_address_that_nobody_names_is_named_by_the_question() -> None:
    typed = identity(known_as(statements=()), asked_by="icao24")
    assert (
        "RA-64523 is address 14fc0b, as the question says."
        in answer(ask(identity=typed)).assumptions
    )


def test_open_archives_that_were_not_asked_would_change_it() -> None:
    sources = {
        "flightlist": source("flightlist", kind="reports", open_archive=True),
        "closed": source("closed"),
        "adsblol": source("adsblol", open_archive=True),
        "late": source("late", open_archive=True, reach=Reach(days_back=1)),
    }
    found = answer(ask(asked("empty"), sources=sources)).would_change
    assert found == (
        "Positions on the ground at the airport, from any receiver in range.",
        "Flightlist reaches that date and has not been asked: https://flightlist.example",
    )
    assert len(answer(ask(asked("failed"), sources=sources)).would_change) == 3


def test_every_answer_says_what_would_change_it_and_what_it_does_not_show() -> None:
    for one, change, hidden in (
        (ask(span(at("12:00"), at("12:05"))), "forged", "forged"),
        (ask(away_all_day()), "not this aircraft's", "aboard"),
        (ask(identity=NOBODY), "registry entry", "aboard"),
        (ask(away_all_day(), span(at("12:00"), at("12:05"))), "independent of both", "aboard"),
        (ask(), "from any receiver", "transponder may be off"),
    ):
        found = answer(one)
        assert any(change in text for text in found.would_change), found.verdict
        assert any(hidden in text for text in found.does_not_show), found.verdict
        assert found.does_not_show[0].startswith("Who or what was aboard")


def test_the_date_read_another_way() -> None:
    found = answer(ask(span(at("21:30", 9), at("21:40", 9)))).other_date
    assert found is not None
    assert (found.zone, found.verdict, found.reads) == ("UTC", "no_data", "Can't tell")
    assert found.text == "Read as a UTC date, 2024-05-10 gives another answer: can't tell."
    assert (found.interval.t_from, found.interval.t_to) == (at("00:00"), at("24:00"))


def test_a_question_that_cannot_be_asked() -> None:
    for one, text in (
        (ask(now=at("20:59:59", 9)), "has not begun yet"),
        (ask(zone="Mars/Olympus"), "is not a time zone"),
    ):
        with pytest.raises(BadInput, match=text):
            answer(one)


def test_an_answer_is_json() -> None:
    found = msgspec.json.decode(msgspec.json.encode(answer(ask(asked("empty"), heard(
        at("20:00", 9), at("25:00"))))))  # fmt: skip
    assert found["verdict"] == "not_seen"
    assert found["interval"] == {"t_from": "2024-05-09T21:00:00Z", "t_to": "2024-05-10T21:00:00Z"}
    assert found["coverage"][0] == {
        "source": "adsblol", "hour": "2024-05-09T21:00:00Z", "aircraft": 1,
    }  # fmt: skip
