"""What no bundle tells: who is followed, who asked, whom else somebody looks into, any secret."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import pytest

from adapters._contract import Page
from schemas.records import EVERYTHING, Capture, LedgerRow
from service.api.app import create_app
from service.ask.bundles import Made, bundle_of_kept, verify_bundle
from service.desk import Desk
from service.evidence.bundle.permitting import without_private_host
from service.ingest.keeping import Received, keep
from service.ingest.reading import adapter_for, read_page
from service.ingest.writing import Writing, write
from tests.api.canaries import OWNER, found_in, hatch
from tests.api.served import serving
from tests.evidence.bundled import (
    CASES,
    NOW,
    OPEN,
    PRESS,
    Case,
    answered_for_all,
    bundled,
    desk_in,
    flown,
    give,
    kept_with_history,
    standing,
    track_of,
)
from tests.evidence.forging import opened
from tests.ingest.desks import ADAPTERS

OBSERVED = CASES[0]
NOT_SEEN = next(case for case in CASES if case.word == "not_seen")


def document(content: bytes, name: str) -> Any:
    return msgspec.json.decode(opened(content)[f"data/{name}.json"])


def receive(desk: Desk, content: bytes, url: str, source: str = OPEN, **headers: str) -> str:
    """As if it had been asked for."""
    capture = Capture(
        sha256=desk.captures.put(content),
        source=source,
        url=url,
        received_at=desk.clock(),
        size_bytes=len(content),
        status=200,
        requested_at=desk.clock(),
        headers=headers,
    )
    page = Page(capture=capture, content=content)
    keep(desk, [Received(capture, read_page(adapter_for(desk, source), page))])
    desk.clock.move(seconds=1)  # type: ignore[attr-defined]
    return capture.sha256


def test_fifty_canaries_do_not_sing(tmp_path: Path, migrated_sqlite: Path) -> None:
    with desk_in(tmp_path, migrated_sqlite) as desk:
        check_id = kept_with_history(desk, tmp_path, tmp_path / "secrets", owner=OWNER)
        with serving(create_app(desk)) as client:
            nest = hatch(client, desk)
        file = io.BytesIO()
        bundle_of_kept(desk, file, check_id)
        asked, _ = bundled(desk, OBSERVED)
    for content in (file.getvalue(), asked):
        assert found_in(nest, content) == []
        for word in (OWNER, check_id, str(tmp_path), *nest.checks):
            assert word.encode() not in content


def test_a_secret_stays_here(tmp_path: Path, migrated_sqlite: Path) -> None:
    """In a page, in an address, in a header."""
    secret = "s3cr3t-of-this-installation"
    with desk_in(tmp_path, migrated_sqlite) as plain:
        desk = replace(plain, secrets=MappingProxyType({"opensky_tracks": {"client": secret}}))
        page = track_of(flown())
        receive(desk, page, f"https://a.example/t.json?k={secret}", **{"x-note": f"for {secret}"})
        content, made = bundled(desk, OBSERVED)
        assert made.verdict.verdict == "observed"
        assert secret.encode() not in content
        assert verify_bundle(io.BytesIO(content), ADAPTERS).exit_code == 0
        told = page.replace(b'"icao"', f'"note": "{secret}", "icao"'.encode())
        receive(desk, told, "https://a.example/u.json")
        content, made = bundled(desk, OBSERVED)
    assert secret.encode() not in content
    assert any("only this installation" in line for line in made.withheld)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://api.adsb.lol/v2/point/1/2/3", "https://api.adsb.lol/v2/point/1/2/3"),
        ("http://192.168.1.20:8080/tar1090/data/aircraft.json", "tar1090/data/aircraft.json"),
        ("http://[fe80::1]/x.json", "x.json"),
        ("http://attic-pi/x.json?y", "x.json?y"),
        ("http://anna.local/x.json", "x.json"),
        ("http://[::bad/x.json", ""),
        ("trace_full_14fc0b.json", "trace_full_14fc0b.json"),
        ("", ""),
    ],
)
def test_where_somebodys_own_receiver_is(url: str, told: str) -> None:
    assert without_private_host(url) == told


def test_the_address_of_a_receiver_is_not_told(tmp_path: Path, migrated_sqlite: Path) -> None:
    with desk_in(tmp_path, migrated_sqlite) as desk:
        url = "http://192.168.77.20/data/traces/trace_full.json"
        receive(desk, track_of(flown()), url)
        content, made = bundled(desk, OBSERVED)
    assert made.verdict.verdict == "observed"
    assert b"192.168.77.20" not in content
    assert verify_bundle(io.BytesIO(content), ADAPTERS).exit_code == 0


def test_headers_that_open_doors_are_left_out(tmp_path: Path, migrated_sqlite: Path) -> None:
    with desk_in(tmp_path, migrated_sqlite) as desk:
        headers = {"set-cookie": "session=abcdefgh", "x-api-key": "ijklmnop", "etag": '"qrst"'}
        receive(desk, track_of(flown()), "https://a.example/trace.json", **headers)
        content, _ = bundled(desk, OBSERVED)
    (capture,) = document(content, "captures")
    assert capture["record"]["headers"] == {"etag": '"qrst"'}
    assert b"abcdefgh" not in content
    assert b"ijklmnop" not in content


def test_a_page_asked_for_together_does_not_tell_with_whom(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    with desk_in(tmp_path, migrated_sqlite) as desk:
        icao24 = flown().icao24
        sha256 = receive(desk, track_of(flown()), f"https://a.example/v2/hex/{icao24},abc123")
        content, made = bundled(desk, OBSERVED)
    assert made.verdict.verdict == "observed"
    assert b"abc123" not in content
    (capture,) = document(content, "captures")
    assert (capture["sha256"], capture["given"], capture["record"]) == (sha256, False, None)
    assert verify_bundle(io.BytesIO(content), ADAPTERS).exit_code == 3


def others(content: bytes) -> tuple[int, int]:
    """How many other aircraft's days are named, and hours of them only counted."""
    coverage = document(content, "coverage")
    return len(coverage["derived"]), sum(hour["aircraft"] for hour in coverage["stated"])


