"""What the ledger says where an asking covers nothing, and how it names an area."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters._contract import Area, outcome_of
from adapters.adsblol import adapter
from tests.adapters.pages import RECEIVED, page

SOURCE = replace(adapter.source, lag=timedelta(hours=30))
PAST = RECEIVED - timedelta(hours=30)


@pytest.mark.parametrize(
    ("status", "recent", "long_ago"),
    [
        (200, "too_early", "failed"),
        (404, "too_early", "failed"),
        (401, "refused", "refused"),
        (402, "refused", "refused"),
        (403, "refused", "refused"),
        (429, "refused", "refused"),
        (451, "refused", "refused"),
        (301, "failed", "failed"),
        (400, "failed", "failed"),
        (500, "failed", "failed"),
        (503, "failed", "failed"),
        (None, "failed", "failed"),
    ],
)
def test_an_answer_before_its_time_is_too_early_and_an_error_never_is(
    status: int | None, recent: str, long_ago: str
) -> None:
    reply = page("adsblol", b"", status=status)
    assert outcome_of(SOURCE, reply, PAST + timedelta(microseconds=1)) == recent
    assert outcome_of(SOURCE, reply, PAST) == long_ago
    assert outcome_of(SOURCE, reply) == long_ago


def test_an_area_is_named_by_its_circle() -> None:
    assert Area(lat=53.8825, lon=28.0307, radius_nm=30).target == "area:53.8825,28.0307,30"
    assert Area(lat=-1.5, lon=-180, radius_nm=2.5).target == "area:-1.5000,-180.0000,2.5"
