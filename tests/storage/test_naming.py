"""What one typed aircraft is looked up by: one statement, where three look-ups would do as well."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from schemas.records import IdentityStatement
from service.storage.database import reading
from service.storage.identity import add_statements, statements_about, statements_naming
from tests.storage.helpers import FEW, NOW, undone

NAMES = ("RA-64523", "RA-64524", "N899DN", "")
ADDRESSES = ("14fc0b", "14fc0c", "ac4e9e", "")

said = st.builds(
    IdentityStatement,
    source=st.sampled_from(["registry", "lookup"]),
    registration=st.sampled_from(NAMES),
    icao24=st.sampled_from(ADDRESSES),
    type_code=st.sampled_from(["T204", "B739"]),
)


def one_by_one(
    conn: Connection, registrations: Sequence[str], icao24s: Sequence[str]
) -> set[IdentityStatement]:
    """By registration, by address, and once more by every address that came back."""
    found: set[IdentityStatement] = set()
    for registration in registrations:
        found |= set(statements_about(conn, registration=registration))
    for icao24 in {*icao24s, *(statement.icao24 for statement in found)}:
        found |= set(statements_about(conn, icao24=icao24))
    return found


@given(
    st.lists(said, max_size=12),
    st.lists(st.sampled_from(NAMES[:3]), max_size=2),
    st.lists(st.sampled_from(ADDRESSES[:3]), max_size=3),
)
@FEW
def test_it_finds_what_look_ups_one_by_one_find(
    database: Engine,
    statements: list[IdentityStatement],
    registrations: list[str],
    icao24s: list[str],
) -> None:
    with undone(database) as conn:
        add_statements(conn, statements, now=NOW)
        found = statements_naming(conn, registrations, icao24s)
        assert len(set(found)) == len(found)
        # Who gives a registration no address says nothing about the aircraft.
        wanted = {s for s in one_by_one(conn, registrations, icao24s) if s.icao24}
        assert set(found) == wanted


def test_nothing_named_is_nothing_found(database: Engine) -> None:
    with reading(database) as conn:
        assert statements_naming(conn, (), ()) == ()
