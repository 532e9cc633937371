"""A world in which each verdict can be made come true of an aircraft, and another one later.

Aircraft have numbers: number 3 is RA-64503, whose address the numbering rule knows. What is stored
of one is superseded when `becomes` is called again, as a better derivation would do it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from schemas.movements import Derived, GroundSpan, Heard, Movement, Pass, Segment
from schemas.records import IdentityStatement
from schemas.verdicts import VerdictWord
from schemas.watching import Alert
from service.clock import system_clock
from service.desk import Desk
from service.domain.airports.table import Airports
from service.storage.alerts import alerts_after
from service.storage.captures import CaptureStore
from service.storage.database import Connection, Engine, reading, writing
from service.storage.identity import add_statements
from service.storage.kept_checks import Asked, Revision, revisions_of
from service.storage.ledger import add_ledger_rows
from service.storage.units import UnitKey
from tests.api.world import Made
from tests.domain import asking
from tests.domain.asking import SOURCES
from tests.domain.cases import (
    DAY,
    HEATHROW,
    MINSK,
    OTHER,
    VILNIUS,
    VNUKOVO,
    at,
    movement,
    on,
    parked,
    passed,
    span,
)
from tests.storage.helpers import store

BEGAN = datetime(2024, 6, 1, tzinfo=UTC)
FEEDS = ("adsblol", "opensky")
DAYS = tuple(DAY + timedelta(days=n) for n in (-1, 0, 1))

ELSEWHERE = (
    parked(at("20:00", 9), at("24:00", 9), on(HEATHROW)),
    parked(at("00:00"), at("24:00"), on(HEATHROW)),
    parked(at("00:00", 11), at("02:00", 11), on(HEATHROW)),
)
"""Cut at midnight, as derivations are."""

EVIDENCE: Mapping[VerdictWord, tuple[object, ...]] = {
    "identity_uncertain": ELSEWHERE,
    "conflicting": (
        parked(at("09:00"), at("11:00"), on(HEATHROW)),
        parked(at("09:00"), at("11:00"), on(VILNIUS), "opensky"),
    ),
    "observed": (
        span(at("12:00"), at("12:05"), air_change_in=True),
        parked(at("11:55"), at("12:10"), on(MINSK)),
    ),
    "elsewhere": ELSEWHERE,
    "near": (passed("go_around", at("12:00")),),
    "consistent": (movement("landing", at("12:00"), height_ft=180.0),),
    "not_seen": (),
    "no_data": (),
}


class Clock:
    """Turned by hand."""

    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **by: float) -> None:
        self.now += timedelta(**by)


class RealTime(Clock):
    """As it is."""

    def __call__(self) -> datetime:
        return system_clock()


@dataclass(frozen=True)
class World:
    """A desk and what is made known at it."""

    desk: Desk
    clock: Clock

    def becomes(self, number: int, word: VerdictWord) -> None:
        """Whatever is known of the aircraft now gives that verdict for Minsk on `DAY`."""
        icao24, now = address(number), self.clock()
        with writing(self.desk.engine) as conn:
            self._name(conn, number, word)
            self._derived(conn, icao24, EVIDENCE[word])
            others = asking.heard(at("20:00", 9), at("25:00")) if word == "not_seen" else ()
            self._derived(conn, OTHER, others)
            if word == "not_seen":
                row = asking.asked("empty", target=icao24)
                add_ledger_rows(conn, [replace(row, asked_at=now)], now=now)

    def holds(self, number: int, *items: object) -> None:
        """These are what is derived of the aircraft now, and nothing else is."""
        with writing(self.desk.engine) as conn:
            self._derived(conn, address(number), items)

    def asks_again(self, number: int) -> None:
        """A source was asked about it once more, in vain."""
        row = asking.asked("empty", target=address(number))
        with writing(self.desk.engine) as conn:
            add_ledger_rows(conn, [replace(row, asked_at=self.clock())], now=self.clock())

    def is_named(self, number: int, *sources: str) -> None:
        """Further sources say which address it has."""
        with writing(self.desk.engine) as conn:
            add_statements(
                conn, [_says(number, address(number), source) for source in sources], now=BEGAN
            )

    def history(self, check_id: str) -> tuple[Revision, ...]:
        with reading(self.desk.engine) as conn:
            return revisions_of(conn, self.desk.sealer, check_id)

    def alerts(self, owner: str = "local") -> tuple[Alert, ...]:
        with reading(self.desk.engine) as conn:
            return alerts_after(conn, self.desk.sealer, owner, 0, limit=1_000)

    def _derived(self, conn: Connection, icao24: str, items: Sequence[object]) -> None:
        """In the units of every feed and day, whatever stood there before."""
        ours: list[Any] = [replace(item, icao24=icao24) for item in items]  # type: ignore[type-var]
        for feed in FEEDS:
            for day in DAYS:
                some = [x for x in ours if x.source == feed and _began(x).date() == day]
                store(conn, UnitKey(icao24, feed, day), derived_of(some), now=self.clock())

    def _name(self, conn: Connection, number: int, word: VerdictWord) -> None:
        """Its address is only a rule's, until something else is to be told; then, if it is to be
        uncertain, sources disagree."""
        is_known = conn.exec_driver_sql(
            "SELECT count(*) FROM identity_statement WHERE icao24 = '" + address(number) + "'"
        ).scalar()
        if word != "identity_uncertain":
            add_statements(conn, [_says(number, address(number))], now=self.clock())
        elif is_known:
            other = f"15{number:04x}"
            add_statements(conn, [_says(number, other, "faa")], now=self.clock())


def world_on(engine: Engine, folder: Path, clock: Clock | None = None) -> World:
    """The world on that database, empty at first."""
    clock = clock or Clock()
    desk = Desk(
        engine=engine,
        captures=CaptureStore(folder / "captures"),
        airports=Airports.build((MINSK, VNUKOVO, VILNIUS, HEATHROW), "a few for the tests"),
        adapters={key: Made(source) for key, source in SOURCES.items()},
        clock=clock,
    )
    return World(desk, clock)


def registration(number: int) -> str:
    return f"RA-{64_500 + number}"


def address(number: int) -> str:
    return f"{0x140000 + 64_500 + number:06x}"


def question(number: int) -> Asked:
    """Was it at Minsk on that day?"""
    return Asked(aircraft=registration(number), airport="UMMS", date=f"{DAY}")


def derived_of(items: list[Any]) -> Derived:
    """Items of any kind, as a derivation gives them."""
    return Derived(
        segments=tuple(x for x in items if isinstance(x, Segment)),
        movements=tuple(x for x in items if isinstance(x, Movement)),
        passes=tuple(x for x in items if isinstance(x, Pass)),
        ground_spans=tuple(x for x in items if isinstance(x, GroundSpan)),
        heard=tuple(x for x in items if isinstance(x, Heard)),
    )


def _began(item: Any) -> datetime:
    if isinstance(item, Heard):
        return item.hour
    began: datetime = item.first.t if isinstance(item, Segment | GroundSpan) else item.t_best
    return began


def _says(number: int, icao24: str, source: str = "tar1090db") -> IdentityStatement:
    return IdentityStatement(
        source=source, registration=registration(number), icao24=icao24, type_code="T204"
    )
