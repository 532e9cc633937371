"""Worked examples of sources and their ledger for the OpenAPI document."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from schemas.api import SourceDocument, SourceLedger, SourceList
from schemas.records import LedgerRow
from schemas.sources import Pace, Reach, Source, SourceHealth, Terms
from service.api.example_verdicts import AS_OF, CAPTURE, utc

_ADSBLOL: Final = SourceDocument(
    source=Source(
        key="adsblol",
        title="adsb.lol, live",
        url="https://api.adsb.lol",
        kind="live",
        terms=Terms(licence="ODbL-1.0", attribution="© adsb.lol contributors"),
        pace=Pace(requests_per_s=1.0),
        lag=timedelta(),
        reach=Reach(days_back=0),
        independence_group="community_feeders",
    ),
    on=True,
    why_off="",
    health=SourceHealth(
        last_success=utc("2025-02-05T11:59:30Z"),
        last_answer=utc("2025-02-05T11:59:30Z"),
        outcomes={"data": 212, "empty": 1803, "failed": 1},
    ),
)
_AIRPLANESLIVE: Final = SourceDocument(
    source=Source(
        key="airplaneslive",
        title="airplanes.live, live",
        url="https://api.airplanes.live",
        kind="live",
        terms=Terms(
            licence="airplanes.live terms: non-commercial use",
            attribution="airplanes.live (https://airplanes.live)",
            personal_only=True,
            may_redistribute=False,
            needs_agreement=True,
        ),
        pace=Pace(requests_per_s=1.0),
        lag=timedelta(),
        reach=Reach(days_back=0),
        independence_group="community_feeders",
    ),
    on=False,
    why_off="Its terms ask for an agreement. When you have it, write [airplaneslive] and agreed ="
    ' "which one" into /data/sources.toml.',
    health=SourceHealth(),
)
SOURCES: Final = {
    "One that is asked and one that is not": SourceList(
        sources=(_ADSBLOL, _AIRPLANESLIVE), as_of=AS_OF
    )
}
SOURCE: Final = {"One that is asked": _ADSBLOL}
LEDGER: Final = {
    "Heard, and nothing heard": SourceLedger(
        source="adsblol",
        ledger=(
            LedgerRow(
                source="adsblol",
                target="area:44.8820,-93.2218,30",
                t_from=utc("2025-02-05T01:10:00Z"),
                t_to=utc("2025-02-05T01:15:00Z"),
                outcome="data",
                asked_at=utc("2025-02-05T01:15:00Z"),
                capture=CAPTURE,
            ),
            LedgerRow(
                source="adsblol",
                target="area:44.8820,-93.2218,30",
                t_from=utc("2025-02-05T01:05:00Z"),
                t_to=utc("2025-02-05T01:10:00Z"),
                outcome="empty",
                asked_at=utc("2025-02-05T01:10:00Z"),
            ),
        ),
        next="/v1/sources/adsblol/ledger?limit=2&after=MTczODcxNzgwMDAwMDAwMC43",
    )
}
