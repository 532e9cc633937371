"""Whatever comes in whatever order, split, repeated and revised: the same stands in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.movements import Emergency, Movement
from schemas.watching import Occasion, Trigger, Watch
from service.domain.watching.differences import MINUTES
from service.domain.watching.known import HeardSpan, Known, Other
from service.domain.watching.telling import tellings
from service.domain.watching.triggers import occasions
from tests.domain.watched import AIRPORTS, Book, at, essence, heard, known, moved, squawked, watch

SOURCES = "abc"
minutes = st.integers(-30, 330).map(float)
movements = st.builds(
    moved,
    minutes,
    st.sampled_from(("UMMS", "UMMM", "EVRA", None)),
    st.sampled_from(("landing", "takeoff")),
    method=st.sampled_from(("ground", "runway", "lost_low")),
    rivals=st.sampled_from(((), ("UMMS",), ("UMMM", "UMMS"))),
    marks=st.sampled_from(((), (), ("off_airport",), ("spoof_suspected",))),
)
spans = st.builds(
    lambda first, long, air: heard(first, first + long, air=air),
    minutes,
    st.integers(1, 60).map(float),
    st.booleans(),
)
emergencies = st.builds(
    lambda first, squawk: squawked(first, first + 4, squawk),
    minutes,
    st.sampled_from(("7600", "7700")),
)


class Unit:
    """What one source shows, as it is now: replaced as a whole by every later derivation."""

    def __init__(
        self,
        source: str,
        moves: Sequence[Movement] = (),
        signs: Sequence[HeardSpan] = (),
        codes: Sequence[Emergency] = (),
        looked: float | None = None,
    ) -> None:
        self.source = source
        self.moves = [replace(each, source=source, capture=source * 64) for each in moves]
        self.signs = [replace(each, source=source) for each in signs]
        self.codes = [replace(each, source=source) for each in codes]
        self.looked = looked

    def __repr__(self) -> str:
        return f"Unit({self.source!r}, {self.moves}, {self.signs}, {self.codes}, {self.looked})"


units = st.builds(
    Unit,
    st.sampled_from(SOURCES + "o"),
    st.lists(movements, max_size=4),
    st.lists(spans, max_size=3),
    st.lists(emergencies, max_size=1),
    st.none() | minutes,
)
watches = st.builds(
    watch,
    st.just("landing"),
    st.just("meeting"),
    st.sampled_from(("takeoff", "first_visit", "away_from_home")),
    st.sampled_from(("off_airport", "signal_lost", "reappeared")),
    st.sampled_from(("emergency", "signal_lost", "first_visit")),
    at=st.sampled_from(((), ("UMMS",), ("iso:BY",))),
    home=st.sampled_from((None, "EVRA")),
    min_grade=st.sampled_from(("inferred", "observed")),
    added_at=st.sampled_from((at(-20_000), at(100))),
)


def told_from(current: dict[str, Unit]) -> Known:
    """What is known when each source's latest unit is this. Source ``o`` tells of the other."""
    mine = [unit for source, unit in current.items() if source != "o"]
    others: tuple[Other, ...] = ()
    if "o" in current:
        moves = tuple(replace(each, icao24="14fc0c") for each in current["o"].moves)
        others = (Other(icao24="14fc0c", registration="RA-64524", movements=moves),)
    signs: dict[str, Any] = {
        "heard": tuple(each for unit in mine for each in unit.signs),
        "looked_until": {u.source: at(u.looked) for u in mine if u.looked is not None},
        "emergencies": tuple(each for unit in mine for each in unit.codes),
    }
    return known(*(each for unit in mine for each in unit.moves), others=others, **signs)


def stands_for(told: Sequence[Occasion], wanted: Sequence[Occasion]) -> bool:
    """Whether each of what is wanted stands once, within minutes, and nothing else does."""
    left = list(wanted)
    for one in told:
        match = next(
            (
                each
                for each in left
                if essence(each) == essence(one) and abs(each.at - one.at) <= MINUTES
            ),
            None,
        )
        if match is None:
            return False
        left.remove(match)
    return not left


