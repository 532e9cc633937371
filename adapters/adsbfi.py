"""adsb.fi open data, live: https://github.com/adsbfi/opendata. Personal, non-commercial use."""

from __future__ import annotations

from datetime import timedelta

from adapters._readsb_api import COMMUNITY_FEEDERS, Paths, ReadsbApi
from schemas.sources import Pace, Reach, Source, Terms

adapter = ReadsbApi(
    source=Source(
        key="adsbfi",
        title="adsb.fi, live",
        url="https://opendata.adsb.fi/api",
        kind="live",
        terms=Terms(
            licence="adsb.fi open data terms: personal, non-commercial use",
            attribution="adsb.fi (https://adsb.fi)",
            personal_only=True,
            may_redistribute=False,
            note="Cite adsb.fi and link to it. No part of the data may be sold or licensed on.",
        ),
        pace=Pace(requests_per_s=1.0),
        lag=timedelta(),
        reach=Reach(days_back=0),
        independence_group=COMMUNITY_FEEDERS,
    ),
    paths=Paths(
        by_registration="/v2/registration/{names}",
        by_area="/v3/lat/{lat:.5f}/lon/{lon:.5f}/dist/{radius_nm}",
        addresses_at_once=100,
    ),
)
