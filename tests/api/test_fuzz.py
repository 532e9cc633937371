"""Whatever is asked gets an answer or a problem of the asker's, never one of ours."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.api.served import Client, word

FEW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

HOSTILE = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "N899DN\x00",
        "../../etc/passwd",
        "zzzzzz",
        "ac671b",
        "N899DN",
        "RA-64524",
        "РА-64523",
        "~14fc0b",
        "icao:ac671b",
        "KMSP",
        "London",
        "Минск",
        "%s%n{0}${jndi:x}",
        "'; DROP TABLE movement;--",
        "<script>",
        "\u202eRA",
        "😀" * 50,
        "A" * 199,
        "0" * 200,
        "2025-02-05",
        "2025-02-30",
        "2011-12-30",
        "2025-02-05T00:00:00Z",
        "2025-02-05T00:00:00+99:99",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31",
        "2025-W06-3",
        "20250205",
        "nan",
        "1e999",
        "-1",
        "1",
        "9" * 60,
        "UTC",
        "Europe",
        "Pacific/Apia",
        "posixrules",
    ]
)
TYPED = st.one_of(HOSTILE, st.text(max_size=30))
NAMES = st.sampled_from(
    [
        "aircraft",
        "airport",
        "date",
        "zone",
        "as_of",
        "from",
        "to",
        "on",
        "after",
        "limit",
        "source",
        "before",
        "watch",
        "state",
        "details",
    ]
)
QUERIES = st.dictionaries(NAMES, TYPED, max_size=5)


def _answered(client: Client, path: str, query: dict[str, Any]) -> None:
    reply = client.get(path, **query)

    assert reply.status_code < 500, reply.text
    assert "Traceback" not in reply.text
    if reply.status_code != 200:
        assert word(reply)
        assert reply.json()["detail"]


@FEW
@given(
    aircraft=TYPED,
    airport=TYPED,
    date=TYPED,
    more=st.dictionaries(st.sampled_from(["zone", "as_of"]), TYPED),
)
@example(aircraft="N899DN", airport="KMSP", date="2025-02-05", more={"zone": "Europe"})
@example(aircraft="N899DN", airport="KMSP", date="2025-02-05", more={"zone": "a" * 190})
@example(aircraft="N899DN", airport="NSFA", date="2011-12-30", more={})
def test_a_check(
    client: Client, aircraft: str, airport: str, date: str, more: dict[str, str]
) -> None:
    _answered(client, "/v1/check", {"aircraft": aircraft, "airport": airport, "date": date} | more)


@FEW
@given(
    collection=st.sampled_from(
        [
            "aircraft",
            "airports",
            "captures",
            "sources",
            "watches",
            "receivers",
            "alerts",
            "deliveries",
            "feeds",
            "nothing",
        ]
    ),
    name=TYPED,
    part=st.sampled_from(
        ["", "/movements", "/stays", "/track", "/record", "/ledger", ".atom", ".ics", "/", "/x"]
    ),
    query=QUERIES,
)
def test_a_thing_and_what_belongs_to_it(
    client: Client, collection: str, name: str, part: str, query: dict[str, str]
) -> None:
    _answered(client, f"/v1/{collection}/{quote(name, safe='')}{part}", query)


@FEW
@given(
    query=st.dictionaries(st.sampled_from(["outcome", "after", "limit", "from"]), TYPED, max_size=3)
)
@example(query={"after": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OS4x"})
@example(query={"outcome": "data", "limit": "1"})
def test_a_ledger(client: Client, query: dict[str, str]) -> None:
    _answered(client, "/v1/sources/alpha/ledger", query)


@FEW
@given(t_from=TYPED, t_to=TYPED, on=TYPED, what=st.sampled_from(["movements", "stays", "track"]))
def test_a_window(client: Client, t_from: str, t_to: str, on: str, what: str) -> None:
    _answered(client, f"/v1/aircraft/ac671b/{what}", {"from": t_from, "to": t_to, "on": on})


VALUES = st.one_of(
    TYPED,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.lists(TYPED, max_size=3),
    st.sampled_from(
        [
            "landing",
            "iso:BY",
            "BY",
            "22:00-07:00",
            "daily",
            "observed",
            "1,2,30",
            "T204",
            "2099-01-01",
        ]
    ),
    st.sampled_from([["landing"], ["away_from_home"], ["https://desk.example.org/x"], ["1"], [1]]),
    st.sampled_from(["https://[::1]/", "apprise:json://localhost", "apprise:tgram://x/y", "//"]),
)
MEMBERS = st.sampled_from(
    [
        "subject",
        "kind",
        "triggers",
        "at",
        "home",
        "silent_days",
        "lost_minutes",
        "min_grade",
        "quiet",
        "zone",
        "digest",
        "to",
        "details",
        "radius_nm",
        "label",
        "note",
        "until",
        "url",
        "signing",
        "owner",
    ]
)
BODIES = st.dictionaries(MEMBERS, VALUES, max_size=5) | VALUES
KINDS = st.sampled_from(["aircraft", "type", "operator", "airport", "area", "check"])


def _taken(client: Client, method: str, path: str, body: Any) -> None:
    # As Python writes it: NaN and halves of characters too, which no JSON has.
    content = json.dumps(body).encode()
    reply = client.ask(method, path, content=content, headers={"content-type": "application/json"})

    assert reply.status_code < 500, reply.text
    assert "Traceback" not in reply.text
    if reply.status_code >= 300:
        assert word(reply)
        assert reply.json()["detail"]


@FEW
@given(body=BODIES)
@example(body={"subject": "RA-64523", "note": "\ud800"})
@example(body={"subject": "RA-64523", "silent_days": 10**40})
@example(body={"subject": "RA-64523", "to": [10**17]})
@example(body={"subject": "1e308,1e308,1e308", "kind": "area"})
@example(body={"subject": "nan,nan,nan", "kind": "area"})
@example(body={"subject": "MSQ", "kind": "airport", "radius_nm": float("nan")})
def test_what_is_to_be_followed(client: Client, body: Any) -> None:
    _taken(client, "POST", "/v1/watches", body)
    _taken(client, "POST", "/v1/receivers", body)
    _taken(client, "PATCH", "/v1/watches/1", body)
    _taken(client, "PATCH", "/v1/receivers/1", body)


@FEW
@given(kind=KINDS, subject=TYPED, member=MEMBERS, value=VALUES)
def test_a_watch_of_each_kind(
    client: Client, kind: str, subject: str, member: str, value: Any
) -> None:
    body = {"kind": kind, "subject": subject, member: value}
    _taken(client, "POST", "/v1/watches", body)
    _answered(client, "/v1/watches", {})


@FEW
@given(after=TYPED)
def test_a_stream_is_begun_or_refused(client: Client, after: str) -> None:
    printable = "".join(char for char in after if char.isprintable() and char.isascii())
    reply = client.ask("HEAD", "/v1/events", headers={"last-event-id": printable})
    assert reply.status_code in {200, 422}
