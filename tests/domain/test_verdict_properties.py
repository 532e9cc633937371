"""What holds of every verdict, whatever the evidence.

How strong a verdict is: `presence` says how strongly it places the aircraft at the airport,
`refutation` how strongly it says that it cannot have been there. Deleting evidence never raises
either, but for one side of a contradiction: then what is left may speak plainly. Contrary evidence
is told as such: the verdict is `conflicting` or `identity_uncertain`, or lists the conflict; or the
deleted sighting refuted the visit (`elsewhere`), or ended a stay that now seems to last.
"Not seen" is no refutation; but no coverage and no answer of a source is ever deleted into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from schemas.places import Airport
from schemas.records import LedgerRow
from schemas.verdicts import Evidence, Verdict
from service.domain.dates import local_day
from service.domain.verdict.judge import GRADES, judge
from service.errors import BadInput
from tests.domain.asking import (
    BY_RULE,
    ESTABLISHED,
    NOBODY,
    TWO_ADDRESSES,
    Asked,
    ask,
    asked,
    evidence,
    heard,
    identity,
    known_as,
    report,
)
from tests.domain.cases import (
    DAY,
    HEATHROW,
    MINSK,
    NOW,
    OLD_MINSK,
    VILNIUS,
    at,
    away_all_day,
    flight_of,
    leg,
    movement,
    off,
    on,
    parked,
    passed,
    rival,
    span,
)
from tests.domain.lives import Life, honest

FEW = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
KINDS = ("segments", "movements", "passes", "ground_spans", "reports", "ledger", "heard")
_WITH_POSITIONS = [("consistent", g) for g in GRADES["consistent"] if g != "reports_alone"]
PRESENCE = [
    *(("observed", grade) for grade in GRADES["observed"]),
    *_WITH_POSITIONS,
    *(("near", grade) for grade in GRADES["near"]),
    ("consistent", "reports_alone"),
]
"""Strongest first. Positions near the airport say more than a report alone."""
REFUTATION = [("elsewhere", grade) for grade in GRADES["elsewhere"]]


def strength(scale: Sequence[tuple[str, str]], found: Verdict) -> int:
    """How strong the verdict is on a scale; 0 when it is not on it."""
    one = (found.verdict, found.grade)
    return len(scale) - scale.index(one) if one in scale else 0


def answer(held: Evidence, place: Airport = MINSK, zone: str = "") -> Verdict:
    return Asked(evidence=held, place=place, zone=zone).answer()


def lessened(draw: st.DrawFn, held: Evidence) -> tuple[Evidence, set[str]]:
    """Some of the evidence, and the kinds from which something was left out."""
    changed: dict[str, Any] = {}
    for kind in draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True)):
        items = getattr(held, kind)
        kept = tuple(item for item in items if draw(st.booleans()))
        if kept != items:
            changed[kind] = kept
    return replace(held, **changed), set(changed)


@given(st.data(), honest())
@settings(parent=FEW, max_examples=400)
def test_less_evidence_is_never_stronger(data: st.DataObject, told: tuple[Life, Evidence]) -> None:
    _, held = told
    less, deleted = data.draw(st.composite(lambda draw: lessened(draw, held))())
    before, after = answer(held), answer(less)
    if before.verdict in {"conflicting", "identity_uncertain"}:
        return
    assert strength(REFUTATION, after) <= strength(REFUTATION, before)
    if deleted <= {"ledger", "heard"}:
        assert after.verdict in {before.verdict, "no_data"}
    if before.conflicts or (before.verdict == "elsewhere" and "segments" in deleted):
        return
    if after.grade == "bracketed_stay" and deleted & {"segments", "movements", "ground_spans"}:
        return
    assert strength(PRESENCE, after) <= strength(PRESENCE, before)


@given(honest(), st.sampled_from((MINSK, VILNIUS, HEATHROW, OLD_MINSK)))
@settings(parent=FEW, max_examples=600)
def test_a_true_visit_is_never_refuted(told: tuple[Life, Evidence], place: Airport) -> None:
    life, held = told
    for zone in (place.zone, "UTC"):
        if life.visits(place, local_day(DAY, zone)):
            found = answer(held, place, zone)
            assert found.verdict != "elsewhere"
            assert found.verdict != "conflicting", found.sentence


@given(honest(), st.sampled_from((MINSK, VILNIUS, HEATHROW)))
@FEW
def test_where_it_never_was_it_is_not_seen_there(
    told: tuple[Life, Evidence], place: Airport
) -> None:
    life, held = told
    assume(not life.visits(place, local_day(DAY, place.zone)))
    assert answer(held, place).verdict != "observed"


@given(honest(), st.sampled_from(("failed", "refused", "truncated", "too_early", "not_asked")))
@FEW
def test_an_outage_refutes_nothing(told: tuple[Life, Evidence], outcome: str) -> None:
    _, held = told
    down = tuple(replace(row, outcome=outcome) for row in held.ledger)  # type: ignore[arg-type]
    assert answer(replace(held, ledger=down)).verdict != "not_seen"
    lost = replace(held, segments=(), movements=(), passes=(), ground_spans=(), ledger=down)
    assert answer(lost).verdict in {"no_data", "consistent", "conflicting"}


@given(honest())
@FEW
def test_evidence_that_was_lost_refutes_nothing(told: tuple[Life, Evidence]) -> None:
    _, held = told
    rows: list[LedgerRow] = [replace(row, outcome="data") for row in held.ledger]
    lost = replace(held, segments=(), movements=(), passes=(), ground_spans=(), ledger=tuple(rows))
    assert answer(lost).verdict in {"no_data", "consistent", "conflicting"}


@given(
    st.floats(0.0, 120.0), st.floats(0.0, 600.0), st.floats(0.0, 300.0), st.floats(0.0, 120.0),
    st.sampled_from(("ZZZZ", "B738")),
)  # fmt: skip
@FEW
def test_more_time_more_speed_or_a_nearer_airport_never_refute(
    minutes_off: float, silent: float, wider: float, nearer: float, type_code: str
) -> None:
    def found(away: float, gap: float, code: str) -> str:
        place = off(MINSK, 270, flight_of(away))
        began = at("08:00")
        return ask(
            parked(at("20:00", 9), began, place),
            parked(began + timedelta(minutes=gap), at("40:00"), place),
            identity=identity(known_as(type_code=code)),
        ).answer().verdict  # fmt: skip

    if found(minutes_off, silent, "T204") != "elsewhere":
        assert found(minutes_off, silent + wider, "T204") != "elsewhere"
        assert found(minutes_off, silent, type_code) != "elsewhere"
        assert found(max(0.0, minutes_off - nearer), silent, "T204") != "elsewhere"


moments = st.integers(0, 36 * 60).map(lambda m: at("16:00", 9) + timedelta(minutes=m))
fields = st.sampled_from((MINSK, OLD_MINSK, VILNIUS, HEATHROW))
places = st.one_of(fields.map(on), st.tuples(st.floats(-90, 90), st.floats(-180, 180)))
heights = st.sampled_from((None, 50.0, 900.0, 30_000.0))
sources = st.sampled_from(("adsblol", "opensky", "adsblol_mirror", "unheard_of"))
marks = st.lists(
    st.sampled_from(("spoof_suspected", "low_integrity", "baro_uncorrected", "simulated")),
    max_size=2, unique=True,
).map(tuple)  # fmt: skip
lasting = st.sampled_from((0, 1, 5, 60, 900)).map(lambda m: timedelta(minutes=m))
rivals = st.lists(fields.map(rival), max_size=2, unique=True).map(tuple)

anything = st.one_of(
    st.builds(
        lambda t, d, a, b, alt, source, step, ok, m: leg(
            t, t + d, a, b, alt_ft=alt, source=source, max_step_s=step, usable=ok, marks=m
        ),
        moments, lasting, places, places, heights, sources, st.sampled_from((0.0, 10.0, 300.0)),
        st.booleans(), marks,
    ),
    st.builds(
        lambda move, t, d, place, method, grade, height, source, m, r: movement(
            move, t, place, method=method, grade=grade, height_ft=height, latest=t + d,
            source=source, marks=m, rivals=r,
        ),
        st.sampled_from(("landing", "takeoff")), moments, lasting, st.one_of(st.none(), fields),
        st.sampled_from(("ground", "runway", "lost_low", "found_low", "inferred_stop")),
        st.sampled_from(("observed", "inferred")), heights, sources, marks, rivals,
    ),
    st.builds(
        lambda t, d, place, tied, change, source, m, r: span(
            t, t + d, place, tied=tied, air_change_in=change, source=source, marks=m, rivals=r
        ),
        moments, lasting, fields, st.booleans(), st.booleans(), sources, marks, rivals,
    ),
    st.builds(
        lambda form, t, place, height, m: passed(form, t, place, height_ft=height, marks=m),
        st.sampled_from(("go_around", "touch_and_go", "low_pass", "overflight")), moments, fields,
        heights, marks,
    ),
    st.builds(
        lambda t, off_, code, publisher, rests, names: report(
            t, code, t_off=off_, publisher=publisher, rests_on=rests, **names
        ),
        st.one_of(st.none(), moments), st.one_of(st.none(), moments),
        st.sampled_from(("UMMS", "EGLL", "XXXX", "")), st.sampled_from(("a", "b", "")),
        st.sampled_from(((), ("fr24",), ("fr24", "a"))),
        st.sampled_from(
            ({"registration": "RA-64523"}, {"registration": "", "icao24": "14fc0b"},
             {"registration": "RA-1"})
        ),
    ),
    st.builds(
        lambda outcome, t, d, source, target: asked(outcome, t, t + 10 * d, source=source,
                                                    target=target),
        st.sampled_from(("data", "empty", "failed", "too_early", "not_asked")), moments, lasting,
        sources, st.sampled_from(("14fc0b", "*", "area:1", "area:53.8825,28.0307,30", "RA-64523")),
    ),
    st.builds(
        lambda t, d, source, icao24: heard(t, t + d, source=source, icao24=icao24),
        moments, lasting, sources, st.sampled_from(("abcdef", "14fc0b", "")),
    ),
)  # fmt: skip
throughout = st.sampled_from(((), (), (away_all_day(),), (away_all_day(VILNIUS, "opensky"),)))
who = st.sampled_from((*[ESTABLISHED] * 12, BY_RULE, NOBODY, TWO_ADDRESSES))
bags = st.builds(
    lambda items, away, named: evidence(*items, *away, identity=named),
    st.lists(anything, max_size=12), throughout, who,
)  # fmt: skip
dates_and_zones = st.tuples(
    st.sampled_from((DAY, DAY + timedelta(days=1))),
    st.sampled_from(("Europe/Minsk", "UTC", "Pacific/Kiritimati", "America/Los_Angeles")),
)


def asked_in(held: Evidence, when: tuple[Any, str], place: Airport) -> Asked:
    return Asked(evidence=held, on=when[0], zone=when[1], place=place)


@given(bags, dates_and_zones, fields)
@settings(parent=FEW, max_examples=400)
def test_whatever_the_evidence_there_is_an_answer(
    held: Evidence, when: tuple[Any, str], place: Airport
) -> None:
    found = asked_in(held, when, place).answer()
    assert found.grade in GRADES[found.verdict]
    assert found.reasons
    again = msgspec.json.decode(msgspec.json.encode(found), type=dict)
    assert again["verdict"] == found.verdict
    assert all(gap.possible or gap.needed_s is not None for gap in found.gaps)


CLAIMS = {
    "was seen on the ground": {"observed"},
    "could not have been at": {"elsewhere"},
    "was not seen at": {"not_seen"},
    "was seen near": {"near"},
    "Only reports place": {"consistent"},
}
"""Words that only these verdicts may say."""


@given(bags, dates_and_zones, fields)
@settings(parent=FEW, max_examples=400)
def test_no_sentence_claims_more_than_its_verdict(
    held: Evidence, when: tuple[Any, str], place: Airport
) -> None:
    found = asked_in(held, when, place).answer()
    for words, may in CLAIMS.items():
        assert (words in found.sentence) <= (found.verdict in may), found.sentence
    assert found.sentence.endswith(".")
    assert "\n" not in found.sentence
    if found.verdict == "consistent":
        assert "nobody saw it on the ground" in found.sentence or "Only reports" in found.sentence
    if found.verdict == "no_data":
        assert "cannot tell" in found.sentence


@given(bags, dates_and_zones, fields, st.randoms(use_true_random=False))
@settings(parent=FEW, max_examples=400)
def test_the_order_of_evidence_never_shows(
    held: Evidence, when: tuple[Any, str], place: Airport, rng: Any
) -> None:
    def mixed(items: Sequence[Any]) -> tuple[Any, ...]:
        kept = list(items)
        rng.shuffle(kept)
        return tuple(kept)

    shuffled = replace(
        held,
        identity=replace(
            held.identity,
            candidates=mixed(
                [replace(c, statements=mixed(c.statements)) for c in held.identity.candidates]
            ),
        ),
        sources=dict(mixed(list(held.sources.items()))),
        places=dict(mixed(list(held.places.items()))),
        **{kind: mixed(getattr(held, kind)) for kind in KINDS},
    )
    found = asked_in(held, when, place).answer()
    again = asked_in(shuffled, when, place).answer()
    assert replace(again, identity=found.identity) == found


@given(st.dates(), st.text(max_size=20), st.datetimes(timezones=st.just(NOW.tzinfo)))
@FEW
def test_whatever_is_asked_there_is_an_answer_or_a_sentence(on: Any, zone: str, now: Any) -> None:
    for name in (zone, "UTC", "Pacific/Apia"):
        asked = Asked(evidence=evidence(), on=on, zone=name, now=now)
        try:
            found = judge(asked.question, asked.evidence, now=now, as_of=now, reference_version="")
        except BadInput:
            continue
        assert found.verdict == "no_data"


def test_the_scales_hold_every_grade_that_places_or_refutes() -> None:
    known = {*PRESENCE, *REFUTATION}
    assert len(known) == sum(
        len(GRADES[word]) for word in ("observed", "consistent", "near", "elsewhere")
    )
    assert strength(PRESENCE, ask(span(at("12:00"), at("12:05"))).answer()) == len(PRESENCE) - 1
    with pytest.raises(ValueError, match="not in"):
        PRESENCE.index(("no_data", "none"))
