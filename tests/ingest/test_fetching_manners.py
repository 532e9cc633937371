"""How sources are treated: who is asked again, and when; what is used again instead."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters._contract import (
    Asking,
    ask,
)
from schemas.sources import Pace, Source
from service.errors import StorageError
from service.ingest.fetching.fetcher import Fetcher, NoReply, NotNow
from service.storage.database import Engine, reading
from service.storage.pace import state_of
from tests.ingest.fetcher import HEX, Hands, answering, fetching, get, stored
from tests.upstream import Fault, Reply, Upstream, faults

TOKEN = Asking(archive=False, reuse_s=60)


def asked_at(up: Upstream, site: str = "adsblol") -> int:
    return len(up.asked(site))


# trying again


@pytest.mark.parametrize(
    "fault",
    [
        *(faults.status(502), faults.status(503), faults.status(504)),
        *(faults.reset(), faults.reset(0.5), faults.broken_off()),
    ],
    ids=lambda fault: fault.name,
)
def test_what_passes_is_tried_again(
    fault: Fault, fetcher: Fetcher, live: Source, up: Upstream, clock: Hands, sqlite: Engine
) -> None:
    up.fail("adsblol", fault, times=2)
    began = clock()
    page = get(fetcher, live)
    assert page.capture.status == 200
    assert asked_at(up) == 3
    assert clock() - began == timedelta(seconds=2 / live.pace.requests_per_s), "at its pace"
    with reading(sqlite) as conn:
        assert state_of(conn, live.key).failures == 0


@pytest.mark.parametrize(
    "fault",
    [
        *(faults.status(500), faults.refused(), faults.too_many(), faults.status(404)),
        faults.status(503, Retry_After="1"),
        faults.web_page(),
    ],
    ids=lambda fault: fault.name,
)
def test_what_does_not_pass_is_not_tried_again(
    fault: Fault, fetcher: Fetcher, live: Source, up: Upstream
) -> None:
    up.fail("adsblol", fault)
    get(fetcher, live)
    assert asked_at(up) == 1


def test_three_tries_and_no_more_and_every_reply_is_kept(
    fetcher: Fetcher, live: Source, up: Upstream, sqlite: Engine
) -> None:
    up.fail("adsblol", faults.status(503))
    page = get(fetcher, live)
    assert page.capture.status == 503
    assert asked_at(up) == 3
    assert [capture.status for capture in stored(sqlite)] == [503, 503, 503]
    with reading(sqlite) as conn:
        assert state_of(conn, live.key).failures == 1, "one asking is one failure"


def test_somebody_who_is_not_there_has_not_answered(
    fetcher: Fetcher, live: Source, up: Upstream
) -> None:
    up.stop()
    with pytest.raises(NoReply) as nobody:
        get(fetcher, live)
    assert nobody.value.outcome == "failed"
    assert nobody.value.why


def test_a_token_is_asked_for_once(fetcher: Fetcher, live: Source, up: Upstream) -> None:
    """A request that may change something is not repeated."""
    up.fail("adsblol", faults.reset())
    with pytest.raises(NoReply):
        fetcher.page(live, ask(live.url, method="POST", data={"a": "b"}, handling=TOKEN))
    assert asked_at(up) == 1


def test_another_try_that_has_no_turn_leaves_what_the_first_gave(
    up: Upstream, live: Source, sqlite: Engine, tmp_path: Path, clock: Hands
) -> None:
    slow = replace(live, pace=Pace(requests_per_s=0.001))
    up.fail("adsblol", faults.status(503))
    with fetching(sqlite, tmp_path / "captures", clock) as fetcher:
        assert get(fetcher, slow).capture.status == 503
    up.fail("adsblol", faults.reset())
    clock.move(days=1)
    with (
        fetching(sqlite, tmp_path / "captures", clock) as fetcher,
        pytest.raises(NoReply),
    ):
        get(fetcher, slow)
    assert asked_at(up) == 2


def test_who_is_told_to_wait_does_not_ask(
    fetcher: Fetcher, live: Source, up: Upstream, clock: Hands
) -> None:
    up.fail("adsblol", faults.too_many("3600"), times=1)
    assert get(fetcher, live).capture.status == 429
    with pytest.raises(NotNow):
        get(fetcher, live)
    assert asked_at(up) == 1
    clock.move(hours=1)
    assert get(fetcher, live).capture.status == 200


def test_refusals_close_the_source_for_everybody(
    fetcher: Fetcher, live: Source, up: Upstream, sqlite: Engine, tmp_path: Path, clock: Hands
) -> None:
    up.fail("adsblol", faults.refused())
    for _ in range(3):
        get(fetcher, live)
    with fetching(sqlite, tmp_path / "captures", clock) as other, pytest.raises(NotNow):
        get(other, live)
    assert asked_at(up) == 3


@pytest.mark.parametrize("zipped", [False, True])
def test_web_pages_instead_of_data_close_the_source_like_refusals(
    zipped: bool, fetcher: Fetcher, live: Source, up: Upstream
) -> None:
    page = b"\xef\xbb\xbf\n<!DOCTYPE html><html><body>One moment</body></html>"
    up.fail("adsblol", answering(Reply(200, gzip.compress(page) if zipped else page)))
    for _ in range(3):
        assert get(fetcher, live).capture.status == 200
    with pytest.raises(NotNow, match="web pages instead of data"):
        get(fetcher, live)


def test_several_threads_share_a_fetcher(
    fetcher: Fetcher, live: Source, up: Upstream, sqlite: Engine, clock: Hands
) -> None:
    addresses = [f"51000{number}" for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda icao24: get(fetcher, live, f"/v2/hex/{icao24}"), addresses))
    assert sorted(asked.path[-6:] for asked in up.asked("adsblol")) == addresses
    assert [page.capture.url[-6:] for page in pages] == addresses
    assert {page.capture.url for page in pages} == {kept.url for kept in stored(sqlite)}
    with reading(sqlite) as conn:
        assert state_of(conn, live.key).credits_spent == len(addresses)


def test_proxies_and_passwords_of_the_environment_are_not_used(
    up: Upstream,
    live: Source,
    sqlite: Engine,
    tmp_path: Path,
    clock: Hands,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hush-netrc\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with fetching(sqlite, tmp_path / "captures", clock) as fetcher:
        assert get(fetcher, live).capture.status == 200
    assert "authorization" not in up.asked("adsblol")[0].headers


def test_a_disk_that_fails_is_no_failure_of_the_source(
    up: Upstream, live: Source, sqlite: Engine, tmp_path: Path, clock: Hands
) -> None:
    (tmp_path / "captures").write_text("no folder")
    with (
        fetching(sqlite, tmp_path / "captures", clock) as fetcher,
        pytest.raises(StorageError, match="cannot be written"),
    ):
        get(fetcher, live)
    assert stored(sqlite) == []
    with reading(sqlite) as conn:
        assert state_of(conn, live.key).failures == 0


# replies used again


def token(fetcher: Fetcher, source: Source, reuse_s: int = 60, name: str = "a") -> bytes:
    handling = Asking(archive=False, reuse_s=reuse_s)
    request = ask(f"{source.url}{HEX}", headers={"X-Name": name}, handling=handling)
    return bytes(fetcher.page(source, request).content)


def test_a_good_reply_is_used_again_as_long_as_the_request_lets_it(
    up: Upstream, live: Source, sqlite: Engine, tmp_path: Path, clock: Hands
) -> None:
    seconds = [0.0]
    with fetching(sqlite, tmp_path / "captures", clock, elapsed=lambda: seconds[0]) as fetcher:
        first = token(fetcher, live)
        seconds[0] = 60.0
        assert token(fetcher, live) == first
        assert asked_at(up) == 1
        seconds[0] = 60.1
        token(fetcher, live)
        assert asked_at(up) == 2


def test_it_is_used_again_for_the_very_same_request_only(
    fetcher: Fetcher, live: Source, up: Upstream
) -> None:
    token(fetcher, live, name="a")
    token(fetcher, live, name="b")
    assert asked_at(up) == 2


def test_one_that_is_asked_for_anew_takes_the_place_of_the_old(
    fetcher: Fetcher, live: Source, up: Upstream, clock: Hands
) -> None:
    old = token(fetcher, live)
    clock.move(hours=1)
    new = token(fetcher, live, reuse_s=0)
    assert old != new
    assert token(fetcher, live) == new
    assert asked_at(up) == 2


def test_a_refusal_is_never_used_again(fetcher: Fetcher, live: Source, up: Upstream) -> None:
    up.fail("adsblol", faults.status(401), times=1)
    token(fetcher, live)
    token(fetcher, live)
    assert asked_at(up) == 2
