"""Makers of what watches are told from: movements, signs of life, watches; times are minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.movements import Emergency, Movement, Rival
from schemas.places import Airport
from schemas.watching import Alert, Occasion, Trigger, Watch, Wishes
from service.domain.airports.table import Airports
from service.domain.watching.known import HeardSpan, Known
from service.domain.watching.reconcile import Telling

DAY = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
"""Minute 0."""
REG, ICAO24 = "RA-64523", "14fc0b"
PLACES = {
    "UMMS": ("Minsk National Airport", "BY", 53.8825, 28.0307, "Europe/Minsk"),
    "UMMM": ("Minsk-1", "BY", 53.8645, 27.5397, "Europe/Minsk"),
    "UMGG": ("Gomel", "BY", 52.5270, 31.0167, "Europe/Minsk"),
    "EVRA": ("Riga International Airport", "LV", 56.9236, 23.9711, "Europe/Riga"),
    "EHAM": ("Amsterdam Airport Schiphol", "NL", 52.3086, 4.7639, "Europe/Amsterdam"),
}
AIRPORTS = Airports.build(
    (
        Airport(
            ident=ident,
            name=name,
            city="",
            country=country,
            lat=lat,
            lon=lon,
            elevation_ft=600.0,
            zone=zone,
        )
        for ident, (name, country, lat, lon, zone) in PLACES.items()
    ),
    "made for tests",
)


def at(minute: float) -> datetime:
    """A moment."""
    return DAY + timedelta(minutes=minute)


def moved(
    minute: float,
    airport: str | None = "UMMS",
    move: str = "landing",
    *,
    source: str = "a",
    method: str = "ground",
    within: tuple[float, float] | None = None,
    rivals: Iterable[str] = (),
    marks: Sequence[str] = (),
    near: str | None = None,
    **more: Any,
) -> Movement:
    """A movement. By the ground it is observed within half a minute, by anything else inferred
    within half an hour. `near`: the airport whose coordinates it has, where it is at none."""
    sure = method == "ground"
    first, last = within or ((minute - 0.5, minute + 0.5) if sure else (minute, minute + 30.0))
    _, _, lat, lon, _ = PLACES[airport or near or "UMGG"]
    if not sure:
        more = {"height_ft": 900.0, "distance_nm": 3.0, **more}
    made: dict[str, Any] = {
        "icao24": ICAO24,
        "source": source,
        "move": move,
        "airport": airport,
        "runway": None,
        "t_earliest": at(first),
        "t_best": at(minute),
        "t_latest": at(last),
        "method": method,
        "grade": "observed" if sure else "inferred",
        "lat": lat,
        "lon": lon,
        "rivals": tuple(Rival(airport=rival, why="fits too") for rival in rivals),
        "marks": tuple(marks),
        "capture": source * 64,
    }
    return Movement(**{**made, **more})


def heard(
    first: float, last: float, *, source: str = "a", air: bool = True, **more: Any
) -> HeardSpan:
    """A stretch in which a source heard it."""
    return HeardSpan(source=source, t_first=at(first), t_last=at(last), airborne_at_end=air, **more)


def squawked(first: float, last: float, squawk: str = "7700", source: str = "a") -> Emergency:
    """An emergency code."""
    return Emergency(
        icao24=ICAO24,
        source=source,
        squawk=squawk,  # type: ignore[arg-type]
        t_first=at(first),
        t_last=at(last),
        lat=54.0,
        lon=27.0,
    )


def known(*movements: Movement, **more: Any) -> Known:
    """What is known of the aircraft."""
    made: dict[str, Any] = {
        "icao24": ICAO24,
        "registration": REG,
        "since": at(-10_000),
        "movements": movements,
    }
    return Known(**{**made, **more})


def watch(*triggers: Trigger, **more: Any) -> Watch:
    """A watch since long before, for these triggers or the usual ones. Wishes and the watch's own
    fields by name."""
    names = ("kind", "subject", "radius_nm", "added_at")
    own: dict[str, Any] = {name: more.pop(name) for name in names if name in more}
    wishes = Wishes(triggers=frozenset(triggers), **more) if triggers else Wishes(**more)
    plain: dict[str, Any] = {"kind": "aircraft", "subject": REG, "added_at": at(-20_000)}
    return Watch(id=3, wishes=wishes, **{**plain, **own})


class Book:
    """A watch's alerts as they would be written: keys once and never again."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []
        self.keys: list[str] = []

    def tell(self, tellings: Iterable[Telling]) -> list[Alert]:
        """Write them down. A key that was used is an error: its alert would be lost."""
        new = []
        for telling in tellings:
            assert telling.key not in self.keys, telling.key
            self.keys.append(telling.key)
            alert = Alert(
                id=len(self.alerts) + 1,
                watch_id=3,
                owner="local",
                form=telling.form,
                refers_to=telling.refers_to,
                occasion=telling.occasion,
                because=telling.because,
                created_at=DAY,
            )
            self.alerts.append(alert)
            new.append(alert)
        return new

    def standing(self) -> list[Occasion]:
        """What was told and not withdrawn, as last told."""
        last = {alert.refers_to or alert.id: alert for alert in self.alerts}
        return [alert.occasion for alert in last.values() if alert.form != "withdrawal"]


def essence(occasion: Occasion) -> tuple[object, ...]:
    """What must be the same of two who were told, besides some minutes."""
    return (
        occasion.icao24,
        occasion.move,
        frozenset({occasion.trigger, *occasion.also}),
        occasion.airport,
        occasion.rivals if occasion.airport is None else (),
        occasion.grade,
        occasion.other,
    )


def by(movement: Movement, source: str) -> Movement:
    """The same as another source tells it."""
    return replace(movement, source=source, capture=source * 64)
