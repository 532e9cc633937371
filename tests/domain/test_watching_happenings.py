"""One landing told by several sources is one; two landings told by one source are two."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.movements import Movement
from service.domain.watching.happenings import Happening, happenings
from tests.domain.watched import at, by, moved

LOST = "lost_low"
ONE: dict[str, tuple[Movement, ...]] = {
    "live and in history": (moved(0), moved(0.4, source="b")),
    "times minutes apart": (moved(0), moved(8, source="b")),
    "three sources": (moved(0), moved(3, source="b"), moved(-4, source="c", method=LOST)),
    "observed by one, inferred by the other": (moved(0), moved(-20, source="b", method=LOST)),
    "airport unknown to one, several fit": (
        moved(0),
        moved(1, None, source="b", method=LOST, rivals=("UMMS", "UMMM")),
    ),
    "airport unknown to one, none fits": (
        moved(0),
        moved(1, None, source="b", method=LOST, near="UMMM", marks=("off_airport",)),
    ),
    "one took a neighbour for it": (
        moved(0),
        moved(1, "UMMM", source="b", method=LOST, rivals=("UMMS",)),
    ),
    "nobody knows where, both leave room for one": (
        moved(0, None, method=LOST, rivals=("UMMS", "UMMM")),
        moved(5, None, source="b", method=LOST, rivals=("UMMS", "UMGG")),
    ),
    "seen at two airports at once": (moved(0), moved(0.5, "EHAM", source="b")),
    "an unseen flight of ten hours, and who saw its end": (
        moved(0),
        moved(-200, source="b", method="inferred_stop", within=(-600, 10)),
    ),
}
SEVERAL: dict[str, tuple[int, tuple[Movement, ...]]] = {
    "circuits eight minutes apart, by one source": (2, (moved(0), moved(8))),
    "circuits by two sources": (
        3,
        (*(moved(8 * n) for n in range(3)), *(moved(8 * n + 1, source="b") for n in range(3))),
    ),
    "circuits by one, the last of them by another": (
        2,
        (moved(0), moved(8), moved(8.5, source="b")),
    ),
    "landing and take-off": (2, (moved(0), moved(5, move="takeoff", source="b"))),
    "too far apart in time": (2, (moved(0), moved(12, source="b"))),
    "other places, an hour between": (2, (moved(0), moved(60, "EHAM", source="b"))),
    "other places, within long bounds": (
        2,
        (moved(0), moved(15, "EVRA", source="b", method=LOST, within=(5, 90))),
    ),
    "nowhere, far from the airport": (
        2,
        (moved(0), moved(1, None, source="b", method=LOST, near="EHAM", within=(1, 200))),
    ),
}


def only(movements: tuple[Movement, ...]) -> Happening:
    found = happenings(movements)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("movements", ONE.values(), ids=ONE.keys())
def test_one_and_the_same(movements: tuple[Movement, ...]) -> None:
    found = {happenings(order) for order in permutations(movements)}
    assert len(found) == 1
    happening = only(movements)
    assert happening.sources == tuple(sorted({each.source for each in movements}))
    assert set(happening.tellings) == set(movements)


@pytest.mark.parametrize(("count", "movements"), SEVERAL.values(), ids=SEVERAL.keys())
def test_several(count: int, movements: tuple[Movement, ...]) -> None:
    found = happenings(movements)
    assert len(found) == count
    assert sorted(each for one in found for each in one.sources) == sorted(
        each.source for each in movements
    )


def test_circuits_find_their_own() -> None:
    own = tuple(moved(8 * n) for n in range(3))
    found = happenings((*own, *(moved(8 * n + 1, source="b") for n in range(3))))
    assert [each.t_best for one in found for each in one.tellings] == [
        at(8 * n + late) for n in range(3) for late in (0, 1)
    ]


def test_the_nearest_find_together() -> None:
    found = happenings((moved(0), moved(8), moved(7, source="b")))
    assert [one.sources for one in found] == [("a",), ("a", "b")]


def test_what_was_observed_goes_before_what_is_inferred_more_closely() -> None:
    seen = moved(0, within=(-3, 3))
    happening = only((moved(1, source="b", method="runway", within=(1, 1)), seen))
    assert (happening.best, happening.at, happening.t_latest) == (seen, at(0), at(3))


def test_the_strongest_grade_names_the_airport() -> None:
    seen = moved(0, "UMMS")
    guessed = moved(2, "UMMM", source="b", method=LOST, rivals=("UMMS",))
    happening = only((guessed, seen))
    assert (happening.airport, happening.grade, happening.at) == ("UMMS", "observed", at(0))
    assert happening.rivals == ()
    assert not happening.disputed


def test_among_inferred_ones_the_best_method_does() -> None:
    followed = moved(0, "UMMM", method="runway", rivals=("UMMS",))
    lost = moved(1, "UMMS", source="b", method=LOST, rivals=("UMMM",))
    happening = only((lost, followed))
    assert (happening.airport, happening.rivals) == ("UMMM", ("UMMS",))


def test_who_knows_no_airport_takes_it_from_who_does() -> None:
    knows = moved(0, "UMMS", method=LOST)
    does_not = moved(0, None, source="b", method=LOST, rivals=("UMMS", "UMMM"))
    assert only((knows, does_not)).airport == "UMMS"


def test_observed_at_two_airports_at_once_is_certain_of_neither() -> None:
    happening = only((moved(0, "UMMS"), moved(0.5, "EHAM", source="b")))
    assert happening.disputed
    assert happening.airport is None
    assert happening.grade == "inferred"
    assert happening.rivals == ("EHAM", "UMMS")
    assert not happening.off_airport


def test_observed_off_any_airport_against_observed_at_one() -> None:
    off = moved(0, None, near="UMMS", marks=("off_airport",), source="b")
    happening = only((moved(0), off))
    assert (happening.airport, happening.rivals) == (None, ("UMMS",))
    assert (happening.off_airport, happening.grade) == (False, "inferred")
    assert "off_airport" not in happening.marks
    assert only((off,)).off_airport


@pytest.mark.parametrize("mark", ["simulated", "spoof_suspected", "crash_suspected"])
def test_grave_marks_travel_on(mark: str) -> None:
    marked = moved(3, source="b", method=LOST, marks=(mark, "baro_uncorrected"))
    assert only((moved(0), marked)).marks == (mark,)
    assert only((marked,)).marks == ("baro_uncorrected", mark)


def test_told_again_is_told_once() -> None:
    assert happenings((moved(0), moved(0), moved(0))) == happenings((moved(0),))


minutes = st.floats(0, 240).map(lambda minute: round(minute, 1))
movements = st.builds(
    moved,
    minutes,
    st.sampled_from(("UMMS", "UMMM", "EVRA", None)),
    st.sampled_from(("landing", "takeoff")),
    source=st.sampled_from("abc"),
    method=st.sampled_from(("ground", "lost_low")),
    rivals=st.sampled_from(((), ("UMMS",), ("UMMM", "UMMS"))),
)


@given(st.lists(movements, max_size=14), st.randoms(use_true_random=False))
def test_any_movements(told: list[Movement], random: object) -> None:
    found = happenings(told)
    shuffled = [*told, *told[::2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert happenings(shuffled) == found
    assert sorted(map(repr, set(told))) == sorted(
        repr(each) for one in found for each in one.tellings
    )
    for one in found:
        assert len(one.sources) == len(one.tellings)
        assert {each.move for each in one.tellings} == {one.move}
        first = max(each.t_earliest for each in one.tellings)
        last = min(each.t_latest for each in one.tellings)
        assert first - last <= timedelta(minutes=10)
        assert not (one.disputed and one.grade == "observed")
        assert not (one.airport is not None and one.airport in one.rivals)
        if one.grade == "observed":
            assert one.best.grade == "observed"
            assert one.airport in {each.airport for each in one.tellings}


@given(st.lists(minutes, min_size=1, max_size=8, unique=True))
def test_copies_by_other_sources_make_nothing_new(times: list[float]) -> None:
    own = [moved(minute) for minute in times]
    copies = [by(each, source) for each in own for source in "bc"]
    found = happenings([*copies, *own])
    assert len(found) == len(own)
    assert all(one.sources == ("a", "b", "c") for one in found)
