"""What is known, what is asked for, and what is told: a table for each family of triggers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from schemas.movements import Movement
from schemas.watching import TRIGGERS, Trigger, Watch, Wishes
from service.domain.watching.known import Known, Other
from service.domain.watching.triggers import asks_otherwise, occasions, weigh
from tests.domain.watched import (
    AIRPORTS,
    PLACES,
    at,
    by,
    heard,
    known,
    moved,
    squawked,
    watch,
)

OFF = {"airport": None, "near": "UMGG", "marks": ("off_airport",)}
LOST = "lost_low"
DAY = 24 * 60.0


@dataclass(frozen=True)
class Row:
    """What is known and asked for, and what is told: each occasion's triggers and minute."""

    name: str
    watch: Watch
    known: Known
    told: list[tuple[str, float]] = field(default_factory=list)


def row(name: str, watch: Watch, held: Known | Movement, *told: tuple[str, float]) -> Row:
    held = held if isinstance(held, Known) else known(held)
    return Row(name, watch, held, list(told))


def off(minute: float, **more: Any) -> Movement:
    """A landing off any airport."""
    return moved(minute, **{**OFF, **more})


MOVES = [
    row("a take-off", watch("takeoff"), moved(0, move="takeoff"), ("takeoff", 0)),
    row("a landing", watch("landing"), moved(0), ("landing", 0)),
    row("a landing, take-offs asked for", watch("takeoff"), moved(0)),
    row("a take-off, landings asked for", watch("landing"), moved(0, move="takeoff")),
    row("inferred", watch("landing"), moved(0, method=LOST), ("landing", 0)),
    row("only observed", watch("landing", min_grade="observed"), moved(0), ("landing", 0)),
    row("only inferred", watch("landing", min_grade="observed"), moved(0, method=LOST)),
    row(
        "observed at two places: only inferred",
        watch("landing", min_grade="observed"),
        known(moved(0), moved(0.2, "EHAM", source="b")),
    ),
    row(
        "usual wishes",
        watch(),
        known(moved(0), moved(90, move="takeoff")),
        ("landing", 0),
        ("takeoff", 90),
    ),
    row("at an airport", watch("landing", at=("UMMS",)), moved(0), ("landing", 0)),
    row("at another airport", watch("landing", at=("UMMM",)), moved(0)),
    row("in a country", watch("landing", at=("iso:BY",)), moved(0), ("landing", 0)),
    row("in another country", watch("landing", at=("iso:LV", "EHAM")), moved(0)),
    row(
        "one of several",
        watch("takeoff", at=("iso:LV", "UMMS")),
        moved(0, move="takeoff"),
        ("takeoff", 0),
    ),
    row(
        "perhaps there",
        watch("landing", at=("UMMM",)),
        moved(0, None, method=LOST, rivals=("UMMS", "UMMM")),
        ("landing", 0),
    ),
    row("a rival there", watch("landing", at=("UMMM",)), moved(0, method=LOST, rivals=("UMMM",))),
    row("off any airport, in no country", watch("landing", "off_airport", at=("iso:BY",)), off(0)),
    row("before it was followed", watch("landing", added_at=at(1)), moved(0)),
    row("when it was followed", watch("landing", added_at=at(0)), moved(0), ("landing", 0)),
    row("off any airport", watch("off_airport"), off(0), ("off_airport", 0)),
    row("off any airport, a plain landing", watch("landing"), off(0), ("landing", 0)),
    row("at an airport, off ones asked for", watch("off_airport"), moved(0)),
    row("off, took off", watch("off_airport"), off(0, move="takeoff")),
    row(
        "not known where is not off",
        watch("off_airport"),
        moved(0, None, method=LOST, rivals=("UMMS", "UMMM")),
    ),
    row("a first visit", watch("first_visit"), moved(0), ("first_visit", 0)),
    row(
        "was there before",
        watch("first_visit"),
        known(moved(0), visited_before=frozenset({"UMMS"})),
    ),
    row(
        "was there within what is known",
        watch("first_visit"),
        known(moved(0), moved(90, move="takeoff"), moved(300)),
        ("first_visit", 0),
    ),
    row("took off there before", watch("first_visit"), known(moved(-50, move="takeoff"), moved(0))),
    row(
        "told by two, one visit",
        watch("first_visit"),
        known(moved(0), moved(3, source="b")),
        ("first_visit", 0),
    ),
    row("a first visit to nowhere", watch("first_visit"), off(0)),
    row("away", watch("away_from_home", home="EVRA"), moved(0), ("away_from_home", 0)),
    row("at home", watch("away_from_home", home="UMMS"), moved(0)),
    row("no home", watch("away_from_home"), moved(0)),
    row(
        "away, off any airport", watch("away_from_home", home="EVRA"), off(0), ("away_from_home", 0)
    ),
    row(
        "perhaps at home",
        watch("away_from_home", home="UMMM"),
        moved(0, method=LOST, rivals=("UMMM",)),
    ),
    row("leaving away", watch("away_from_home", home="EVRA"), moved(0, move="takeoff")),
    row(
        "one landing, all of it",
        watch("landing", "first_visit", "away_from_home", home="EVRA"),
        moved(0),
        ("first_visit away_from_home landing", 0),
    ),
    row(
        "one landing, nowhere",
        watch("landing", "off_airport", "away_from_home", home="EVRA"),
        off(0),
        ("off_airport away_from_home landing", 0),
    ),
    row(
        "three sources", watch("landing"), known(*(by(moved(0), s) for s in "abc")), ("landing", 0)
    ),
    row(
        "forged, and told with that",
        watch("landing"),
        moved(0, marks=("spoof_suspected",)),
        ("landing", 0),
    ),
]