def tell(book: Book, asked: Watch, held: Known) -> int:
    """Tell, and that twice is once. How much was told."""
    new = book.tell(tellings(asked, held, book.alerts, AIRPORTS))
    assert tellings(asked, held, book.alerts, AIRPORTS) == ()
    return len(new)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(watches, st.lists(units, min_size=1, max_size=7), st.randoms(use_true_random=False))
def test_in_the_end_the_same_stands(asked: Watch, came: list[Unit], random: Any) -> None:
    final = {unit.source: unit for unit in came}
    wanted = occasions(asked, told_from(final), AIRPORTS)
    book = Book()
    current: dict[str, Unit] = {}
    for unit in came:  # each as it comes, and now and then an old one once more
        current[unit.source] = unit
        tell(book, asked, told_from(current))
        if random.random() < 0.3:
            again = random.choice(came)
            tell(book, asked, told_from({**current, again.source: again}))
            tell(book, asked, told_from(current))
    assert stands_for(book.standing(), wanted)
    at_once = Book()
    tell(at_once, asked, told_from(final))
    assert stands_for(at_once.standing(), wanted)
    assert [alert.form for alert in at_once.alerts] == ["new"] * len(wanted)


@settings(max_examples=100, deadline=None)
@given(watches, st.lists(units, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_parts_in_any_order(asked: Watch, came: list[Unit], random: Any) -> None:
    """Units that only ever grow, told in two orders and other batches."""
    parts = [
        (unit.source, each)
        for unit in {unit.source: unit for unit in came}.values()
        for each in unit.moves
    ]
    books = []
    for _ in range(2):
        random.shuffle(parts)
        book, current = Book(), dict.fromkeys(SOURCES + "o", Unit("a"))
        held: dict[str, list[Movement]] = {source: [] for source in current}
        for source, each in parts:
            held[source].append(each)
            if random.random() < 0.7:
                tell(book, asked, told_from({s: Unit(s, held[s]) for s in held}))
        tell(book, asked, told_from({s: Unit(s, held[s]) for s in held}))
        books.append(book)
    assert stands_for(books[0].standing(), books[1].standing())


@settings(max_examples=100, deadline=None)
@given(watches, st.lists(units, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_what_is_told_depends_on_what_is_known_only(
    asked: Watch, came: list[Unit], random: Any
) -> None:
    held = told_from({unit.source: unit for unit in came})

    def shuffled(items: Sequence[Any]) -> tuple[Any, ...]:
        mixed = list(items)
        random.shuffle(mixed)
        return tuple(mixed)

    mixed = replace(
        held,
        movements=shuffled((*held.movements, *held.movements[:2])),
        heard=shuffled((*held.heard, *held.heard[:1])),
        emergencies=shuffled(held.emergencies),
        looked_until=dict(shuffled(list(held.looked_until.items()))),
        others=tuple(replace(other, movements=shuffled(other.movements)) for other in held.others),
    )
    assert occasions(asked, mixed, AIRPORTS) == occasions(asked, held, AIRPORTS)
    book = Book()
    tell(book, asked, held)
    assert tellings(asked, mixed, book.alerts[::-1], AIRPORTS) == ()


ONE_KIND: tuple[Trigger, ...] = ("landing", "first_visit", "away_from_home", "off_airport")


@settings(max_examples=100, deadline=None)
@given(st.lists(movements, max_size=10, unique_by=lambda move: move.t_best))
def test_one_happening_is_one_alert(moves: list[Movement]) -> None:
    asked = watch(*ONE_KIND, home="EVRA")
    book = Book()
    tell(book, asked, known(*moves))
    landings = [move for move in moves if move.move == "landing"]
    assert len(book.alerts) == len(landings)
    assert Counter(alert.occasion.at for alert in book.alerts) == Counter(
        move.t_best for move in landings
    )
