"""Small things that the storage tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine

from schemas.movements import Derived
from schemas.places import Airport
from schemas.verdicts import Candidate, Identity
from service.storage.database import writing
from service.storage.units import UnitKey, replace_unit

NOW = datetime(2025, 1, 1, tzinfo=UTC)

UMMS = Airport(
    ident="UMMS",
    name="Minsk National Airport",
    city="Minsk",
    country="BY",
    lat=53.8825,
    lon=28.0325,
    elevation_ft=670,
    zone="Europe/Minsk",
)

FEW = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Every example costs a transaction or more, on each database."""


class _UndoneError(Exception):
    pass


@contextmanager
def undone(engine: Engine) -> Iterator[Connection]:
    """A writing transaction that leaves nothing behind: one for each Hypothesis example."""
    with suppress(_UndoneError), writing(engine) as conn:
        yield conn
        raise _UndoneError


def store(
    conn: Connection,
    key: UnitKey,
    derived: Derived,
    captures: tuple[str, ...] = (),
    *,
    now: datetime = NOW,
    rules_version: str = "1",
) -> bool:
    """`replace_unit` with the versions of no interest filled in."""
    return replace_unit(
        conn,
        key,
        derived,
        captures=captures,
        rules_version=rules_version,
        reference_version="2024",
        now=now,
    )


def identity(icao24: str, registration: str = "") -> Identity:
    """An identity with one candidate."""
    return Identity(
        typed=registration or icao24,
        registration=registration,
        candidates=(Candidate(icao24=icao24, registration=registration),),
    )