NEAR_MINSK = "53.9,27.8,20"
PLACES_WATCHED = [
    row("lands there", watch(kind="airport", subject="UMMS"), moved(0), ("landing", 0)),
    row(
        "leaves there",
        watch(kind="airport", subject="UMMS"),
        moved(0, move="takeoff"),
        ("takeoff", 0),
    ),
    row("lands elsewhere", watch(kind="airport", subject="UMMM"), moved(0)),
    row(
        "perhaps there",
        watch(kind="airport", subject="UMMM"),
        moved(0, None, method=LOST, rivals=("UMMS", "UMMM")),
        ("landing", 0),
    ),
    row(
        "away from what home",
        watch("away_from_home", kind="airport", subject="UMMS", home="EVRA"),
        moved(0),
    ),
    row("in the circle", watch(kind="area", subject=NEAR_MINSK), moved(0), ("landing", 0)),
    row("out of the circle", watch(kind="area", subject=NEAR_MINSK), moved(0, "UMGG")),
    row(
        "lost outside of it, landed inside",
        watch(kind="area", subject=NEAR_MINSK),
        moved(0, method=LOST, lat=53.2, lon=28.0),
        ("landing", 0),
    ),
    row(
        "off any airport in it",
        watch(kind="area", subject="52.5,31,5"),
        off(0),
        ("off_airport landing", 0),
    ),
    row(
        "an emergency out of it",
        watch(kind="area", subject=NEAR_MINSK),
        known(emergencies=(squawked(0, 5),)),
    ),
    row(
        "an emergency near the airport",
        watch(kind="airport", subject="UMMS", radius_nm=80.0),
        known(emergencies=(squawked(0, 5),)),
        ("emergency", 0),
    ),
    row("a type", watch(kind="type", subject="T204"), moved(0), ("landing", 0)),
    row("an operator", watch(kind="operator", subject="Rossiya"), moved(0), ("landing", 0)),
]

EMERGENCIES = [
    row("one", watch(), known(emergencies=(squawked(0, 5),)), ("emergency", 0)),
    row("not asked for", watch("landing"), known(emergencies=(squawked(0, 5),))),
    row(
        "heard by two, with breaks",
        watch(),
        known(emergencies=(squawked(3, 5), squawked(0, 4, source="b"), squawked(40, 50))),
        ("emergency", 0),
    ),
    row(
        "heard by two, by one for longer",
        watch(),
        known(emergencies=(squawked(0, 90), squawked(10, 20, source="b"), squawked(130, 140))),
        ("emergency", 0),
    ),
    row(
        "two codes",
        watch(),
        known(emergencies=(squawked(0, 5, "7600"), squawked(6, 20, "7700"))),
        ("emergency", 0),
        ("emergency", 6),
    ),
    row(
        "again hours later",
        watch(),
        known(emergencies=(squawked(0, 5), squawked(120, 125))),
        ("emergency", 0),
        ("emergency", 120),
    ),
    row(
        "anywhere",
        watch("emergency", at=("UMMS",)),
        known(emergencies=(squawked(0, 5),)),
        ("emergency", 0),
    ),
]

