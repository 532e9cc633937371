"""Statements of identity: which registration is which address, and who says so.

A statement said again says nothing new: it is kept once, with the capture it was first read from.
"""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import Connection

from schemas.records import IdentityStatement, StatementBasis
from service.storage.codec import clean, digest, to_json, to_us
from service.storage.sql import InsertNew, Row, Statement, is_postgres
from service.storage.visible import recorded_before


def _slots(names: Iterable[str]) -> str:
    return ", ".join(f":{name}" for name in names)


_INSERT: Final = InsertNew(
    "identity_statement",
    {
        "source": "text",
        "registration": "text",
        "icao24": "text",
        "type_code": "text",
        "serial": "text",
        "operator": "text",
        "valid_from": "text",
        "valid_to": "text",
        "basis": "text",
        "capture": "text",
        "row_no": "integer",
        "recorded_at_us": "bigint",
        "digest": "bigint",
    },
)
_COLUMNS: Final = (
    "source, registration, icao24, type_code, serial, operator, valid_from, valid_to, basis,"
    " capture, row_no"
)
_ABOUT: Final = Statement(
    f"SELECT id, {_COLUMNS} FROM identity_statement"
    " WHERE registration = :registration AND recorded_at_us <= :as_of_us"
    f" UNION SELECT id, {_COLUMNS} FROM identity_statement"
    " WHERE icao24 = :icao24 AND recorded_at_us <= :as_of_us ORDER BY id"
)
_REGISTRATIONS: Final = ("registration_0", "registration_1")
_ICAO24S: Final = ("icao24_0", "icao24_1", "icao24_2")
"""As many as one typed text can mean: two readings of its letters, each with the address that a
rule gives it, and the address that it may be itself."""

_NAMING: Final = Statement(
    f"SELECT id, {_COLUMNS} FROM identity_statement WHERE (icao24 IN ("
    f"SELECT icao24 FROM identity_statement WHERE registration IN ({_slots(_REGISTRATIONS)})"
    " AND icao24 <> '' AND recorded_at_us <= :as_of_us)"
    f" OR icao24 IN ({_slots(_ICAO24S)})) AND recorded_at_us <= :as_of_us ORDER BY id"
)

_MANY_BY_NAME: Final = {
    True: Statement(
        f"SELECT id, {_COLUMNS} FROM identity_statement"
        " WHERE registration = ANY(:names::text[]) ORDER BY id"
    ),
    False: Statement(
        f"SELECT id, {_COLUMNS} FROM identity_statement"
        " WHERE registration IN (SELECT value FROM json_each(:names)) ORDER BY id"
    ),
}
_MANY_BY_ADDRESS: Final = {
    True: Statement(
        f"SELECT id, {_COLUMNS} FROM identity_statement"
        " WHERE icao24 = ANY(:names::text[]) ORDER BY id"
    ),
    False: Statement(
        f"SELECT id, {_COLUMNS} FROM identity_statement"
        " WHERE icao24 IN (SELECT value FROM json_each(:names)) ORDER BY id"
    ),
}
"""By whether it is PostgreSQL."""
_LAST: Final = Statement("SELECT coalesce(max(id), 0) FROM identity_statement")
_SAID_AFTER: Final = Statement(
    "SELECT registration, icao24 FROM identity_statement WHERE id > :after"
)

_ADDRESSES_AFTER: Final = Statement(
    "SELECT icao24 FROM identity_statement WHERE id > :after ORDER BY id LIMIT :limit"
)


def add_statements(
    conn: Connection, statements: Iterable[IdentityStatement], *, now: datetime
) -> int:
    """Keep the statements, all of a registry at once if need be; returns how many were new."""
    now_us = to_us(now)
    return _INSERT.add(conn, (_row(statement, now_us) for statement in statements))


def statements_about(
    conn: Connection,
    *,
    registration: str | None = None,
    icao24: str | None = None,
    as_of: datetime | None = None,
) -> tuple[IdentityStatement, ...]:
    """All that name this registration or this address, in the order we learnt them."""
    params = {
        "registration": registration or None,
        "icao24": icao24 or None,
        "as_of_us": recorded_before(as_of),
    }
    return tuple(_statement(row) for row in _ABOUT.rows(conn, params))


def statements_naming(
    conn: Connection,
    registrations: Sequence[str],
    icao24s: Sequence[str],
    *,
    as_of: datetime | None = None,
) -> tuple[IdentityStatement, ...]:
    """All about these addresses (three at most) and about those that these registrations (two at
    most) are given, in the order we learnt them. So a second registration on an address is seen."""
    params: dict[str, Any] = dict.fromkeys((*_REGISTRATIONS, *_ICAO24S))
    params |= zip(_REGISTRATIONS[: len(registrations)], registrations, strict=True)
    params |= zip(_ICAO24S[: len(icao24s)], icao24s, strict=True)
    params["as_of_us"] = recorded_before(as_of)
    return tuple(_statement(row) for row in _NAMING.rows(conn, params))


def statements_of_many(
    conn: Connection, *, registrations: Sequence[str] = (), icao24s: Sequence[str] = ()
) -> list[IdentityStatement]:
    """All that name one of these registrations, or one of these addresses, in the order we learnt
    them; however many there are."""
    postgres = is_postgres(conn)
    found: list[IdentityStatement] = []
    for statement, names in ((_MANY_BY_NAME, registrations), (_MANY_BY_ADDRESS, icao24s)):
        if names:
            params = {"names": list(names) if postgres else to_json(list(names))}
            found += (_statement(row) for row in statement[postgres].rows(conn, params))
    return found


def last_statement(conn: Connection) -> int:
    """The number of the newest statement, 0 before the first; later ones have higher ones."""
    return int(_LAST.rows(conn, {})[0][0])


def names_said_after(conn: Connection, after: int) -> frozenset[str]:
    """Every registration and address that a statement with a higher number names."""
    rows = _SAID_AFTER.rows(conn, {"after": after})
    return frozenset(name for row in rows for name in row if name)


def addresses_said_after(conn: Connection, after: int, most: int) -> set[str] | None:
    """The addresses that statements with a higher number name; None when there are more of them
    than that."""
    rows = _ADDRESSES_AFTER.rows(conn, {"after": after, "limit": most + 1})
    return {row[0] for row in rows if row[0]} if len(rows) <= most else None


def _row(statement: IdentityStatement, now_us: int) -> Row:
    said = (
        clean(statement.source),
        clean(statement.registration),
        clean(statement.icao24),
        clean(statement.type_code),
        clean(statement.serial),
        clean(statement.operator),
        _iso(statement.valid_from),
        _iso(statement.valid_to),
        statement.basis,
    )
    return (*said, statement.capture, statement.row, now_us, digest(*said))


def _statement(row: Row) -> IdentityStatement:
    return IdentityStatement(
        source=row[1],
        registration=row[2],
        icao24=row[3],
        type_code=row[4],
        serial=row[5],
        operator=row[6],
        valid_from=_date(row[7]),
        valid_to=_date(row[8]),
        basis=cast(StatementBasis, row[9]),
        capture=row[10],
        row=row[11],
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _date(text: Any) -> date | None:
    return date.fromisoformat(text) if text is not None else None
