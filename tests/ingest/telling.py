"""Hand-made days of aircraft, and what watches were told of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from schemas.movements import Derived, Emergency, FixPoint, Movement, PathPoint, Segment
from schemas.records import IdentityStatement
from schemas.watching import LOCAL, Alert, Watch, WatchKind, Wishes
from service.desk import Desk
from service.domain.watching.reconcile import stories
from service.ingest.writing import Writing, write
from service.storage.alerts import alerts_after
from service.storage.database import reading, writing
from service.storage.prepared import PreparedUnit, UnitKey, prepare_unit
from service.storage.watches import add

DAY = date(2025, 8, 18)
MORNING = datetime(2025, 8, 18, 6, tzinfo=UTC)
US, OTHER = "14fc0b", "14fc0c"
PLACES = {"UMMS": (53.8825, 28.0325), "UUWW": (55.5915, 37.2615)}


def follow(
    desk: Desk,
    subject: str = US,
    *,
    kind: WatchKind = "aircraft",
    owner: str = LOCAL,
    since: datetime = MORNING - timedelta(days=2),
    wishes: Wishes | None = None,
) -> Watch:
    """Somebody follows it."""
    with writing(desk.engine) as conn:
        return add(
            conn,
            desk.sealer,
            owner=owner,
            kind=kind,
            subject=subject,
            wishes=wishes or Wishes(),
            now=since,
        )


def landing(
    at: datetime,
    airport: str | None = "UMMS",
    *,
    source: str = "adsblol",
    icao24: str = US,
    inferred: bool = False,
) -> Movement:
    """A landing, seen on the ground unless it is inferred."""
    lat, lon = PLACES.get(airport or "", (54.5, 31.0))
    return Movement(
        icao24=icao24,
        source=source,
        move="landing",
        airport=airport,
        runway=None,
        t_earliest=at - timedelta(minutes=1),
        t_best=at,
        t_latest=at + timedelta(minutes=1),
        method="lost_low" if inferred else "ground",
        grade="inferred" if inferred else "observed",
        lat=lat,
        lon=lon,
        marks=("off_airport",) if airport is None else (),
        capture="ab" * 32,
    )


def takeoff(
    at: datetime, airport: str | None = "UUWW", *, source: str = "adsblol", icao24: str = US
) -> Movement:
    """A take-off, seen."""
    return replace(landing(at, airport, source=source, icao24=icao24), move="takeoff")


def squawk(at: datetime, code: str, *, source: str = "adsblol") -> Emergency:
    """Ten minutes of an emergency over Minsk."""
    return Emergency(
        icao24=US,
        source=source,
        squawk=code,  # type: ignore[arg-type]  # one of three
        t_first=at,
        t_last=at + timedelta(minutes=10),
        lat=53.9,
        lon=28.0,
        capture="ab" * 32,
    )


def heard(
    first: datetime, last: datetime, *, source: str = "adsblol", ground: bool = False
) -> Segment:
    """Heard from then to then, in cruise unless it ends on the ground."""
    ends = [
        FixPoint(t=t, lat=54.5, lon=31.0, alt_ft=None if ground else 33_000.0, on_ground=ground)
        for t in (first, last)
    ]
    return Segment(
        icao24=US,
        source=source,
        first=ends[0],
        last=ends[1],
        fixes=100,
        max_step_s=20.0,
        path=tuple(PathPoint(t=p.t, lat=p.lat, lon=p.lon, alt_ft=p.alt_ft) for p in ends),
        path_error_nm=0.1,
        lat_min=54.0,
        lat_max=55.0,
        lon_min=30.0,
        lon_max=32.0,
    )


def unit(
    *found: Movement | Emergency | Segment,
    day: date = DAY,
    source: str = "adsblol",
    icao24: str = US,
) -> PreparedUnit:
    """A day of an aircraft that shows this."""
    return prepare_unit(
        UnitKey(icao24, source, day),
        Derived(
            movements=tuple(one for one in found if isinstance(one, Movement)),
            emergencies=tuple(one for one in found if isinstance(one, Emergency)),
            segments=tuple(one for one in found if isinstance(one, Segment)),
        ),
        captures=(),
        rules_version="1",
        reference_version="1",
    )


def happens(desk: Desk, *units: PreparedUnit, says: Iterable[IdentityStatement] = ()) -> None:
    """It is written."""
    write(desk, Writing(units=units, statements=list(says)))


def alerts(desk: Desk, owner: str = LOCAL) -> Sequence[Alert]:
    """All that the owner was ever told, oldest first."""
    with reading(desk.engine) as conn:
        return alerts_after(conn, desk.sealer, owner, 0, limit=1_000)


def brief(told: Iterable[Alert]) -> list[tuple[str, str, str | None]]:
    """Form, trigger and airport."""
    return [(a.form, a.occasion.trigger, a.occasion.airport) for a in told]


def standing(told: Iterable[Alert]) -> list[tuple[object, ...]]:
    """What stands, as it was last told, but for times and sources, which are not corrected."""
    last = [story.last for story in stories(told) if story.stands]
    return sorted(
        (
            a.watch_id,
            a.occasion.trigger,
            a.occasion.also,
            a.occasion.airport or "",
            a.occasion.grade,
        )
        for a in last
    )
