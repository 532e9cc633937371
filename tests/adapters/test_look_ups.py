"""hexdb.io and adsbdb.com: one aircraft at a time, and never a route."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import adsbdb, hexdb
from adapters._contract import Adapter, UnreadablePage, Wanted
from schemas.records import IdentityStatement, Rejected
from tests.adapters.pages import assert_sentence, page
from tests.adapters.play import Reply, play
from tests.realdata import shared
from tests.upstream.files import looked_up
from tests.upstream.sites.look_ups import adsbdb_document, hexdb_document

AIRCRAFT = looked_up()["14fc0b"]
ADAPTERS: dict[str, Adapter] = {"hexdb": hexdb.adapter, "adsbdb": adsbdb.adapter}
FOR_EACH = pytest.mark.parametrize("key", ADAPTERS)


def document(key: str, **changed: Any) -> dict[str, Any]:
    """What it says of our aircraft, with some fields changed."""
    if key == "hexdb":
        return {**hexdb_document("14fc0b", AIRCRAFT), **changed}
    aircraft = adsbdb_document("14fc0b", AIRCRAFT)["response"]["aircraft"]
    return {"response": {"aircraft": {**aircraft, **changed}}}


def names(key: str) -> tuple[str, str]:
    """What it calls address and registration."""
    return ("ModeS", "Registration") if key == "hexdb" else ("mode_s", "registration")


def records(key: str, reply: object, status: int = 200) -> list[Any]:
    return list(ADAPTERS[key].parse(page(key, json.dumps(reply).encode(), status=status)))


@FOR_EACH
def test_a_look_up_is_an_undated_statement(key: str) -> None:
    (statement,) = records(key, document(key))
    assert isinstance(statement, IdentityStatement)
    assert (statement.registration, statement.icao24) == ("RA-64523", "14fc0b")
    assert (statement.type_code, statement.operator) == ("T204", "Rossiya")
    assert (statement.basis, statement.valid_from, statement.valid_to) == ("lookup", None, None)


def test_an_aircraft_that_is_not_known_says_nothing() -> None:
    assert records("hexdb", {"status": "404", "error": "Aircraft not found."}, 404) == []
    assert records("hexdb", {"status": "404", "error": "Aircraft not found."}) == []
    assert records("adsbdb", {"response": "unknown aircraft"}, 404) == []


@FOR_EACH
def test_odd_values_are_told_and_not_believed(key: str) -> None:
    address, registration = names(key)
    for changed, reason in (
        ({address: "zzzzzz"}, "address is not six hex digits"),
        ({registration: "??"}, "registration cannot be one"),
        ({registration: ""}, "without a registration"),
        ({registration: None}, "without a registration"),
        ({registration: 64523}, "a field of the wrong type"),
    ):
        assert [record.why for record in records(key, document(key, **changed))] == [reason]


@FOR_EACH
def test_a_field_not_known_is_told(key: str) -> None:
    statement, told = records(key, document(key, retired=True))
    assert isinstance(statement, IdentityStatement)
    assert told == Rejected(why="field not known: retired")


@FOR_EACH
@pytest.mark.parametrize("reply", [None, [], {}, {"response": None}, {"error": "rate limited"}])
def test_what_describes_no_aircraft_is_told_in_a_sentence(key: str, reply: object) -> None:
    with pytest.raises(UnreadablePage) as error:
        records(key, reply)
    assert_sentence(error.value)


def test_a_route_is_no_evidence() -> None:
    route = {"flightroute": {"callsign": "DLH455", "origin": {"icao_code": "KSFO"}}}
    (told,) = records("adsbdb", {"response": route})
    assert told == Rejected(why="a route is a schedule, and no evidence of a flight")


@FOR_EACH
def test_whom_each_is_asked_for(key: str) -> None:
    wanted = Wanted(
        icao24=frozenset(("14fc0b",)), registrations=frozenset(("RA-64523", "..", "a/b"))
    )
    played = play(ADAPTERS[key], wanted, lambda _: Reply(404))
    assert (
        played.urls
        == {
            "hexdb": ["https://hexdb.io/api/v1/aircraft/14FC0B"],
            "adsbdb": [
                "https://api.adsbdb.com/v0/aircraft/14fc0b",
                "https://api.adsbdb.com/v0/aircraft/RA-64523",
            ],
        }[key]
    )
    assert list(played.covered) == []


values: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.just([])
)


@FOR_EACH
@settings(max_examples=60)
@given(data=st.data())
def test_any_values_are_a_statement_or_are_told(key: str, data: st.DataObject) -> None:
    fields = st.sampled_from([*names(key), "icao_type", "ICAOTypeCode", "new"])
    changed = data.draw(st.dictionaries(fields, values, max_size=4))
    assert records(key, document(key, **changed))


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("adsbdb", "adsbdb /v0/callsign/DLH455 (trimmed)"),
        ("hexdb", "hexdb.io /api/v1/route/iata/DLH455"),
    ],
)
def test_real_routes_never_become_statements(key: str, name: str) -> None:
    real = json.loads(shared("api/other_apis.json").read_text())[name]
    try:
        read = records(key, real)
    except UnreadablePage:
        read = []
    assert not [record for record in read if not isinstance(record, Rejected)]
