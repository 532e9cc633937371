"""OpenSky: tokens are used again and renewed, credits are heeded."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from adapters._contract import Wanted
from service.ingest.fetching.fetcher import Fetcher
from service.storage.database import Engine
from tests.ingest.driven import OURS, asked
from tests.ingest.fetcher import ADAPTERS, Hands, told
from tests.upstream import Upstream


def test_a_token_is_used_for_several_askings_and_sources(up: Upstream, fetcher: Fetcher) -> None:
    for _ in range(2):
        asked(up, fetcher, "opensky_states")
    asked(up, fetcher, "opensky_flights")
    assert len(up.asked("opensky_auth")) == 1


def test_a_token_that_has_run_out_is_renewed_once(
    up: Upstream, fetcher: Fetcher, clock: Hands
) -> None:
    asked(up, fetcher, "opensky_states")
    clock.move(minutes=31)
    answer = asked(up, fetcher, "opensky_states")
    assert answer.outcome == "data"
    assert [capture.status for capture in answer.replies] == [401, 200]
    assert len(up.asked("opensky_auth")) == 2


def test_a_token_that_had_run_out_is_no_refusal_of_what_came_after(
    up: Upstream, fetcher: Fetcher, clock: Hands
) -> None:
    asked(up, fetcher, "opensky_flights")
    clock.move(minutes=31)
    answer = asked(up, fetcher, "opensky_flights", Wanted.on(clock().date(), icao24=OURS))
    assert [capture.status for capture in answer.replies] == [401, 404, 404]
    assert answer.uncovered == "too_early"


def test_a_token_is_in_no_page_no_row_and_no_file(
    up: Upstream, fetcher: Fetcher, sqlite: Engine, tmp_path: Path
) -> None:
    answer = asked(up, fetcher, "opensky_states")
    (token,) = up.world.tokens
    for hidden in (token, *up.secrets(ADAPTERS["opensky_states"]).values()):
        assert hidden not in repr(answer)
        assert hidden.encode() not in told(tmp_path, sqlite)
    assert not [capture for capture in answer.replies if "token" in capture.url]


def test_wrong_secrets_are_refused_and_missing_ones_ask_nothing(
    up: Upstream, fetcher: Fetcher
) -> None:
    names = ADAPTERS["opensky_states"].source.secrets
    assert asked(up, fetcher, "opensky_states", secrets={}).outcome == "not_asked"
    assert up.asked() == []
    answer = asked(up, fetcher, "opensky_states", secrets=dict.fromkeys(names, "wrong"))
    assert (answer.outcome, answer.note, answer.replies) == ("refused", "status 401", ())


def test_openskys_credits_are_heeded_when_they_run_out(
    up: Upstream, fetcher: Fetcher, clock: Hands
) -> None:
    up.world.credits = 1
    first = asked(up, fetcher, "opensky_states")
    assert first.outcome == "data"
    assert first.retry_at == clock() + timedelta(hours=1)
    asked_so_far = len(up.asked("opensky_states"))
    second = asked(up, fetcher, "opensky_states")
    assert second.outcome == "not_asked"
    assert "no requests are left" in second.note
    assert len(up.asked("opensky_states")) == asked_so_far
    clock.move(hours=1)
    third = asked(up, fetcher, "opensky_states")
    assert third.outcome == "refused"
    assert third.retry_at == clock() + timedelta(seconds=up.world.credits_back_s)
    clock.move(hours=1)
    up.world.credits = 100
    assert asked(up, fetcher, "opensky_states").outcome == "data"