SIGNS = [
    row(
        "after eight days",
        watch("reappeared"),
        known(heard=(heard(0, 30),), last_heard_before=at(-8 * DAY)),
        ("reappeared", 0),
    ),
    row(
        "after six days",
        watch("reappeared"),
        known(heard=(heard(0, 30),), last_heard_before=at(-6 * DAY)),
    ),
    row(
        "after six days, five asked for",
        watch("reappeared", silent_days=5),
        known(heard=(heard(0, 30),), last_heard_before=at(-6 * DAY)),
        ("reappeared", 0),
    ),
    row(
        "within what is known",
        watch("reappeared", silent_days=1),
        known(heard=(heard(0, 30), heard(20, 90, source="b"), heard(90 + DAY, 1600 + DAY))),
        ("reappeared", 0),
        ("reappeared", 90 + DAY),
    ),
    row(
        "another source heard it meanwhile",
        watch("reappeared", silent_days=1),
        known(
            heard=(heard(0, 30), heard(DAY, DAY + 5, source="b"), heard(2 * DAY, 2 * DAY + 9)),
            last_heard_before=at(-9),
        ),
    ),
    row(
        "heard by one, and longer by another",
        watch("reappeared", silent_days=1),
        known(
            heard=(heard(0, 30), heard(20, 900, source="b"), heard(DAY + 60, DAY + 90)),
            last_heard_before=at(-9),
        ),
    ),
    row("never heard before", watch("reappeared"), known(heard=(heard(0, 30),)), ("reappeared", 0)),
    row(
        "never heard, followed today",
        watch("reappeared", added_at=at(-60)),
        known(heard=(heard(0, 30),)),
    ),
    row(
        "silent since long before it was followed",
        watch("reappeared", added_at=at(-6 * DAY)),
        known(heard=(heard(0, 30),), last_heard_before=at(-600 * DAY)),
    ),
    row(
        "silent before it was followed, and long since",
        watch("reappeared", added_at=at(-8 * DAY)),
        known(heard=(heard(0, 30),), last_heard_before=at(-600 * DAY)),
        ("reappeared", 0),
    ),
    row(
        "heard before it was followed, and soon after",
        watch("reappeared", added_at=at(-60)),
        known(heard=(heard(-20 * DAY, -19 * DAY), heard(0, 30))),
    ),
    row(
        "a sign of life has no grade to choose by",
        watch("reappeared", "signal_lost", min_grade="observed"),
        known(heard=(heard(0, 30),), last_heard_before=at(-8 * DAY), looked_until={"a": at(60)}),
        ("reappeared", 0),
        ("signal_lost", 30),
    ),
    row(
        "lost",
        watch("signal_lost"),
        known(heard=(heard(0, 30),), looked_until={"a": at(60)}),
        ("signal_lost", 30),
    ),
    row(
        "not long enough",
        watch("signal_lost"),
        known(heard=(heard(0, 30),), looked_until={"a": at(59)}),
    ),
    row(
        "longer asked for",
        watch("signal_lost", lost_minutes=60),
        known(heard=(heard(0, 30),), looked_until={"a": at(89)}),
    ),
    row("nobody looked", watch("signal_lost"), known(heard=(heard(0, 30),))),
    row(
        "only somebody else looked",
        watch("signal_lost"),
        known(heard=(heard(0, 30),), looked_until={"a": at(31), "b": at(600)}),
    ),
    row(
        "last heard in history, live asked in vain",
        watch("signal_lost"),
        known(
            heard=(heard(0, 30), heard(0, 40, source="h")), looked_until={"a": at(70), "b": at(600)}
        ),
        ("signal_lost", 40),
    ),
    row(
        "on the ground",
        watch("signal_lost"),
        known(heard=(heard(0, 30, air=False),), looked_until={"a": at(600)}),
    ),
    row(
        "one of two says on the ground",
        watch("signal_lost"),
        known(
            heard=(heard(0, 30, air=False), heard(9, 30, source="b")),
            looked_until={"a": at(600), "b": at(600)},
        ),
    ),
    row(
        "heard by another since",
        watch("signal_lost"),
        known(
            heard=(heard(0, 30), heard(50, 55, source="b")), looked_until={"a": at(80), "b": at(80)}
        ),
    ),
    row(
        "last heard in history, live heard it the day before",
        watch("signal_lost"),
        known(heard=(heard(-900, -800), heard(0, 40, source="h")), looked_until={"a": at(600)}),
    ),
    row(
        "landed, took off, lost, and all of it is asked for",
        watch("signal_lost", "landing"),
        known(moved(-300), heard=(heard(5, 30),), looked_until={"a": at(90)}),
        ("landing", -300),
        ("signal_lost", 30),
    ),
    row(
        "its landing is told",
        watch("signal_lost", "landing"),
        known(
            moved(33, method=LOST, within=(30, 63)),
            heard=(heard(0, 30),),
            looked_until={"a": at(90)},
        ),
        ("landing", 33),
    ),
    row(
        "its landing is not told",
        watch("signal_lost", "landing", min_grade="observed"),
        known(
            moved(33, method=LOST, within=(30, 63)),
            heard=(heard(0, 30),),
            looked_until={"a": at(90)},
        ),
        ("signal_lost", 30),
    ),
    row(
        "landed, took off, lost",
        watch("signal_lost"),
        known(
            moved(-300), moved(5, move="takeoff"), heard=(heard(5, 30),), looked_until={"a": at(90)}
        ),
        ("signal_lost", 30),
    ),
]


