"""What changed between two answers: told when it matters, whichever way it goes, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.movements import Rival
from schemas.verdicts import READS, EvidenceItem, Reason, Verdict
from service.domain.verdict.changes import because, turns
from tests.domain.asking import TWO_ADDRESSES, ask, asked, identity, known_as, statement
from tests.domain.cases import NOW, at, movement, passed, span
from tests.domain.rows import Row
from tests.domain.table import ROWS

ANSWERS = tuple(row.asked.answer() for row in ROWS)
SEEN = ask(span(at("12:00"), at("12:05"))).answer()
NEAR = ask(passed("low_pass", at("12:00"))).answer()
FITS = ask(movement("landing", at("12:00"), height_ft=180.0)).answer()
NOBODY_LOOKED = ask().answer()
LATER = timedelta(days=3)


def stored(verdict: Verdict) -> Verdict:
    """As it comes back from where it is kept."""
    return msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict)


def item(**said: object) -> EvidenceItem:
    return EvidenceItem(
        **{"kind": "report", "text": "has it there", "source": "press"} | said  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_answer_differs_from_itself_in_nothing(row: Row) -> None:
    verdict = row.asked.answer()
    again = replace(stored(verdict), as_of=verdict.as_of + LATER)

    assert because(verdict, again) == because(again, verdict) == ""
    assert not turns(verdict, again)


@given(st.sampled_from(ANSWERS), st.sampled_from(ANSWERS))
def test_any_two_answers_are_told_apart_in_one_line_that_people_can_read(
    before: Verdict, after: Verdict
) -> None:
    told = because(before, after)

    assert bool(told) == bool(because(after, before))
    assert told.isprintable()
    assert len(told) < 4_000
    assert not told or (told[0].isupper() and told.endswith((".", "”.")))
    if before.verdict != after.verdict:
        assert turns(before, after)
        assert told.startswith(f"Then: “{READS[before.verdict]}”")
        assert f" Now: “{READS[after.verdict]}”" in told
    if turns(before, after):
        assert told


@given(st.sampled_from(ANSWERS), st.permutations(range(4)))
def test_the_order_of_evidence_never_matters(verdict: Verdict, order: list[int]) -> None:
    def mixed(things: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(thing for n in order for thing in things[n::4])

    assert (
        because(
            verdict,
            replace(
                verdict,
                evidence=mixed(verdict.evidence),  # type: ignore[arg-type]
                gaps=mixed(verdict.gaps),  # type: ignore[arg-type]
                conflicts=mixed(verdict.conflicts),  # type: ignore[arg-type]
            ),
        )
        == ""
    )


def test_it_says_what_was_and_what_is_and_why() -> None:
    assert because(NOBODY_LOOKED, SEEN) == (
        "Then: “Can't tell” (no source has been asked about it for that time)."
        " Now: “Seen there”, single source (positions on the ground there from"
        " 2024-05-10 12:00:00Z to 2024-05-10 12:05:00Z, received by adsblol and joined to its"
        " track). New: positions on the ground (adsblol)."
    )


def test_losing_ground_is_told_as_plainly() -> None:
    told = because(SEEN, NOBODY_LOOKED)
    assert told.startswith("Then: “Seen there”, single source (positions on the ground there")
    assert told.endswith("Rests no longer on: positions on the ground (adsblol).")

    lower = ask(movement("landing", at("12:00"), height_ft=400.0)).answer()
    assert because(lower, FITS).startswith(
        "Still “Fits, but not seen on the ground”, and stronger: then followed low, now followed"
        " to runway ("
    )
    assert because(FITS, lower).startswith(
        "Still “Fits, but not seen on the ground”, but weaker: then followed to runway, now"
        " followed low ("
    )


def test_another_time_is_another_sentence_but_no_other_answer() -> None:
    moved = ask(span(at("13:00"), at("13:05"))).answer()
    told = because(SEEN, moved)

    assert not turns(SEEN, moved)
    assert told.startswith("Still “Seen there”. Then: positions on the ground there from 2024-05-")
    assert "Now: positions on the ground there from 2024-05-10 13:00:00Z" in told


def test_it_tells_late_data_from_data_that_was_there() -> None:
    fresh = {"c" * 64: SEEN.as_of + LATER}
    old = {"c" * 64: SEEN.as_of - LATER}

    assert because(NEAR, SEEN, fresh).endswith(
        "New: positions on the ground (adsblol, received 2024-06-04 00:00:00Z)."
        " Rests no longer on: a pass (adsblol)."
    )
    assert "(adsblol, received 2024-05-29 00:00:00Z already)" in because(NEAR, SEEN, old)


def test_what_merely_grew_is_still_rested_on() -> None:
    """A track that later data continue, and one that is told in other words."""

    def track(until: str, **other: object) -> EvidenceItem:
        said = {"kind": "segment", "source": "adsblol", "text": f"a track until {until}"}
        return item(**said | {"t_from": at("11:00"), "t_to": at(until)} | other)

    before = replace(SEEN, evidence=(track("12:00"),))
    grown = replace(SEEN, evidence=(track("13:00"),))
    for was, now in ((before, grown), (grown, before)):
        told = because(was, now)
        assert "New: a track (adsblol)." in told
        assert "no longer" not in told.lower()
    for other in (
        track("13:00", source="opensky"),
        track("13:00", kind="stay"),
        track("13:00", t_from=at("12:30")),
        track("13:00", t_from=None, t_to=None),
    ):
        told = because(before, replace(SEEN, evidence=(other,)))
        assert "Rests no longer on: a track (adsblol)." in told


def test_asking_again_in_vain_is_no_change_and_another_outcome_is() -> None:
    once = ask(asked("failed")).answer()
    twice = ask(asked("failed"), replace(asked("failed"), asked_at=NOW - LATER)).answer()
    other = ask(asked("failed"), replace(asked("truncated"), asked_at=NOW - LATER)).answer()

    assert len(twice.evidence) == 2
    assert because(once, twice) == because(twice, once) == ""
    assert "New: an answer to what it was asked (adsblol)." in because(once, other)


def test_the_same_fact_from_another_page_is_no_change() -> None:
    before = replace(SEEN, evidence=(item(capture="a" * 64, row_from=3),))
    after = replace(SEEN, evidence=(item(capture="b" * 64, row_from=99),))

    assert because(before, after) == ""
    assert "New: a report (opensky)." in because(
        before, replace(after, evidence=(item(), item(source="opensky")))
    )


def test_who_it_is() -> None:
    confirmed = replace(
        SEEN, identity=identity(known_as(statements=(statement(), statement(source="faa"))))
    )
    uncertain = replace(SEEN, identity=TWO_ADDRESSES)
    retyped = replace(SEEN, identity=identity(known_as(type_code="B738")))

    assert because(SEEN, confirmed) == ""
    assert turns(SEEN, uncertain)
    assert because(SEEN, uncertain) == (
        "Still “Seen there”. Which aircraft is meant: then RA-64523 (14fc0b), now RA-64523"
        " (14fc0b) or RA-64523 (15fffe)."
    )
    assert "name, type or address is otherwise" in because(SEEN, retyped)


def test_what_speaks_against_it_what_else_fits_and_how_the_date_is_read() -> None:
    clash = (Reason(code="reports_conflict", text="two reports clash"),)
    against = replace(SEEN, conflicts=clash)
    rivals = replace(SEEN, rivals=(Rival(airport="UMMM", why="2 NM farther"),))

    assert because(SEEN, against).endswith("Against it now: two reports clash.")
    assert because(against, SEEN).endswith("No longer against it: two reports clash.")
    assert because(SEEN, rivals).endswith("Would fit as well now: UMMM.")
    assert because(rivals, SEEN).endswith("Fits no longer: UMMM.")
    by_date = [verdict for verdict in ANSWERS if verdict.other_date is not None]
    plain = replace(by_date[0], other_date=None)
    assert "date, the answer is “" in because(plain, by_date[0])
    assert "It no longer matters whether it is read as a UTC date." in because(by_date[0], plain)
    assert turns(plain, by_date[0])


def test_versions_are_no_change_and_are_named_beside_one() -> None:
    newer = replace(SEEN, rules_version="verdict 2", reference_version="other")

    assert because(SEEN, newer) == ""
    assert because(NEAR, newer).endswith(
        "Judged by verdict 2; before, by verdict 1. The tables of airports or time zones are other"
        " ones."
    )


def test_hostile_text_stays_on_one_line() -> None:
    nasty = (Reason(code="reported", text="a\n\u202eb\x00" + "x" * 5_000),)
    told = because(SEEN, replace(SEEN, reasons=nasty))

    assert told.isprintable()
    assert len(told) < 1_200


def test_every_step_of_a_long_history_is_told() -> None:
    for before, after in pairwise([NOBODY_LOOKED, NEAR, FITS, SEEN, FITS, NOBODY_LOOKED]):
        assert because(before, after)
