"""One test for every adapter there is: a new one is picked up by itself.

What it needs is pages of its own in `tests/adapters/samples/`.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._contract import (
    Adapter,
    Area,
    Asking,
    Covered,
    Page,
    Record,
    UnreadablePage,
    Wanted,
    ask,
    asking,
    discover,
)
from schemas.places import AirportRow, RunwayRow
from schemas.records import IdentityStatement, Rejected, Report, Track
from tests.adapters.pages import assert_sentence, page
from tests.adapters.play import Reply, play
from tests.adapters.samples import all_samples

ADAPTERS = discover()
SAMPLES = all_samples()
FOR_EACH = pytest.mark.parametrize("key", sorted(ADAPTERS))
FOR_EACH_WITH_PAGES = pytest.mark.parametrize("key", sorted(ADAPTERS.keys() & SAMPLES.keys()))

WANTED = (
    Wanted(),
    Wanted(icao24=frozenset(("14fc0b", "ac671b")), registrations=frozenset(("RA-64523",))),
    Wanted(area=Area(lat=53.88, lon=28.03, radius_nm=25)),
    Wanted.on(date(2020, 9, 1), icao24=frozenset(("14fc0b",))),
    Wanted.on(date(2025, 12, 1), icao24=frozenset(("14fc0b",))),
    Wanted(
        airport="UMMS",
        icao24=frozenset(("14fc0b",)),
        t_from=datetime(2025, 12, 30, 12, tzinfo=UTC),
        t_to=datetime(2026, 1, 2, tzinfo=UTC),
    ),
)


def samples(key: str) -> list[Page]:
    return [page(key, content) for content in SAMPLES[key]()]


def read_or_sentence(adapter: Adapter, content: Page) -> list[Record | Rejected]:
    """The only two things that may come of a page."""
    records: list[Record | Rejected] = []
    try:
        for record in adapter.parse(content):
            records.append(record)  # noqa: PERF402  (it may end with an error)
    except UnreadablePage as error:
        assert_sentence(error)
    return records


def test_the_shared_parts_are_no_adapters() -> None:
    assert {"press", "trace_file", "adsblol_history", "opensky_flightlist"} <= ADAPTERS.keys()
    assert not any(key.startswith("_") for key in ADAPTERS)


def test_every_adapter_has_pages_in_the_samples_folder_and_no_other_does() -> None:
    assert SAMPLES.keys() == ADAPTERS.keys()


@FOR_EACH
def test_it_declares_itself_fully(key: str) -> None:
    adapter = ADAPTERS[key]
    source = adapter.source
    assert isinstance(adapter, Adapter)
    assert source.key == key
    assert re.fullmatch(r"[a-z][a-z0-9_]{1,30}", key)
    assert source.title
    assert source.terms.licence
    assert source.terms.attribution
    assert source.independence_group
    assert source.pace.requests_per_s > 0
    assert source.pace.burst >= 1
    assert source.lag >= timedelta()
    if source.url:
        url = httpx.URL(source.url)
        assert url.scheme in {"http", "https"}
        assert url.host
        assert not source.url.endswith("/")
    else:
        assert all(not play(adapter, wanted, refuse).requests for wanted in WANTED), "asked whom?"
    if source.terms.needs_agreement or source.terms.personal_only:
        assert source.terms.note, "say why it is restricted"
    if source.open_archive:
        assert source.kind in {"history", "reports"}
        assert source.reach.first_day, "an archive begins somewhere"


@FOR_EACH_WITH_PAGES
def test_it_reads_its_pages(key: str) -> None:
    for content in samples(key):
        records = list(ADAPTERS[key].parse(content))
        good = [record for record in records if not isinstance(record, Rejected)]
        assert good
        for record in good:
            assert isinstance(record, Track | Report | IdentityStatement | AirportRow | RunwayRow)
            if isinstance(record, Track):
                assert record.captures == (content.capture.sha256,)
            elif not isinstance(record, AirportRow | RunwayRow):
                assert record.capture == content.capture.sha256
            if not isinstance(record, AirportRow | RunwayRow):
                assert record.source == key


@FOR_EACH_WITH_PAGES
def test_reading_is_a_pure_function_of_the_page(key: str) -> None:
    for content in samples(key):
        first, second = (list(ADAPTERS[key].parse(content)) for _ in range(2))
        assert [repr(record) for record in first] == [repr(record) for record in second]


@FOR_EACH_WITH_PAGES
@given(seed=st.integers(0, 2**32))
def test_it_survives_damaged_pages(key: str, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(chance.choice(samples(key)).content)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(content) or 1)
        match chance.randrange(4):
            case 0:
                content[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del content[at : at + chance.randrange(50)]
            case 2:
                content[at:at] = content[at : at + chance.randrange(90)]
            case _:
                content = content[:at]
    read_or_sentence(ADAPTERS[key], page(key, bytes(content)))


@FOR_EACH
@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"null", b"[]", b"{}", b"<!DOCTYPE html><p>Forbidden", b"\x1f\x8b", b"\0" * 99],
    ids=["nothing", "line", "null", "list", "object", "html", "gzip", "zeros"],
)
def test_it_survives_what_is_no_page_of_its(key: str, content: bytes) -> None:
    assert not [
        record
        for record in read_or_sentence(ADAPTERS[key], page(key, content))
        if not isinstance(record, Rejected)
    ]


def refuse(_: httpx.Request) -> Reply:
    return Reply(403, b"<html>Forbidden</html>")


@FOR_EACH
@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 429, 500, 503])
def test_a_refused_or_failed_asking_covers_nothing(key: str, status: int) -> None:
    """An empty 404 may be an answer (OpenSky's is); a page with the same status is none."""
    for wanted in WANTED:
        played = play(ADAPTERS[key], wanted, lambda _: Reply(status, b"<html>no</html>"))
        assert list(played.covered) == []


@FOR_EACH
@pytest.mark.parametrize("content", [b"", b"<html>Just a moment...</html>", b"{", b"\x1f\x8b\x08"])
def test_an_answer_that_cannot_be_read_covers_nothing(key: str, content: bytes) -> None:
    for wanted in WANTED:
        played = play(ADAPTERS[key], wanted, lambda _: Reply(200, content))
        assert list(played.covered) == []


@FOR_EACH_WITH_PAGES
def test_what_it_covers_is_its_own(key: str) -> None:
    for content in samples(key):
        for wanted in WANTED:
            reply = Reply(200, bytes(content.content))
            played = play(ADAPTERS[key], wanted, lambda _: reply)  # noqa: B023  (played at once)
            for covered in played.covered:
                assert isinstance(covered, Covered)
                assert covered.source == key
                assert covered.t_from < covered.t_to
                assert covered.t_from.tzinfo is not None
                assert covered.target


@FOR_EACH
def test_its_secrets_stay_out_of_urls(key: str) -> None:
    adapter = ADAPTERS[key]
    secrets = {name: f"hush-{name}" for name in adapter.source.secrets}
    for wanted in WANTED:
        for answer in (refuse, lambda _: Reply(200, b"{}")):
            for request in play(adapter, wanted, answer, secrets=secrets).requests:
                assert "hush" not in str(request.url)
                assert request.url.scheme in {"http", "https"}
                assert not request.url.userinfo
                agent = request.headers.get("user-agent", "")
                assert "mozilla" not in agent.lower(), "never a browser's"


ALONE = """
import os, sys
import httpx, isal.isal_zlib, msgspec, numpy, yaml, zoneinfo, csv, mmap, json, zipfile
import concurrent.futures
class Sealed(dict):
    def __getitem__(self, name): raise SystemExit(f"the environment was read: {name}")
    get = __contains__ = __getitem__
os.environ = Sealed()
code = (".py", ".pyc", ".so")
def watch(event, args):
    if event.startswith(("socket.", "subprocess.", "sqlite3.", "os.system", "urllib.")):
        raise SystemExit(f"{event} at import: {args}")
    if event == "open" and isinstance(args[0], str) and not args[0].endswith(code):
        raise SystemExit(f"opened at import: {args[0]}")
sys.addaudithook(watch)
from adapters._contract import discover
print(len(discover()))
"""


def test_nothing_is_opened_connected_or_read_at_import() -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", ALONE], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == len(ADAPTERS)


# the contract's own values


@pytest.mark.parametrize(
    "address", ["14FC0B", "zzzzzz", "../../etc/passwd", "", "~14fc0b", "14fc0"]
)
def test_only_addresses_can_be_wanted(address: str) -> None:
    with pytest.raises(ValueError, match="24-bit address"):
        Wanted(icao24=frozenset((address,)))


def test_a_window_has_two_ends_in_order_with_zones() -> None:
    t = datetime(2024, 5, 1, tzinfo=UTC)
    for t_from, t_to in ((t, None), (None, t), (t, t), (t, t - timedelta(1))):
        with pytest.raises(ValueError, match="window"):
            Wanted(t_from=t_from, t_to=t_to)
    with pytest.raises(ValueError, match="time zone"):
        Wanted(t_from=t.replace(tzinfo=None), t_to=t + timedelta(1))


@pytest.mark.parametrize(
    "circle", [(91, 0, 1), (0, 181, 1), (0, 0, 0), (0, 0, -5), (float("nan"), 0, 1)]
)
def test_only_circles_on_the_ground_can_be_wanted(circle: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="No such circle"):
        Area(lat=circle[0], lon=circle[1], radius_nm=circle[2])


def test_days_are_those_the_window_touches() -> None:
    assert list(Wanted().days()) == []
    assert list(Wanted.on(date(2024, 2, 29)).days()) == [date(2024, 2, 29)]
    window = Wanted(
        t_from=datetime.fromisoformat("2024-05-01T00:30+03:00"),
        t_to=datetime.fromisoformat("2024-05-02T03:00+03:00"),
    )
    assert list(window.days()) == [date(2024, 4, 30), date(2024, 5, 1)]


def test_a_request_carries_how_its_reply_is_handled() -> None:
    token = ask("https://example.org/token", method="POST", data={"a": "b"})
    assert asking(token) == Asking()
    kept_out = ask("https://example.org/t", handling=Asking(archive=False, cap_bytes=9))
    assert asking(kept_out) == Asking(archive=False, cap_bytes=9)
    assert asking(httpx.Request("GET", "https://example.org")) == Asking()
