"""Registries and look-ups: few rows each, with the oddities of the real ones."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence

from tests.adapters.samples import Samples
from tests.upstream.files import (
    AIRCRAFT_DB,
    AIRCRAFT_DB_DATED,
    PLANE_ALERT,
    TAR1090DB,
    looked_up,
    registration_zip,
)
from tests.upstream.sites.look_ups import adsbdb_document, hexdb_document

_AIRCRAFT = looked_up()["14fc0b"]


def tar1090db_pages() -> Sequence[bytes]:
    """The table as published, and a shard of it."""
    shard = {"14FC0B": ["RA-64523", "T204", "10", "TUPOLEV Tu-214"], "children": ["14F"]}
    text = TAR1090DB.encode()
    return gzip.compress(text, mtime=0), text, gzip.compress(json.dumps(shard).encode(), mtime=0)


def aircraft_db_pages() -> Sequence[bytes]:
    """Quoted one way and the other."""
    return AIRCRAFT_DB.encode(), AIRCRAFT_DB_DATED.encode()


def faa_pages() -> Sequence[bytes]:
    """With and without those struck off."""
    return registration_zip(), registration_zip(dereg=None)


def plane_alert_pages() -> Sequence[bytes]:
    """One good row, two that are rejected."""
    return (PLANE_ALERT.encode(),)


def hexdb_pages() -> Sequence[bytes]:
    """One aircraft."""
    return (json.dumps(hexdb_document("14fc0b", _AIRCRAFT)).encode(),)


def adsbdb_pages() -> Sequence[bytes]:
    """One aircraft."""
    return (json.dumps(adsbdb_document("14fc0b", _AIRCRAFT)).encode(),)


SAMPLES: Samples = {
    "tar1090db": tar1090db_pages,
    "opensky_aircraftdb": aircraft_db_pages,
    "faa": faa_pages,
    "plane_alert_db": plane_alert_pages,
    "hexdb": hexdb_pages,
    "adsbdb": adsbdb_pages,
}