def other(*movements: Movement) -> Other:
    """Another followed aircraft."""
    moves = tuple(replace(each, icao24="14fc0c") for each in movements)
    return Other(icao24="14fc0c", registration="RA-64524", movements=moves)


def meets(name: str, mine: list[Movement], theirs: list[Movement], *told: float) -> Row:
    """A row about a meeting."""
    held = known(*mine, others=(other(*theirs),))
    return row(name, watch("meeting"), held, *(("meeting", minute) for minute in told))


IN, OUT = moved(0), moved(120, move="takeoff")
MEETINGS = [
    meets("came while the other was there", [IN, OUT], [moved(-60), moved(30, move="takeoff")], 0),
    meets("was there when the other came", [IN, OUT], [moved(60), moved(300, move="takeoff")], 60),
    meets("just missed", [IN, OUT], [moved(-60), moved(-1, move="takeoff")]),
    meets("elsewhere", [IN, OUT], [moved(60, "UMMM"), moved(300, "UMMM", "takeoff")]),
    meets("still there, as far as is known", [IN], [moved(-60)], 0),
    meets("landed days ago and not heard since", [IN], [moved(-4 * DAY)]),
    meets("landed, and was next seen elsewhere", [IN], [moved(-60), moved(-20, "EVRA", "takeoff")]),
    meets(
        "was elsewhere, landing unseen",
        [IN, OUT],
        [moved(-60, "EVRA"), moved(60, move="takeoff")],
        60,
    ),
    meets("only take-offs, apart", [OUT], [moved(60, move="takeoff")]),
    meets(
        "left with airport unknown",
        [IN],
        [moved(-60), moved(-20, None, "takeoff", method="found_low", within=(-40, -20))],
    ),
    meets("twice", [IN, OUT, moved(200)], [moved(-60)], 0, 200),
    meets(
        "seen by two sources, once", [IN, by(moved(2), "b")], [moved(-60), by(moved(-58), "b")], 0
    ),
]
TABLES = [*MOVES, *PLACES_WATCHED, *EMERGENCIES, *SIGNS, *MEETINGS]


@pytest.mark.parametrize("row", TABLES, ids=lambda row: row.name)
def test_told(row: Row) -> None:
    found = occasions(row.watch, row.known, AIRPORTS)
    assert [(" ".join((each.trigger, *each.also)), each.at) for each in found] == [
        (triggers, at(minute)) for triggers, minute in row.told
    ]
    assert all(each.icao24 == row.known.icao24 and each.words for each in found)


def test_every_trigger_has_its_row() -> None:
    told = {name for row in TABLES for triggers, _ in row.told for name in triggers.split()}
    assert told == set(TRIGGERS) - {"verdict_changed"}


def test_an_occasion_carries_its_evidence() -> None:
    held = known(moved(0, marks=("simulated",)), moved(3, source="b", method=LOST))
    (found,) = occasions(watch("landing"), held, AIRPORTS)
    assert (found.airport, found.grade, found.move) == ("UMMS", "observed", "landing")
    assert (found.sources, found.captures) == (("a", "b"), ("a" * 64, "b" * 64))
    assert (found.lat, found.lon) == PLACES["UMMS"][2:4]
    assert (found.marks, found.registration) == (("simulated",), "RA-64523")


def test_a_meeting_names_the_other_and_is_as_sure_as_what_shows_it() -> None:
    left, unseen = moved(30, move="takeoff"), moved(30, move="takeoff", method="found_low")
    for mine, theirs, grade in (
        (moved(0), (moved(-60), left), "observed"),
        (moved(0), (moved(-60), unseen), "inferred"),
        (moved(0), (moved(-60),), "inferred"),
        (moved(0), (moved(-60, method=LOST), left), "inferred"),
        (moved(0, method=LOST), (moved(-60), left), "inferred"),
    ):
        held = known(mine, others=(other(*theirs),))
        (found,) = occasions(watch("meeting"), held, AIRPORTS)
        assert (found.other, found.grade, found.airport) == ("14fc0c", grade, "UMMS")


def test_what_is_not_asked_for_is_known_with_the_reason() -> None:
    weighed = weigh(watch("landing", at=("EVRA",)), known(moved(0)), AIRPORTS)
    assert weighed.asked == ()
    assert [each.why for each in weighed.unasked] == ["This watch does not ask for that place."]


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_nothing_known_is_nothing_told(trigger: Trigger) -> None:
    assert occasions(watch(trigger), known(), AIRPORTS) == ()


def test_how_it_is_told_is_not_what_is_asked_for() -> None:
    old = Wishes(at=("UMMS",))
    assert not asks_otherwise(old, replace(old, digest="daily", to=(3,), since=at(0)))
    assert asks_otherwise(old, replace(old, at=()))
    assert asks_otherwise(old, replace(old, min_grade="observed"))
