"""Redirects: where they may lead, and what goes along."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._contract import (
    ask,
)
from schemas.sources import Source, SourceKind
from service.ingest.fetching.archive import REDIRECTED
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.fetching.hops import next_hop, plain_url, secrets_in
from service.storage.database import Engine
from tests.ingest.fetcher import ADAPTERS, HEX, answering, get, stored
from tests.upstream import Fault, Reply, Upstream, upstream

KEY = "hush-a-key-of-ours"
WITH_KEY = {"X-RapidAPI-Key": KEY}


def test_a_redirect_on_the_same_site_is_followed_and_told(
    fetcher: Fetcher, live: Source, up: Upstream, sqlite: Engine
) -> None:
    up.fail("adsblol", answering(Reply(301, b"", {"Location": f"/adsblol{HEX}?signed=x"})), times=1)
    page = fetcher.page(live, ask(f"{live.url}/v2/hex/old", headers=WITH_KEY))
    assert page.capture.status == 200
    assert page.capture.url == f"{live.url}/v2/hex/old", "as it was asked for"
    assert page.capture.headers[REDIRECTED] == f"{live.url}{HEX}"
    assert up.asked("adsblol")[1].headers["x-rapidapi-key"] == KEY
    assert stored(sqlite) == [page.capture]


def test_redirects_in_a_circle_end(fetcher: Fetcher, live: Source, up: Upstream) -> None:
    there = iter(range(100))
    up.fail(
        "adsblol",
        Fault("on", answer=lambda _: Reply(302, b"", {"Location": f"/adsblol/{next(there)}"})),
    )
    assert get(fetcher, live).capture.status == 302
    assert len(up.asked()) == 6


def test_another_port_is_another_site(fetcher: Fetcher, live: Source, up: Upstream) -> None:
    with upstream() as other:
        up.fail("adsblol", answering(Reply(302, b"", {"Location": f"{other.url}/adsblol{HEX}"})))
        page = get(fetcher, live)
        assert other.asked() == []
    assert page.capture.status == 302
    assert page.capture.headers["location"]


def hop(
    location: str | bytes,
    *,
    kind: SourceKind = "reference",
    here: str = "https://github.com/x/raw/main/a.csv",
    method: str = "GET",
    headers: dict[str, str] | None = None,
) -> str | None:
    source = replace(ADAPTERS["ourairports"].source, kind=kind)
    request = httpx.Request(method, here, headers=headers)
    sent = location if isinstance(location, bytes) else location.encode()
    response = httpx.Response(302, headers=[(b"location", sent)], request=request)
    there = next_hop(source, request, response)
    return None if there is None else str(there)


@pytest.mark.parametrize(
    ("location", "there"),
    [
        ("/b.csv", "https://github.com/b.csv"),
        ("b.csv", "https://github.com/x/raw/main/b.csv"),
        ("https://objects.example.com/a?sig=1", "https://objects.example.com/a?sig=1"),
        ("http://github.com/b.csv", None),
        ("http://objects.example.com/a", None),
        ("https://127.0.0.1/a", None),
        ("https://[::1]/a", None),
        ("https://2130706433/a", None),
        ("https://0x7f.1/a", None),
        ("https://10.0.0.7/a", None),
        ("https://localhost/a", None),
        ("https://printer.local/a", None),
        ("https://intranet/a", None),
        ("https://me:pw@objects.example.com/a", None),
        ("ftp://github.com/a", None),
        ("file:///etc/passwd", None),
        ("https://github.com/x/raw/main/a.csv", None),
        ("", None),
        ("https://[", None),
        ("https://github.com:8443/b", "https://github.com:8443/b"),
    ],
)
def test_where_a_redirect_of_a_file_may_lead(location: str, there: str | None) -> None:
    assert hop(location) == there


ELSEWHERE = "https://objects.example.com/a"


def test_other_hosts_are_for_files_and_for_requests_without_a_secret() -> None:
    assert hop(ELSEWHERE) == ELSEWHERE
    assert hop(ELSEWHERE, kind="live") is None
    assert hop(ELSEWHERE, kind="history") is None
    assert hop(ELSEWHERE, headers={"Authorization": "Bearer x"}) is None
    assert hop(ELSEWHERE, headers=WITH_KEY) is None
    assert hop(ELSEWHERE, method="POST") is None
    assert hop(ELSEWHERE, here="https://me:pw@github.com/a") is None


def test_a_site_may_move_to_https_and_not_back() -> None:
    assert hop("https://x.org/b", kind="live", here="http://x.org/a") == "https://x.org/b"
    assert hop("https://x.org/b", kind="live", here="http://x.org:8080/a") is None
    assert hop("http://x.org/b", kind="live", here="https://x.org/a") is None


@given(st.text(max_size=60) | st.text("htps:/.[]@%:0123456789abcx?#", max_size=40))
def test_whatever_a_redirect_says_it_breaks_nothing(location: str) -> None:
    there = hop(location.encode("utf-8", "ignore"))
    assert there is None or there.startswith("https://")


def test_what_may_be_a_secret_in_a_request() -> None:
    request = ask(
        "https://me:passphrase@example.org/x?icao24=14fc0b",
        method="POST",
        data={"client_secret": "of-the-form", "grant": "short"},
        headers={"Authorization": "Bearer the-token", "Accept": "application/json"},
    )
    assert secrets_in(request) == ("Bearer", "of-the-form", "passphrase", "the-token")
    assert plain_url(request.url) == "https://example.org/x?icao24=14fc0b"
