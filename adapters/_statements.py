"""One row of a registry or a look-up as a statement, checked before it is believed."""

from __future__ import annotations

import re
from datetime import date

from adapters._bytes import shown
from adapters._contract import Page
from schemas.records import IdentityStatement, StatementBasis

COMMUNITY_LISTS = "community_lists"
"""They copy from each other: all of them are one voice."""

_ICAO24 = re.compile(r"[0-9a-f]{6}", re.ASCII)
_REGISTRATION = re.compile(r"[0-9A-Z](?:[0-9A-Z .+/-]{0,14}[0-9A-Z])?", re.ASCII)
_TYPE = re.compile(r"[0-9A-Z]{2,4}", re.ASCII)
_NOBODY = frozenset(("000000", "ffffff"))
"""Addresses that the standard gives to nobody (ICAO Annex 10, volume III, 9.2)."""


class Odd(ValueError):
    """A row that is not believed; `str()` is why, the same for all rows of its kind."""


def statement(
    page: Page,
    row: int,
    *,
    icao24: str,
    registration: str,
    type_code: str = "",
    serial: str = "",
    operator: str = "",
    basis: StatementBasis = "registry",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> IdentityStatement | None:
    """One row as a statement; None where it names no registration, so that it says nothing.

    A type that is no ICAO designator is left out, the rest stands. Raises `Odd` when the address
    or the registration cannot be one.
    """
    address = icao24.strip().lower()
    if not _ICAO24.fullmatch(address):
        raise Odd("address is not six hex digits")
    if address in _NOBODY:
        raise Odd("address is nobody's")
    name = registration.strip().upper()
    if not name:
        return None
    if not _REGISTRATION.fullmatch(name):
        raise Odd("registration cannot be one")
    code = type_code.strip().upper()
    return IdentityStatement(
        source=page.capture.source,
        registration=name,
        icao24=address,
        type_code=code if _TYPE.fullmatch(code) else "",
        serial=shown(" ".join(serial.split()), 40),
        operator=shown(" ".join(operator.split())),
        valid_from=valid_from,
        valid_to=valid_to,
        basis=basis,
        capture=page.capture.sha256,
        row=row,
    )
