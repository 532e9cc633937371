"""Every adapter against the server: what it gets on a good day, and what each fault leaves."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest

from adapters._contract import Area, Wanted, discover
from schemas.places import RunwayRow
from schemas.records import IdentityStatement, Rejected, Report, Track
from tests.upstream import Fault, Upstream, faults
from tests.upstream.conftest import FLOWN
from tests.upstream.drive import drive
from tests.upstream.sites import SITES
from tests.upstream.sky import NOON

ADAPTERS = discover()
MINSK = Area(lat=53.8825, lon=28.0307, radius_nm=30)
OURS = frozenset(("14fc0b",))
LIVE = ("adsblol", "adsbfi", "airplaneslive", "adsbexchange", "adsbexchange_rapidapi")
LOOK_UPS = ("hexdb", "adsbdb")
TABLES = (
    *("faa", "opensky_aircraftdb", "ourairports", "plane_alert_db", "tar1090db"),
    "opensky_flightlist",
)
ASKED = sorted(ADAPTERS.keys() & SITES.keys())
COVERING = [*sorted(set(ASKED) - set(LOOK_UPS) - set(TABLES)), "opensky_flightlist"]


def wanted_of(key: str) -> Wanted:
    """What shows the most of each source."""
    if ADAPTERS[key].source.kind == "live":
        return Wanted(icao24=OURS)
    if key == "opensky_flightlist":
        return Wanted.on(date(2020, 8, 18))
    if key in TABLES:
        return Wanted()
    return Wanted.on(FLOWN.date(), icao24=OURS)


def test_every_source_that_is_asked_is_played() -> None:
    files_only = {key for key, adapter in ADAPTERS.items() if not adapter.source.url}
    assert ADAPTERS.keys() - SITES.keys() == files_only - {"readsb_local"}


@pytest.mark.parametrize("key", ASKED)
def test_on_a_good_day_it_gets_its_data_and_covers_what_it_asked(key: str, up: Upstream) -> None:
    adapter = up.moved(ADAPTERS[key])
    driven = drive(up, adapter, wanted_of(key))
    assert not driven.broken
    assert not driven.unreadable
    good = [record for record in driven.records if not isinstance(record, Rejected)]
    kind = {"registry": IdentityStatement, "reference": RunwayRow, "reports": Report}.get(
        adapter.source.kind, Track
    )
    assert any(isinstance(record, kind) for record in good)
    if key in COVERING:
        assert driven.outcome(adapter) == "data"
    else:
        assert driven.covered == []


BROKEN: Mapping[str, Callable[[], Fault]] = {
    "web_page": faults.web_page,
    "nothing": faults.nothing,
    "too_many": faults.too_many,
    "refused": faults.refused,
    "error": lambda: faults.status(500),
    "unavailable": lambda: faults.status(503, Retry_After="120"),
    "teapot": lambda: faults.status(418),
    "not_found": lambda: faults.status(404),
    "broken_off": faults.broken_off,
    "cut_short": faults.cut_short,
    "reset": faults.reset,
    "reset_midway": lambda: faults.reset(0.5),
    "bomb": lambda: faults.bomb(64 * 2**20),
    "new_schema": faults.new_schema,
}
OUTCOMES = {
    "too_many": {"refused"},
    "refused": {"refused"},
    "broken_off": {"truncated", "failed"},
}


@pytest.mark.parametrize("fault", sorted(BROKEN))
@pytest.mark.parametrize("key", ASKED)
def test_whatever_goes_wrong_covers_nothing(
    key: str, fault: str, up: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "bomb":
        lower_the_caps(monkeypatch)
    up.fail(key, BROKEN[fault]())
    adapter = up.moved(ADAPTERS[key])
    driven = drive(up, adapter, wanted_of(key))
    assert driven.covered == []
    assert driven.outcome(adapter) in OUTCOMES.get(fault, {"failed"})
    assert not [record for record in driven.records if isinstance(record, Track | Report)]


def lower_the_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    """To 8 MB, so that the bomb need not be larger than any file there is."""
    for name, module in list(sys.modules.items()):
        if name.startswith("adapters."):
            for attribute, value in list(vars(module).items()):
                if attribute.endswith("CAP_BYTES") and isinstance(value, int):
                    monkeypatch.setattr(module, attribute, min(value, 8 * 2**20))


@pytest.mark.parametrize("key", ASKED)
def test_an_answer_that_drips_is_an_answer(key: str, up: Upstream) -> None:
    adapter = up.moved(ADAPTERS[key])
    up.fail(key, faults.slow(part_bytes=400, pause_s=0.001), times=1)
    assert not drive(up, adapter, wanted_of(key)).broken


def test_silence_ends_with_the_timeout(up: Upstream) -> None:
    up.fail("adsblol", faults.silent())
    driven = drive(up, up.moved(ADAPTERS["adsblol"]), Wanted(icao24=OURS), timeout_s=0.2)
    assert driven.broken
    assert driven.covered == []


@pytest.mark.parametrize("key", COVERING)
def test_a_fault_that_passes_leaves_no_trace(key: str, up: Upstream) -> None:
    adapter = up.moved(ADAPTERS[key])
    up.fail(key, faults.status(502), times=1)
    assert drive(up, adapter, wanted_of(key)).covered == []
    assert drive(up, adapter, wanted_of(key)).covered


@pytest.mark.parametrize("key", sorted(k for k in ASKED if ADAPTERS[k].source.secrets))
def test_wrong_secrets_are_refused_and_missing_ones_ask_nothing(key: str, up: Upstream) -> None:
    adapter = up.moved(ADAPTERS[key])
    wrong = dict.fromkeys(adapter.source.secrets, "wrong")
    refused = drive(up, adapter, wanted_of(key), secrets=wrong)
    assert refused.outcome(adapter) == "refused"
    before = len(up.asked())
    assert drive(up, adapter, wanted_of(key), secrets={}).outcome(adapter) == "not_asked"
    assert len(up.asked()) == before


@pytest.mark.parametrize("key", sorted(k for k in ASKED if ADAPTERS[k].source.secrets))
def test_secrets_reach_neither_urls_nor_captures(key: str, up: Upstream) -> None:
    adapter = up.moved(ADAPTERS[key])
    driven = drive(up, adapter, wanted_of(key))
    hidden = [*up.secrets(adapter).values(), *up.world.tokens]
    for page in driven.pages:
        told = repr(page.capture).encode() + bytes(page.content)
        assert not [value for value in hidden if value.encode() in told]
    for asked in up.asked():
        assert not [value for value in hidden if value in asked.target]


# the quirks of each


def test_adsblol_serves_nobody_without_a_user_agent(up: Upstream) -> None:
    adapter = up.moved(ADAPTERS["adsblol"])
    assert drive(up, adapter, Wanted(icao24=OURS), user_agent="").outcome(adapter) == "refused"
    assert drive(up, adapter, Wanted(icao24=OURS)).outcome(adapter) == "data"


def test_airplaneslive_serves_nobody_it_has_not_approved(up: Upstream) -> None:
    adapter = up.moved(ADAPTERS["airplaneslive"])
    up.world.approved = False
    assert drive(up, adapter, Wanted(icao24=OURS)).outcome(adapter) == "refused"


@pytest.mark.parametrize("key", [*LIVE, "opensky_states"])
def test_an_area_shows_everybody_in_it_and_names_nobody(key: str, up: Upstream) -> None:
    adapter = up.moved(ADAPTERS[key])
    driven = drive(up, adapter, Wanted(area=MINSK))
    heard = {record.icao24 for record in driven.records if isinstance(record, Track)}
    assert {"510001", "510002"} <= heard
    assert "14fc0b" not in heard
    assert [covered.target for covered in driven.covered] == ["area:53.8825,28.0307,30"]
    assert not any("14fc0b" in asked.target for asked in up.asked())


@pytest.mark.parametrize("key", LIVE)
def test_somebody_who_is_not_heard_is_an_empty_answer(key: str, up: Upstream) -> None:
    adapter = up.moved(ADAPTERS[key])
    driven = drive(up, adapter, Wanted(icao24=frozenset(("abcdef",))))
    assert driven.outcome(adapter) == "empty"


@pytest.mark.parametrize("key", LIVE)
def test_by_registration_only_what_is_found_is_covered(key: str, up: Upstream) -> None:
    adapter = up.moved(ADAPTERS[key])
    wanted = Wanted(registrations=frozenset(("RA-64523", "RA-99999", "..", "a/b")))
    driven = drive(up, adapter, wanted)
    assert [covered.target for covered in driven.covered] == ["RA-64523"]
    assert not any(".." in asked.target or "b" in asked.path[-3:] for asked in up.asked())


def test_openskys_empty_404_is_an_answer(up: Upstream) -> None:
    adapter = up.moved(ADAPTERS["opensky_flights"])
    wanted = Wanted.on(date(2025, 11, 1), icao24=OURS)
    driven = drive(up, adapter, wanted)
    assert driven.outcome(adapter) == "empty"
    assert driven.covered[0].t_from == wanted.t_from
    assert driven.covered[0].t_to == wanted.t_to


@pytest.mark.parametrize("key", ["opensky_flights", "opensky_tracks"])
def test_openskys_too_recent_day_is_too_early_and_later_it_is_not(key: str, up: Upstream) -> None:
    adapter = up.moved(ADAPTERS[key])
    wanted = Wanted.on(NOON.date(), icao24=OURS)
    driven = drive(up, adapter, wanted)
    assert driven.outcome(adapter, wanted.t_to) == "too_early"
    up.world.now = lambda: NOON + timedelta(days=2)
    assert drive(up, adapter, wanted).outcome(adapter, wanted.t_to) == "empty"


def test_opensky_tells_when_credits_are_used_up(up: Upstream) -> None:
    adapter = up.moved(ADAPTERS["opensky_states"])
    up.world.credits = 1
    first = drive(up, adapter, Wanted(area=MINSK))
    assert first.pages[-1].capture.headers["x-rate-limit-remaining"] == "0"
    second = drive(up, adapter, Wanted(area=MINSK))
    assert second.outcome(adapter) == "refused"
    assert second.pages[-1].capture.headers["x-rate-limit-retry-after-seconds"] == "3600"


def test_opensky_token_is_renewed_once_where_it_has_run_out(up: Upstream) -> None:
    adapter = up.moved(ADAPTERS["opensky_states"])
    up.world.token_life_s = 0
    driven = drive(up, adapter, Wanted(area=MINSK))
    assert driven.outcome(adapter) == "refused"
    assert [asked.site for asked in up.asked()] == ["opensky_auth", "opensky_states"] * 2
    assert all(
        page.capture.url.endswith("0") or "states" in page.capture.url for page in driven.pages
    )


def test_openskys_whole_sky_is_one_request(up: Upstream) -> None:
    adapter = up.moved(ADAPTERS["opensky_states"])
    driven = drive(up, adapter, Wanted())
    assert [covered.target for covered in driven.covered] == ["*"]
    assert [asked.target for asked in up.asked("opensky_states")] == ["/states/all"]


def test_openskys_airports_list_both_ways_and_name_nobody(up: Upstream) -> None:
    adapter = up.moved(ADAPTERS["opensky_flights"])
    wanted = Wanted(airport="UMMS", t_from=FLOWN, t_to=FLOWN + timedelta(days=5))
    driven = drive(up, adapter, wanted)
    reports = [record for record in driven.records if isinstance(record, Report)]
    assert [(report.origin, report.destination) for report in reports] == [("UUWW", "UMMS")]
    assert [covered.target for covered in driven.covered] == ["area:UMMS"]
    assert {asked.path for asked in up.asked("opensky_flights")} == {
        "/flights/arrival",
        "/flights/departure",
    }
    assert len(up.asked("opensky_flights")) == 6
