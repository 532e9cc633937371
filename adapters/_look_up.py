"""What the single look-ups share: one JSON object that describes one aircraft, as of now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters._bytes import shown
from adapters._contract import Page, UnreadablePage
from adapters._json import Object, read_json
from adapters._statements import Odd, statement
from schemas.records import IdentityStatement, Rejected

_CAP_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What a source calls them."""

    icao24: str
    registration: str
    type_code: str
    operator: str
    unread: frozenset[str]
    """Known, and without a place in a statement."""


def read_look_up(page: Page) -> Object:
    """The reply. Raises `UnreadablePage`."""
    reply = read_json(page.content, cap_bytes=_CAP_BYTES)
    if not isinstance(reply, Object):
        raise UnreadablePage(f"The reply describes no aircraft: {shown(reply, 80)}.")
    return reply


def said_by(aircraft: Object, fields: Fields, page: Page) -> Iterator[IdentityStatement | Rejected]:
    """The statement, undated: it is so now, as far as the source knows."""
    if aircraft.twice:
        raise UnreadablePage(f"The reply says {shown(aircraft.twice[0], 30)} twice.")
    if fields.icao24 not in aircraft or fields.registration not in aircraft:
        raise UnreadablePage(f"The reply describes no aircraft: {shown(dict(aircraft), 200)}.")
    values = [
        "" if (value := aircraft.get(key)) is None else value
        for key in (fields.icao24, fields.registration, fields.type_code, fields.operator)
    ]
    if not all(isinstance(value, str) for value in values):
        yield Rejected(why="a field of the wrong type", sample=shown(dict(aircraft)))
        return
    icao24, registration, type_code, operator = values
    try:
        said = statement(
            page,
            0,
            icao24=icao24,
            registration=registration,
            type_code=type_code,
            operator=operator,
            basis="lookup",
        )
    except Odd as error:
        yield Rejected(why=str(error), sample=shown(dict(aircraft)))
        return
    if said is None:
        yield Rejected(why="without a registration", sample=shown(dict(aircraft)))
    else:
        yield said
    known = {fields.icao24, fields.registration, fields.type_code, fields.operator}
    for key in sorted(aircraft.keys() - known - fields.unread):
        yield Rejected(why=f"field not known: {shown(key, 40)}")
