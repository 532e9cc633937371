"""`/v1/aircraft/…`."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.api import Fix
from service.ask.positions import COLUMNS
from tests.api.served import Client, word
from tests.api.world import FIXES

WINDOW: dict[str, Any] = {"from_": "2025-02-05", "to": "2025-02-05"}


def test_an_aircraft_is_described_with_who_says_so(client: Client) -> None:
    reply = client.get("/v1/aircraft/N899DN", on="2025-02-05")
    document = reply.json()

    assert reply.status_code == 200
    assert document["on"] == "2025-02-05"
    assert [c["icao24"] for c in document["identity"]["candidates"]] == ["ac671b"]
    assert [s["source"] for s in document["history"]] == ["alpha"]


def test_without_a_day_it_is_today(client: Client) -> None:
    assert client.get("/v1/aircraft/N899DN").json()["on"] == "2025-03-01"


def test_disagreement_is_shown_not_averaged(client: Client) -> None:
    document = client.get("/v1/aircraft/RA-64524").json()

    assert {c["icao24"] for c in document["identity"]["candidates"]} == {"14fc0c", "155555"}
    assert {s["source"] for s in document["history"]} == {"alpha", "beta"}


@pytest.mark.parametrize("typed", ["zzzzzz", "..%2F..%2Fetc%2Fpasswd", "%00", "~14fc0b", "N" * 64])
def test_what_is_no_aircraft_is_not_found(client: Client, typed: str) -> None:
    reply = client.get(f"/v1/aircraft/{typed}")

    assert reply.status_code == 404
    assert word(reply) in {"unknown-aircraft", "not-found"}


def _all_pages(client: Client, path: str, key: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    reply = client.get(path, **query)
    for _ in range(100):
        document = reply.json()
        found += document[key]
        if document["next"] is None:
            assert "link" not in reply.headers
            return found
        assert reply.headers["link"] == f'<{document["next"]}>; rel="next"'
        reply = client.get(document["next"])
    raise AssertionError("the pages do not end")


def test_movements_come_in_pages_that_lose_and_double_nothing(client: Client) -> None:
    whole = client.get("/v1/aircraft/N899DN/movements", **WINDOW).json()["movements"]
    paged = _all_pages(client, "/v1/aircraft/N899DN/movements", "movements", limit=1, **WINDOW)

    assert [(m["move"], m["source"]) for m in whole] == [
        ("landing", "alpha"),
        ("landing", "beta"),
        ("takeoff", "alpha"),
        ("landing", "alpha"),
    ]
    assert paged == whole


def test_a_date_as_an_end_includes_the_day_and_a_moment_does_not_include_itself(
    client: Client,
) -> None:
    def moves(**window: Any) -> int:
        return len(client.get("/v1/aircraft/ac671b/movements", **window).json()["movements"])

    assert moves() == 4
    assert moves(from_="2025-02-06") == 0
    assert moves(to="2025-02-04") == 0
    assert moves(to="2025-02-05") == 4
    assert moves(to="2025-02-05T03:40:06Z") == 2
    assert moves(from_="2025-02-05T03:40:06Z") == 2
    assert moves(from_="2025-02-05T06:40:06+03:00") == 2


def test_the_page_says_for_which_day_the_aircraft_was_looked_up(client: Client) -> None:
    document = client.get("/v1/aircraft/N899DN/movements", **WINDOW, limit=2).json()

    assert document["identity_on"] == "2025-02-05"
    assert document["icao24"] == "ac671b"
    assert "on=2025-02-05" in document["next"]


@pytest.mark.parametrize("part", ["", "/movements"])
def test_a_parameter_that_does_not_exist_is_not_passed_over(client: Client, part: str) -> None:
    unknown = client.get(f"/v1/aircraft/N899DN{part}", as_off="2025-02-01T00:00:00Z")
    doubled = client.get(f"/v1/aircraft/N899DN{part}?on=2025-02-04&on=2025-02-05")

    assert word(unknown) == word(doubled) == "bad-parameters"
    assert "no parameter `as_off`" in unknown.json()["detail"]
    assert "`on` is given more than once" in doubled.json()["detail"]


def test_what_will_be_known_is_not_known(client: Client) -> None:
    reply = client.get("/v1/aircraft/ac671b/movements", as_of="2025-03-01T12:00:01Z")

    assert word(reply) == "bad-input"
    assert "future" in reply.json()["detail"]


def test_as_of_the_past_the_list_was_empty(client: Client) -> None:
    reply = client.get("/v1/aircraft/ac671b/movements", as_of="2025-02-01T00:00:00Z")

    assert reply.json()["movements"] == []


def test_days_on_which_the_address_may_have_been_anothers_are_named(client: Client) -> None:
    by_name = client.get("/v1/aircraft/EW-001PA/movements", on="2025-02-05").json()
    by_address = client.get("/v1/aircraft/510001/movements", on="2025-02-10").json()
    that_day = client.get("/v1/aircraft/EW-001PA/movements", from_="2025-02-05", to="2025-02-05")
    never = client.get("/v1/aircraft/N899DN/movements").json()

    assert [m["t_best"] for m in by_name["movements"]] == [
        "2025-02-05T10:00:00Z",
        "2025-02-10T10:00:00Z",
    ]
    assert by_name["identity_differs_on"] == ["2025-02-10"]
    assert by_address["identity_differs_on"] == ["2025-02-05"]
    assert that_day.json()["identity_differs_on"] == []
    assert never["identity_differs_on"] == []


def test_without_a_day_it_is_the_last_one_that_a_source_speaks_of(client: Client) -> None:
    document = client.get("/v1/aircraft/EW-001PA/movements").json()

    assert document["identity_on"] == "2025-02-05"
    assert document["icao24"] == "510001"


def test_on_a_day_that_sources_leave_out_it_is_not_settled(client: Client) -> None:
    reply = client.get("/v1/aircraft/EW-001PA/movements", from_="2025-02-10")

    assert word(reply) == "unsettled-aircraft"
    assert "2025-02-10" in reply.json()["detail"]


@pytest.mark.parametrize("what", ["movements", "stays", "track"])
@pytest.mark.parametrize(
    ("typed", "choices"),
    [("RA-64523", {"icao:14fc0b"}), ("RA-64524", {"icao:14fc0c", "icao:155555"})],
)
def test_what_an_aircraft_did_is_not_told_where_its_address_is_not_settled(
    client: Client, what: str, typed: str, choices: set[str]
) -> None:
    reply = client.get(f"/v1/aircraft/{typed}/{what}", **WINDOW)

    assert reply.status_code == 409
    assert word(reply) == "unsettled-aircraft"
    assert {choice["code"] for choice in reply.json()["choices"]} == choices
    for code in choices:
        assert client.get(f"/v1/aircraft/{code}/{what}", **WINDOW).status_code == 200


def test_a_stay_is_told_once_whoever_told_its_landing(client: Client) -> None:
    document = client.get("/v1/aircraft/N899DN/stays", **WINDOW).json()

    assert [(s["airport"], s["bracketed"], s["sources"]) for s in document["stays"]] == [
        ("KMSP", True, ["alpha", "beta"]),
        ("KGEG", False, ["alpha"]),
    ]
    assert document["stays"][1]["departure"] is None
    assert document["looked_to"] == "2025-03-09T00:00:00Z"


def test_a_stay_whose_landing_lies_before_the_window_is_whole(client: Client) -> None:
    document = client.get(
        "/v1/aircraft/N899DN/stays", from_="2025-02-05T02:00:00Z", to="2025-02-05T03:00:00Z"
    ).json()

    (stay,) = document["stays"]
    assert stay["arrival"]["t_best"] == "2025-02-05T01:12:24Z"
    assert stay["departure"]["t_best"] == "2025-02-05T03:40:06Z"


def test_stays_come_in_pages(client: Client) -> None:
    whole = client.get("/v1/aircraft/N899DN/stays", **WINDOW).json()["stays"]

    assert _all_pages(client, "/v1/aircraft/N899DN/stays", "stays", limit=1, **WINDOW) == whole


def test_the_track_is_every_fix_of_every_capture_once(client: Client) -> None:
    document = client.get("/v1/aircraft/N899DN/track", **WINDOW).json()
    fixes = document["fixes"]

    assert len(fixes) == FIXES
    assert document["left_out"] == 0
    assert [f["time"] for f in fixes] == sorted(f["time"] for f in fixes)
    assert len({f["capture"] for f in fixes}) == 3
    assert fixes[0]["gs_kt"] == 112.3
    assert fixes[0]["alt_baro_ft"] is None
    assert tuple(fixes[0]) == COLUMNS == Fix.__slots__


@pytest.mark.parametrize(
    ("limit", "given"), [(1, 1), (7, 7), (11, 11), (12, 11), (13, 13), (29, 29), (30, 30)]
)
def test_a_long_track_says_what_it_left_out_and_goes_on_there(
    client: Client, limit: int, given: int
) -> None:
    """The twelfth and the thirteenth fix are of one moment, which is not torn apart."""
    whole = client.get("/v1/aircraft/N899DN/track", **WINDOW).json()["fixes"]
    first = client.get("/v1/aircraft/N899DN/track", **WINDOW, limit=limit).json()
    paged = _all_pages(client, "/v1/aircraft/N899DN/track", "fixes", limit=limit, **WINDOW)

    assert len(first["fixes"]) == given
    assert len(first["fixes"]) + first["left_out"] == FIXES
    assert paged == whole


def test_a_moment_with_more_fixes_than_asked_for_comes_whole(client: Client) -> None:
    document = client.get(
        "/v1/aircraft/N899DN/track", from_="2025-02-05T01:11:50Z", to="2025-02-05", limit=1
    ).json()

    assert [fix["time"] for fix in document["fixes"]] == ["2025-02-05T01:11:50Z"] * 2
    assert document["left_out"] == FIXES - 13
    assert "from=2025-02-05T01%3A12%3A00.000000Z" in document["next"]


def test_a_track_of_one_source_only(client: Client) -> None:
    assert client.get("/v1/aircraft/ac671b/track", **WINDOW, source="beta").json()["fixes"] == []
    assert client.get("/v1/aircraft/ac671b/track", **WINDOW, source="alpha").json()["fixes"]


@pytest.mark.parametrize("what", ["stays", "track"])
@pytest.mark.parametrize(
    ("window", "says"),
    [
        ({"from_": "1925-01-01", "to": "2025-01-01"}, "before public aircraft tracking"),
        ({"from_": "2000-01-01", "to": "2025-01-01"}, "at most"),
        ({"from_": "2025-02-05", "to": "2125-02-05"}, "future"),
        ({"from_": "2025-02-06", "to": "2025-02-05"}, "ends before it begins"),
        ({"from_": "2025-02-30", "to": "2025-03-01"}, "2025-02-30"),
        ({"from_": "2025-02-05T00:00:00", "to": "2025-02-06"}, "no time zone"),
    ],
)
def test_a_window_that_makes_no_sense_gets_a_sentence(
    client: Client, what: str, window: dict[str, Any], says: str
) -> None:
    reply = client.get(f"/v1/aircraft/ac671b/{what}", **window)

    assert reply.status_code == 422
    assert word(reply) == "bad-input"
    assert says in reply.json()["detail"]


@pytest.mark.parametrize("what", ["stays", "track"])
def test_a_window_that_is_needed_is_asked_for(client: Client, what: str) -> None:
    reply = client.get(f"/v1/aircraft/ac671b/{what}", to="2025-02-05")

    assert word(reply) == "bad-parameters"
    assert reply.json()["errors"] == [{"parameter": "from", "detail": "`from` is missing."}]


@pytest.mark.parametrize("what", ["movements", "stays"])
@pytest.mark.parametrize("after", ["x", "....", "MTIzNA", "é", "A" * 200, "LTk5OS4x" * 4])
def test_a_cursor_that_no_page_gave_is_refused(client: Client, what: str, after: str) -> None:
    reply = client.get(f"/v1/aircraft/ac671b/{what}", **WINDOW, after=after)

    assert (reply.status_code, word(reply)) == (422, "bad-input")


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "many", "1e3", "9" * 30])
def test_a_page_has_bounds(client: Client, limit: str) -> None:
    reply = client.get("/v1/aircraft/ac671b/movements", limit=limit)

    assert (reply.status_code, word(reply)) == (422, "bad-parameters")
    assert "`limit`" in reply.json()["detail"]


def test_a_list_has_an_etag_that_lasts_as_long_as_it_does(client: Client) -> None:
    first = client.get("/v1/aircraft/ac671b/movements")
    again = client.get(
        "/v1/aircraft/ac671b/movements", headers={"If-None-Match": first.headers["etag"]}
    )

    assert again.status_code == 304