def test_others_are_named_only_where_everybody_was_asked_about(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    """Whose day was fetched by itself is somebody's business: only the number is told."""
    made: list[tuple[bytes, Made]] = []
    for name in ("dump", "alone"):
        folder = tmp_path / name
        with desk_in(folder, migrated_sqlite) as desk:
            if name == "dump":
                NOT_SEEN.fill(desk, folder)
            else:
                answered_for_all(desk)
                for number in range(2):
                    receive(desk, standing(number), f"https://a.example/4b000{number}.json")
            made.append(bundled(desk, NOT_SEEN))
    (dump, _), (alone, asked_alone) = made
    assert others(dump) == (4, 0)
    assert others(alone)[0] == 0
    assert others(alone)[1] > 40
    assert asked_alone.verdict.verdict == "not_seen"
    assert b"4b0000" not in alone
    assert b"4b0001" not in alone
    checked = verify_bundle(io.BytesIO(alone), ADAPTERS)
    assert checked.exit_code == 0, checked.lines
    assert "in part, taken as stated" in " ".join(checked.lines)


def test_no_circle_is_told_that_does_not_hold_the_airport(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    with desk_in(tmp_path, migrated_sqlite) as desk:
        OBSERVED.fill(desk, tmp_path)
        rows = [
            LedgerRow(
                source="adsblol",
                target=target,
                t_from=flown().start,
                t_to=flown().start.replace(hour=23),
                outcome="data",
                asked_at=NOW,
            )
            for target in ("area:51.87,-0.37,50", "area:48.1234,11.5678,20", EVERYTHING, "abc123")
        ]
        write(desk, Writing(ledger=rows))
        content, _ = bundled(desk, OBSERVED)
    targets = {row["target"] for row in document(content, "ledger")}
    assert targets == {"area:51.87,-0.37,50", EVERYTHING, flown().icao24}
    assert b"48.1234" not in content


def test_a_press_file_that_speaks_of_others_is_not_enclosed(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    """The rows about the aircraft are; the file would tell whom else somebody collects."""
    case = next(case for case in CASES if case.aircraft == "RA-64523" and case.word == "consistent")
    two = PRESS + PRESS.partition("\n")[2].replace("RA-64523", "RA-64599")
    with desk_in(tmp_path, migrated_sqlite) as desk:
        give(desk, tmp_path, two.encode(), "press.yaml", "press")
        content, made = bundled(desk, Case("consistent", case.fill, *_asked(case)))
    assert made.verdict.verdict == "consistent"
    assert b"64599" not in content
    assert len(document(content, "reports")) == 1
    checked = verify_bundle(io.BytesIO(content), ADAPTERS)
    assert checked.exit_code == 0, checked.lines
    assert "taken as stated: no page is enclosed" in " ".join(checked.lines)


def _asked(case: Case) -> tuple[Any, ...]:
    return case.aircraft, case.airport, case.on
