"""Whatever is handed out says whose it is."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from service.ask.check import check
from service.ask.positions import WRITERS, TrackFormat
from service.ask.sources import attributions
from service.ask.track import tracks_of
from service.desk import Desk
from service.formats.text import verdict_text
from tests.api.served import Client
from tests.api.world import DAY, FIXES, ICAO24, PAGES

NAMED = {"alpha": "nobody", "beta": "nobody"}
WINDOW = "from=2025-02-05&to=2025-02-05"


def _sources_in(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name == "source" and isinstance(item, str):
                yield item
            if name == "sources":
                yield from item
            yield from _sources_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _sources_in(item)


@pytest.mark.parametrize(
    "asked",
    [
        "/v1/check?aircraft=N899DN&airport=KMSP&date=2025-02-04",
        "/v1/check?aircraft=N899DN&airport=KGEG&date=2025-02-04",
        "/v1/aircraft/N899DN",
        "/v1/aircraft/RA-64524",
        "/v1/aircraft/N899DN/movements",
        f"/v1/aircraft/N899DN/stays?{WINDOW}",
        f"/v1/aircraft/N899DN/track?{WINDOW}",
        "/v1/airports/KMSP/movements",
        f"/v1/captures/{hashlib.sha256(PAGES[0]).hexdigest()}/record",
        f"/v1/log/proof/{hashlib.sha256(PAGES[0]).hexdigest()}",
    ],
)
def test_every_document_names_the_sources_it_draws_on(client: Client, asked: str) -> None:
    document: dict[str, Any] = client.get(asked).json()
    drawn = set(_sources_in({k: v for k, v in document.items() if k != "identity"}))

    assert drawn
    assert document["attributions"] == {key: NAMED[key] for key in drawn}


def test_an_answer_in_words_names_them_too(desk: Desk) -> None:
    verdict = check(desk, aircraft="N899DN", airport="KMSP", on=date(2025, 2, 4))

    assert "Sources:\n  - alpha: nobody\n  - beta: nobody\n" in verdict_text(verdict)


def test_nobody_is_named_for_nothing(client: Client) -> None:
    document = client.get("/v1/aircraft/N899DN/movements?from=2024-01-01&to=2024-01-02").json()

    assert (document["movements"], document["attributions"]) == ([], {})


def test_a_source_that_is_no_longer_known_is_not_named(desk: Desk) -> None:
    assert attributions(desk, ["beta", "gone", "alpha", "beta"]) == NAMED


def _lines(desk: Desk, form: TrackFormat) -> list[str]:
    tracks = tracks_of(desk, ICAO24, DAY, DAY + timedelta(days=1))
    return list(WRITERS[form](tracks, {"alpha": "© “alpha”, its contributors"}))


def test_every_line_of_an_export_says_whose_it_is(desk: Desk) -> None:
    rows = list(csv.DictReader(_lines(desk, TrackFormat.CSV)))
    fixes = [json.loads(line) for line in _lines(desk, TrackFormat.NDJSON)]
    features = json.loads("".join(_lines(desk, TrackFormat.GEOJSON)))["features"]

    assert (len(rows), len(fixes)) == (FIXES, FIXES)
    said = {each["attribution"] for each in [*rows, *fixes, *(f["properties"] for f in features)]}
    assert said == {"© “alpha”, its contributors"}
