"""Every name by which sources may list an aircraft."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import IdentityStatement
from service.domain.identity.registrations import registration_key
from service.errors import UnknownAircraft
from service.ingest.naming import Names, all_names, names_of
from service.storage.database import Engine, reading, writing
from service.storage.identity import add_statements
from tests.storage.helpers import NOW

SAID = IdentityStatement(source="s", registration="RA-64524", icao24="14fc0c")
STATEMENTS = (
    SAID,
    replace(SAID, icao24="15fc0c"),
    replace(SAID, registration="RF64524"),
    replace(SAID, registration="N1", icao24="a00001"),
)


@pytest.fixture
def held(database: Engine) -> Engine:
    with writing(database) as conn:
        add_statements(conn, STATEMENTS, now=NOW)
    return database


def names(engine: Engine, typed: str) -> Names:
    with reading(engine) as conn:
        return names_of(conn, typed)


def test_by_registration_every_address_that_anybody_gives_it(held: Engine) -> None:
    found = names(held, "ra 64524")
    assert found.icao24 == {"14fc0c", "15fc0c"}
    assert found.registrations == {"RA-64524", "RA64524"}
    assert found.targets == ("14fc0c", "15fc0c", "RA-64524")


def test_a_rule_gives_an_address_where_nobody_does(held: Engine) -> None:
    assert names(held, "RA-64523").targets == ("14fc0b", "RA-64523")


def test_without_an_address_the_registration_is_all_there_is(held: Engine) -> None:
    assert names(held, "09-0540").targets == ("09-0540",)


def test_by_address_every_registration_that_anybody_gives_it(held: Engine) -> None:
    found = names(held, "14FC0C")
    assert found.icao24 == {"14fc0c"}
    assert found.registrations == {"RA-64524", "RA64524", "RF64524"}
    assert found.written == {"RA-64524", "RF-64524"}


def test_what_is_no_aircraft_has_no_names(held: Engine) -> None:
    with pytest.raises(UnknownAircraft):
        names(held, "../../etc/passwd")


def test_several_together_are_named_by_any_of_their_names(held: Engine) -> None:
    both = all_names([names(held, "RA-64524"), names(held, "N1")])
    assert both.name("a00001", "")
    assert both.name("", "RA64524")
    assert not both.name("a00002", "N2")
    assert all_names([]) == Names()


_SETS = st.frozensets(st.text("0123456789abcdef", min_size=6, max_size=6), max_size=3)


@given(st.lists(st.builds(Names, icao24=_SETS, registrations=_SETS, written=_SETS), max_size=4))
def test_nobody_gets_lost_among_several(each: list[Names]) -> None:
    together = all_names(each)
    for one in each:
        assert set(one.targets) <= set(together.targets)
        assert all(together.name(icao24, "-") for icao24 in one.icao24)
        assert all(together.name("-", name) for name in one.registrations)
        assert {registration_key(name) for name in one.written} <= {
            registration_key(name) for name in together.written
        }
