"""The hand-made sky, as the v2 APIs and as a receiver tell it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence

from tests.adapters.samples import Samples
from tests.upstream.replies import aircraft_json, v2_reply
from tests.upstream.sky import HAND_MADE, NOON


def v2_pages() -> Sequence[bytes]:
    """Plain, and compressed on the way."""
    text = json.dumps(v2_reply(HAND_MADE, NOON)).encode()
    return text, gzip.compress(text, mtime=0)


def receiver_pages() -> Sequence[bytes]:
    """As readsb writes the file."""
    return (json.dumps(aircraft_json(HAND_MADE, NOON)).encode(),)


SAMPLES: Samples = {
    "adsblol": v2_pages,
    "adsbfi": v2_pages,
    "airplaneslive": v2_pages,
    "adsbexchange": v2_pages,
    "adsbexchange_rapidapi": v2_pages,
    "readsb_local": receiver_pages,
}
