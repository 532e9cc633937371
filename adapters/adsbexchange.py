"""ADS-B Exchange, live, by either of its gateways: its own (``api-auth``) and RapidAPI's.

Both are paid for by the request, so area asking is not only discreet but cheaper. The key goes
into a header.
"""

from __future__ import annotations

from datetime import timedelta

from adapters._readsb_api import COMMUNITY_FEEDERS, Paths, ReadsbApi
from schemas.sources import Pace, Reach, Source, Terms

_TERMS = Terms(
    licence="ADS-B Exchange terms of use: paid subscription, non-commercial",
    attribution="ADS-B Exchange (https://www.adsbexchange.com)",
    personal_only=True,
    may_redistribute=False,
    needs_agreement=True,
    note="Needs a subscription of your own and its key.",
)
_AREA = "/lat/{lat:.5f}/lon/{lon:.5f}/dist/{radius_nm}"

adapters = (
    ReadsbApi(
        source=Source(
            key="adsbexchange",
            title="ADS-B Exchange, live, by its own gateway",
            url="https://gateway.adsbexchange.com/api/aircraft/v2",
            kind="live",
            terms=_TERMS,
            pace=Pace(requests_per_s=1.0),
            lag=timedelta(),
            reach=Reach(days_back=0),
            independence_group=COMMUNITY_FEEDERS,
            secrets=("adsbexchange_api_auth",),
        ),
        paths=Paths(
            by_address="/icao/{names}",
            by_registration="/registration/{names}",
            by_area=_AREA,
            addresses_at_once=100,
        ),
        secret_headers={"api-auth": "adsbexchange_api_auth"},
    ),
    ReadsbApi(
        source=Source(
            key="adsbexchange_rapidapi",
            title="ADS-B Exchange, live, by RapidAPI",
            url="https://adsbexchange-com1.p.rapidapi.com/v2",
            kind="live",
            terms=_TERMS,
            pace=Pace(requests_per_s=0.2, daily_credits=320),
            lag=timedelta(),
            reach=Reach(days_back=0),
            independence_group=COMMUNITY_FEEDERS,
            secrets=("adsbexchange_rapidapi_key",),
        ),
        paths=Paths(
            by_address="/icao/{names}/",
            by_registration="/registration/{names}/",
            by_area=f"{_AREA}/",
        ),
        headers={"X-RapidAPI-Host": "adsbexchange-com1.p.rapidapi.com"},
        secret_headers={"X-RapidAPI-Key": "adsbexchange_rapidapi_key"},
    ),
)
"""10,000 requests a month, the usual RapidAPI plan, are 320 a day."""
