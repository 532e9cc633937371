"""Fetching over real HTTP: what comes is on the disk before anybody reads it, and what goes wrong
is told apart."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest

from adapters._contract import (
    Asking,
)
from schemas.sources import Source
from service.errors import BadInput
from service.ingest.fetching import archive
from service.ingest.fetching.archive import CUT_SHORT, is_kept, is_unchanged
from service.ingest.fetching.fetcher import Fetcher, NoReply, user_agent
from service.storage.captures import CaptureStore
from service.storage.database import Engine, reading
from service.storage.pace import PaceState, state_of
from tests.ingest.fetcher import HEX, TABLE, Hands, answering, fetching, get, stored
from tests.upstream import Fault, Reply, Upstream, faults
from tests.upstream.sky import NOON
from tests.upstream.wire import Wire


def pace_of(sqlite: Engine, source: Source) -> PaceState:
    with reading(sqlite) as conn:
        return state_of(conn, source.key)


# a good day


def test_a_page_is_on_the_disk_and_in_the_database_as_it_came(
    fetcher: Fetcher, live: Source, sqlite: Engine, tmp_path: Path
) -> None:
    page = get(fetcher, live)
    assert stored(sqlite) == [page.capture]
    assert CaptureStore(tmp_path / "captures").read(page.capture.sha256) == page.content
    assert page.capture.size_bytes == len(page.content)
    assert (page.capture.status, page.capture.source) == (200, "adsblol")
    assert page.capture.url == f"{live.url}{HEX}"
    assert page.capture.received_at == page.capture.requested_at == NOON
    assert page.capture.headers["content-type"] == "application/json"
    assert is_kept(page)
    assert not is_unchanged(page)
    assert pace_of(sqlite, live).answered_at == NOON


def test_bytes_are_kept_as_they_were_sent_still_compressed(fetcher: Fetcher, live: Source) -> None:
    page = get(fetcher, live)
    assert page.capture.headers["content-encoding"] == "gzip"
    assert b'"hex":"14fc0b"' in gzip.decompress(page.content)


def test_it_says_who_it_is_and_no_more(fetcher: Fetcher, live: Source, up: Upstream) -> None:
    get(fetcher, live)
    headers = up.asked("adsblol")[0].headers
    assert headers["user-agent"] == user_agent("mailto:test@example.org")
    assert headers.keys() == {"host", "user-agent", "accept-encoding"}


def test_no_cookie_comes_back(fetcher: Fetcher, live: Source, up: Upstream) -> None:
    cookie = {"Set-Cookie": "visitor=42; Path=/", "Content-Type": "application/json"}
    up.fail("adsblol", answering(Reply(200, b"{}", cookie)), times=1)
    page = get(fetcher, live)
    get(fetcher, live)
    assert "cookie" not in up.asked("adsblol")[1].headers
    assert not fetcher._client.cookies, "none is even remembered"
    assert "set-cookie" not in page.capture.headers


def test_requests_keep_the_pace(fetcher: Fetcher, live: Source, clock: Hands) -> None:
    for _ in range(3):
        get(fetcher, live)
    assert clock() == NOON + timedelta(seconds=2 / live.pace.requests_per_s)


@pytest.mark.parametrize("status", [204, 301, 400, 403, 404, 418, 451, 500])
def test_an_error_is_a_page_like_any_other(
    status: int, fetcher: Fetcher, live: Source, up: Upstream, sqlite: Engine
) -> None:
    up.fail("adsblol", faults.status(status))
    page = get(fetcher, live)
    assert page.capture.status == status
    assert stored(sqlite) == [page.capture]
    assert len(up.asked("adsblol")) == 1


def test_a_web_page_instead_of_data_is_kept(
    fetcher: Fetcher, live: Source, up: Upstream, sqlite: Engine
) -> None:
    up.fail("adsblol", faults.web_page())
    page = get(fetcher, live)
    assert b"Checking your browser" in page.content
    assert stored(sqlite) == [page.capture]


def test_an_answer_without_content_is_kept(
    fetcher: Fetcher, live: Source, up: Upstream, sqlite: Engine
) -> None:
    up.fail("adsblol", faults.nothing())
    page = get(fetcher, live)
    assert page.content == b""
    assert stored(sqlite) == [page.capture]


@pytest.mark.parametrize("beyond", [0, 1])
def test_a_large_page_is_mapped_and_not_loaded(
    beyond: int,
    fetcher: Fetcher,
    table: Source,
    up: Upstream,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive, "IN_MEMORY_BYTES", 100_000)
    content = bytes(range(250)) * 400 + b"x" * beyond
    up.world.files["tar1090db/aircraft.csv.gz"] = content
    page = get(fetcher, table, TABLE)
    assert isinstance(page.content, memoryview if beyond else bytes)
    assert page.content == content
    assert CaptureStore(tmp_path / "captures").verify(page.capture.sha256)


# what goes wrong


def test_a_line_that_breaks_in_the_middle_is_cut_short_and_what_came_is_kept(
    fetcher: Fetcher, live: Source, up: Upstream, sqlite: Engine, tmp_path: Path
) -> None:
    up.fail("adsblol", faults.broken_off(0.5))
    with pytest.raises(NoReply, match=r"the line broke after \d+ bytes of \d+") as broken:
        get(fetcher, live)
    assert broken.value.outcome == "truncated"
    kept = stored(sqlite)
    assert kept
    assert all("line broke" in part.headers[CUT_SHORT] for part in kept)
    whole = get_whole(up, live, fetcher)
    part = CaptureStore(tmp_path / "captures").read(kept[0].sha256)
    assert 0 < len(part) < len(whole)
    assert pace_of(sqlite, live).failures == 0


def get_whole(up: Upstream, source: Source, fetcher: Fetcher) -> bytes:
    up.recover()
    return bytes(get(fetcher, source).content)


def test_a_reset_before_the_answer_has_failed_and_leaves_nothing(
    fetcher: Fetcher, live: Source, up: Upstream, sqlite: Engine, tmp_path: Path
) -> None:
    up.fail("adsblol", faults.reset())
    with pytest.raises(NoReply) as broken:
        get(fetcher, live)
    assert broken.value.outcome == "failed"
    assert broken.value.why
    assert stored(sqlite) == []
    assert not [path for path in (tmp_path / "captures").rglob("*") if path.is_file()]
    assert pace_of(sqlite, live).failures == 1


def test_a_file_that_breaks_off_is_not_kept_since_it_can_be_had_again(
    fetcher: Fetcher, table: Source, up: Upstream, sqlite: Engine
) -> None:
    up.fail("tar1090db", faults.broken_off())
    with pytest.raises(NoReply) as broken:
        get(fetcher, table, TABLE)
    assert broken.value.outcome == "truncated"
    assert stored(sqlite) == []


def test_silence_ends_with_the_time_out_and_is_not_tried_again(
    sqlite: Engine, tmp_path: Path, live: Source, up: Upstream, clock: Hands
) -> None:
    up.fail("adsblol", faults.silent())
    with (
        fetching(sqlite, tmp_path / "captures", clock, timeout_s=0.1) as fetcher,
        pytest.raises(NoReply, match=r"no answer within 0\.1 s") as broken,
    ):
        get(fetcher, live)
    assert broken.value.outcome == "failed"
    assert len(up.asked("adsblol")) == 1


def test_a_reply_that_falls_silent_is_cut_short(
    sqlite: Engine, tmp_path: Path, live: Source, up: Upstream, clock: Hands
) -> None:
    up.fail("adsblol", faults.slow(part_bytes=16, pause_s=5))
    with (
        fetching(sqlite, tmp_path / "captures", clock, timeout_s=0.1) as fetcher,
        pytest.raises(NoReply, match="fell silent after") as broken,
    ):
        get(fetcher, live)
    assert broken.value.outcome == "truncated"


def test_nobody_is_listened_to_for_ever(
    sqlite: Engine, tmp_path: Path, live: Source, up: Upstream, clock: Hands
) -> None:
    """A reply that drips is given up after a minute, by a clock that counts ten for every look."""
    seconds = iter(range(0, 100_000, 10))
    up.fail("adsblol", faults.slow(part_bytes=8, pause_s=0.001))
    with (
        fetching(
            sqlite, tmp_path / "captures", clock, elapsed=lambda: float(next(seconds))
        ) as fetcher,
        pytest.raises(NoReply, match="too slow to go on") as broken,
    ):
        get(fetcher, live)
    assert broken.value.outcome == "truncated"
    assert len(up.asked("adsblol")) == 1
    assert CUT_SHORT in stored(sqlite)[0].headers


def test_a_reply_that_drips_and_ends_is_a_reply(
    fetcher: Fetcher, table: Source, up: Upstream
) -> None:
    up.fail("tar1090db", faults.slow(part_bytes=60, pause_s=0.001), times=1)
    assert get(fetcher, table, TABLE).content == get(fetcher, table, TABLE).content


@pytest.mark.parametrize("announced", [True, False])
def test_a_reply_that_is_too_long_has_failed_and_leaves_nothing(
    announced: bool, fetcher: Fetcher, table: Source, up: Upstream, sqlite: Engine, tmp_path: Path
) -> None:
    up.fail("tar1090db", faults.bomb(2**27) if announced else _chunked(b"x" * 300_000))
    with pytest.raises(NoReply, match="longer than the 100,000 bytes") as broken:
        get(fetcher, table, TABLE, Asking(cap_bytes=100_000))
    assert broken.value.outcome == "failed"
    assert len(up.asked("tar1090db")) == 1
    assert stored(sqlite) == []
    assert not [path for path in (tmp_path / "captures").rglob("*") if path.is_file()]


def _chunked(content: bytes) -> Fault:
    """Without a Content-Length: the end of the line is the end of the reply."""

    def deliver(wire: Wire, reply: Reply) -> None:
        handler = wire._handler
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        wire.body(content)
        wire.hang_up()

    return Fault("chunked", delivery=deliver)


def test_a_bomb_is_kept_as_it_came_and_never_opened(
    fetcher: Fetcher, table: Source, up: Upstream
) -> None:
    up.fail("tar1090db", faults.bomb(2**30))
    page = get(fetcher, table, TABLE)
    assert len(page.content) == page.capture.size_bytes < 2 * 2**20


# contact


@pytest.mark.parametrize("contact", ["mailto:me@example.org", "https://example.org/about", " x@y "])
def test_the_contact_is_told(contact: str) -> None:
    assert user_agent(contact).startswith("tailcheck/")
    assert user_agent(contact).endswith(f" (+{contact.strip()})")


def test_without_a_contact_the_name_alone_is_told() -> None:
    assert "(" not in user_agent("")


@pytest.mark.parametrize("contact", ["Müller", "a b", "x)y", "a\r\nX-Evil: 1", "x" * 201])
def test_a_contact_that_no_header_can_hold_is_refused(contact: str) -> None:
    with pytest.raises(BadInput, match="mail address or a URL"):
        user_agent(contact)
