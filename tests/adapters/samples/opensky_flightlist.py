"""A month of two flights."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

from tests.adapters.samples import Samples

FLIGHTLIST_HEADER = (
    "callsign,number,icao24,registration,typecode,origin,destination,firstseen,lastseen,day,"
    "latitude_1,longitude_1,altitude_1,latitude_2,longitude_2,altitude_2"
)
_DAY = "2020-08-18 00:00:00+00:00"
FLIGHTLIST_ROWS = (
    (
        "RSD010,,14fc0b,RA-64523,T204,UUWW,UMMS,2020-08-18 13:02:11+00:00,"
        f"2020-08-18 14:15:40+00:00,{_DAY},55.58,37.25,304.8,53.91,28.05,411.48"
    ),
    (
        "DAL1812,DL1812,ac671b,N899DN,B739,,KMSP,2020-08-18 00:00:01+00:00,"
        f"2020-08-18 02:00:00+00:00,{_DAY},,,,44.9,-93.2,"
    ),
)


def flightlist_pages() -> Sequence[bytes]:
    """Compressed as published, and not."""
    text = "\n".join((FLIGHTLIST_HEADER, *FLIGHTLIST_ROWS, "")).encode()
    return gzip.compress(text, mtime=0), text


SAMPLES: Samples = {"opensky_flightlist": flightlist_pages}
