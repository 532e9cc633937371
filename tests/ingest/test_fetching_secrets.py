"""Secrets reach nobody but the source: no file, no row, no log, no error."""

from __future__ import annotations

import gzip
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from adapters._contract import (
    Asking,
    ask,
)
from schemas.sources import Source
from service.ingest.fetching.archive import NOT_KEPT, is_kept
from service.ingest.fetching.fetcher import Fetcher, NoReply
from service.storage.database import Engine
from tests.ingest.fetcher import HEX, answering, get, stored, told
from tests.upstream import Reply, Upstream, faults

TOKEN = Asking(archive=False, reuse_s=60)
KEY = "hush-a-key-of-ours"
WITH_KEY = {"X-RapidAPI-Key": KEY}


def test_what_is_not_to_be_kept_is_nowhere(
    fetcher: Fetcher, live: Source, sqlite: Engine, tmp_path: Path
) -> None:
    content = fetcher.page(live, ask(f"{live.url}{HEX}", handling=TOKEN)).content
    assert stored(sqlite) == []
    assert bytes(content) not in told(tmp_path, sqlite)


def test_what_is_not_to_be_kept_is_marked(fetcher: Fetcher, live: Source) -> None:
    page = fetcher.page(live, ask(f"{live.url}{HEX}", handling=TOKEN))
    assert not is_kept(page)
    assert page.capture.headers[NOT_KEPT]


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("status", [200, 401])
def test_a_reply_that_repeats_our_key_is_not_kept(
    zipped: bool,
    status: int,
    fetcher: Fetcher,
    live: Source,
    up: Upstream,
    sqlite: Engine,
    tmp_path: Path,
) -> None:
    content = f'{{"detail": "unknown key {KEY}"}}'.encode()
    sent = gzip.compress(content) if zipped else content
    echoes = {"X-Your-Key": KEY, "X-Debug": f"<{KEY}>", "X-Plain": "kept"}
    up.fail("adsblol", answering(Reply(status, sent, echoes)))
    page = fetcher.page(live, ask(f"{live.url}{HEX}", headers=WITH_KEY))
    assert page.content == sent
    assert not is_kept(page)
    assert page.capture.headers["x-plain"] == "kept"
    assert not {"x-your-key", "x-debug"} & page.capture.headers.keys()
    assert stored(sqlite) == []
    assert KEY.encode() not in told(tmp_path, sqlite)


def test_a_part_of_a_reply_that_repeats_our_key_is_not_kept_either(
    fetcher: Fetcher, live: Source, up: Upstream, sqlite: Engine, tmp_path: Path
) -> None:
    fault = replace(
        faults.broken_off(0.9), answer=lambda _: Reply(200, f"{KEY}{'x' * 1_000}".encode())
    )
    up.fail("adsblol", fault)
    with pytest.raises(NoReply):
        fetcher.page(live, ask(f"{live.url}{HEX}", headers=WITH_KEY))
    assert KEY.encode() not in told(tmp_path, sqlite)


def test_what_came_with_our_key_and_does_not_repeat_it_is_kept(
    fetcher: Fetcher, live: Source, sqlite: Engine
) -> None:
    page = fetcher.page(live, ask(f"{live.url}{HEX}", headers=WITH_KEY))
    assert is_kept(page)
    assert stored(sqlite) == [page.capture]


def test_a_name_and_a_password_in_the_address_are_used_and_not_told(
    fetcher: Fetcher, live: Source, up: Upstream, sqlite: Engine, tmp_path: Path
) -> None:
    url = live.url.replace("http://", "http://someone:hush-password@")
    page = fetcher.page(live, ask(f"{url}{HEX}"))
    assert up.asked("adsblol")[0].headers["authorization"].startswith("Basic ")
    assert page.capture.url == f"{live.url}{HEX}"
    assert b"hush-password" not in told(tmp_path, sqlite)


def test_headers_that_may_hold_a_secret_are_not_stored(
    fetcher: Fetcher, live: Source, up: Upstream
) -> None:
    names = ("Set-Cookie", "Authorization", "X-Session-Id", "X-CSRF", "X-Amz-Signature")
    named = dict.fromkeys(names, "1")
    up.fail("adsblol", answering(Reply(200, b"{}", {**named, "Via": "a cache"})))
    kept = get(fetcher, live).capture.headers
    assert kept["via"] == "a cache"
    assert not {name.lower() for name in named} & kept.keys()


def test_logs_tell_neither_secrets_nor_whom_we_look_for(
    fetcher: Fetcher, live: Source, up: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    up.fail("adsblol", faults.status(503), times=1)
    with caplog.at_level(logging.DEBUG):
        fetcher.page(live, ask(f"{live.url}{HEX}", headers=WITH_KEY))
        fetcher.page(live, ask(f"{live.url}{HEX}", handling=TOKEN))
    assert len(up.asked()) == 3
    for hidden in (KEY, "14fc0b"):
        assert hidden not in caplog.text


def test_errors_tell_no_address_and_no_secret(fetcher: Fetcher, live: Source, up: Upstream) -> None:
    up.fail("adsblol", faults.reset())
    with pytest.raises(NoReply) as broken:
        fetcher.page(live, ask(f"{live.url}{HEX}", headers=WITH_KEY))
    assert not [word for word in (KEY, "14fc0b") if word in f"{broken.value}{broken.value.why}"]


def test_only_we_may_say_what_we_kept(
    fetcher: Fetcher, live: Source, up: Upstream, sqlite: Engine
) -> None:
    marks = {"X-Tailcheck-Not-Kept": "1", "X-Tailcheck-Cut-Short": "1"}
    up.fail("adsblol", answering(Reply(200, b"{}", marks)))
    page = get(fetcher, live)
    assert is_kept(page)
    assert not [name for name in page.capture.headers if "tailcheck" in name]
    assert stored(sqlite) == [page.capture]


def test_a_key_that_no_header_can_hold_is_not_told_either(
    fetcher: Fetcher, live: Source, up: Upstream
) -> None:
    with pytest.raises(NoReply, match="cannot be sent") as broken:
        fetcher.page(live, ask(f"{live.url}{HEX}", headers={"X-Key": f"{KEY}\n"}))
    assert KEY not in f"{broken.value}{broken.value.why}{broken.value.__cause__}"
    assert len(up.asked()) == 0


def test_an_address_that_is_none_of_the_web_is_told(fetcher: Fetcher, live: Source) -> None:
    with pytest.raises(NoReply, match="not one of the web"):
        fetcher.page(live, ask("ftp://example.org/a"))
