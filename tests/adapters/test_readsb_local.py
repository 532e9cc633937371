"""Your own receiver; and real files that receivers wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters._contract import Area, Wanted
from adapters.readsb_local import adapter
from schemas.records import IdentityStatement, Rejected, Track, Via
from tests.adapters.pages import page
from tests.adapters.play import Reply, play
from tests.realdata import shared
from tests.upstream.replies import aircraft_json
from tests.upstream.sky import HAND_MADE, NOON, item

OURS = replace(adapter, source=replace(adapter.source, url="http://192.168.1.20/tar1090/"))


def answer(*items: dict[str, object]) -> Reply:
    return Reply(200, json.dumps(aircraft_json(items, NOON)).encode())


def test_without_an_address_nothing_is_asked() -> None:
    assert play(adapter, Wanted(), lambda _: Reply(200)).requests == []


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(icao24=frozenset(("14fc0b",))),
        Wanted(area=Area(lat=53.9, lon=28.0, radius_nm=5)),
    ],
)
def test_whatever_is_wanted_the_whole_list_is_asked_for(wanted: Wanted) -> None:
    played = play(OURS, wanted, lambda _: answer(*HAND_MADE), received_at=NOON)
    assert played.urls == ["http://192.168.1.20/tar1090/data/aircraft.json"]
    (covered,) = played.covered
    assert (covered.target, covered.t_from, covered.t_to) == (
        "*",
        NOON - timedelta(seconds=60),
        NOON,
    )


def test_one_doubtful_item_leaves_everybody_uncovered() -> None:
    played = play(OURS, Wanted(), lambda _: answer(item(lat=91.0)), received_at=NOON)
    assert list(played.covered) == []


@pytest.mark.parametrize("late", [timedelta(minutes=-5), timedelta(minutes=5)])
def test_a_list_that_was_not_made_just_now_covers_nothing(late: timedelta) -> None:
    """The receiver has stopped, or one of the two clocks is wrong."""
    played = play(OURS, Wanted(), lambda _: answer(item()), received_at=NOON + late)
    assert list(played.covered) == []


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "items", "fixes", "old"),
    [
        ("aircraft_1.json", 64, 61, 2),
        ("aircraft_2.json", 69, 65, 3),
        ("aircraft_3.json", 80, 75, 3),
        ("aircraft_4.json", 59, 55, 2),
        ("aircraft_5.json", 120, 106, 12),
    ],
)
def test_real_lists_hold_no_surprise(name: str, items: int, fixes: int, old: int) -> None:
    content = shared(f"live/readsb_aircraft_json/{name}").read_bytes()
    records = list(OURS.parse(page("readsb_local", content)))
    rejected = {record.why: record.count for record in records if isinstance(record, Rejected)}
    assert sum(len(record) for record in records if isinstance(record, Track)) == fixes
    assert rejected.keys() <= {
        "heard, but without a position",
        "position older than what else is said",
    }
    assert rejected.get("position older than what else is said", 0) == old
    assert fixes + sum(rejected.values()) == items
    named = sum(isinstance(record, IdentityStatement) for record in records)
    assert named >= items - 3


@pytest.mark.realdata
def test_real_lists_tell_how_positions_came() -> None:
    content = shared("live/readsb_aircraft_json/aircraft_5.json").read_bytes()
    via = {
        record.icao24: record.via[0]
        for record in OURS.parse(page("readsb_local", content))
        if isinstance(record, Track)
    }
    assert via["ae5fae"] == Via.MLAT
    assert via["a13bfa"] == Via.TISB
    assert via["~2688a2"] == Via.TISB
    assert via["a97f77"] == Via.ADSB  # only its rate came by TIS-B


@pytest.mark.realdata
def test_lines_pasted_into_another_file_are_not_believed() -> None:
    """Their own times are 49 days from the file's."""
    content = shared("live/readsb_aircraft_json/aircraft_6.json").read_bytes()
    records = list(OURS.parse(page("readsb_local", content)))
    assert [(r.why, r.count) for r in records if isinstance(r, Rejected)] == [
        ("its own time (now) is not that of the reply", 5)
    ]
    assert len(records) == 1


@pytest.mark.realdata
def test_a_real_reply_of_adsblol() -> None:
    """Trimmed where it was quoted: the second item has lost its age."""
    text = shared("api/adsblol_v2_envelope.json").read_text()
    content = json.dumps(json.loads(text)["response"]).encode()
    records = list(OURS.parse(page("readsb_local", content)))
    assert [record.icao24 for record in records if isinstance(record, Track)] == ["adddfe"]
    assert [record.why for record in records if isinstance(record, Rejected)] == [
        "position without its age (seen_pos)"
    ]
