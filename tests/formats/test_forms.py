"""What each form says of an answer: facts, read back."""

from __future__ import annotations

import csv
import io
import itertools
import json
import subprocess
import sys
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.verdicts import EvidenceItem
from service.formats.forms import DRAWN, ENDINGS, MEDIA_TYPES, Form, write
from service.formats.lines import cut, dashes, great_circle
from service.formats.silences import silences
from tests.domain.cases import APIA, MINSK, NADI, VNUKOVO, at, leg, off, on, parked
from tests.formats.shows import BASE, bare, shows, visit, with_segments
from tests.realdata import PROJECT

KML = "{http://www.opengis.net/kml/2.2}"


def _features(shown: Any, kind: str) -> list[dict[str, Any]]:
    document = json.loads(write(Form.GEOJSON, shown))
    return [f for f in document["features"] if f["properties"]["kind"] == kind]


def test_every_form_has_a_type_an_ending_and_a_writer() -> None:
    assert set(MEDIA_TYPES) == set(ENDINGS) == set(Form)
    for form in Form:
        if form is Form.JSON:
            with pytest.raises(KeyError):
                write(form, bare())
        else:
            assert write(form, bare())


def test_no_form_but_the_picture_brings_in_matplotlib() -> None:
    script = (
        "import sys, service.cli, service.api.app\n"
        "from service.formats.forms import Form, write\n"
        "from tests.formats.shows import visit\n"
        "for form in Form:\n"
        "    if form not in {Form.JSON, Form.SVG, Form.PNG}: write(form, visit())\n"
        "assert 'matplotlib' not in sys.modules\n"
        "write(Form.SVG, visit())\n"
        "assert 'matplotlib' in sys.modules\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert 'azimlib' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_sentence_to_quote_comes_first_in_a_story() -> None:
    shown = visit()
    body = write(Form.MARKDOWN, shown).decode()

    assert body.startswith("> RA-64523")
    assert "**Seen there**" in body.split("\n")[2]
    for item in shown.verdict.evidence:
        if item.capture:
            assert f"]({BASE}/v1/captures/{item.capture})" in body
    for heading in ("Evidence", "Limits", "Sources"):
        assert f"\n## {heading}\n" in body
    assert "adsb.lol contributors" in body


def test_a_report_is_linked_when_it_is_on_the_web() -> None:
    shown = visit()
    (told,) = [item for item in shown.verdict.evidence if item.kind == "report"]
    assert f"[the report]({told.url})" in write(Form.MARKDOWN, shown).decode()

    for url in ("ftp://x.example", "javascript:alert(1)", "https://", "//x.example", "x"):
        evidence: tuple[EvidenceItem, ...] = (replace(told, url=url),)
        changed = replace(shown, verdict=replace(shown.verdict, evidence=evidence))
        assert "the report" not in write(Form.MARKDOWN, changed).decode()


def test_a_table_has_the_verdict_the_evidence_the_gaps_and_the_limits() -> None:
    shown = visit()
    rows = list(csv.DictReader(io.StringIO(write(Form.CSV, shown).decode(), newline="")))
    kinds = [row["kind"] for row in rows]

    assert rows[0]["text"] == shown.verdict.sentence
    assert kinds.count("gap") == len(shown.verdict.gaps) > 0
    assert kinds.count("coverage") == len(shown.verdict.coverage) > 0
    assert kinds.count("movement") == 1
    assert {row["aircraft"] for row in rows} == {"RA-64523"}
    assert {row["as_of"] for row in rows} == {"2024-06-01T00:00:00Z"}
    (movement,) = [row for row in rows if row["kind"] == "movement"]
    assert float(movement["lat"]) == pytest.approx(MINSK.lat)
    assert movement["attribution"] == "© adsb.lol contributors"


def test_numbers_below_zero_stay_numbers() -> None:
    shown = shows(parked(at("07:10"), at("08:30"), on(APIA)), place=APIA)
    rows = csv.DictReader(io.StringIO(write(Form.CSV, shown).decode(), newline=""))
    (segment,) = [row for row in rows if row["kind"] == "segment"]

    assert float(segment["lon"]) == pytest.approx(APIA.lon)


def test_gaps_are_features_of_their_own() -> None:
    shown = visit()
    gaps, tracks = _features(shown, "gap"), _features(shown, "track")

    assert len(tracks) == 4
    assert len(gaps) == 2
    assert all(gap["properties"]["dashed"] for gap in gaps)
    assert not any(track["properties"]["dashed"] for track in tracks)
    first = gaps[0]
    assert first["geometry"]["coordinates"][0] == tracks[0]["geometry"]["coordinates"][-1]
    assert first["geometry"]["coordinates"][-1] == tracks[1]["geometry"]["coordinates"][0]
    assert first["properties"]["seconds"] == 3_600.0
    assert first["properties"]["visit_possible"] in (True, False)
    assert {f["properties"]["attribution"] for f in tracks} == {"© adsb.lol contributors"}


def test_what_must_not_be_passed_on_is_marked_so() -> None:
    bound = replace(visit(), not_to_pass_on={"adsblol": "personal use"})
    document = json.loads(write(Form.GEOJSON, bound))

    assert document["tailcheck"]["not_to_pass_on"] == {"adsblol": "personal use"}
    assert all(f["properties"]["not_to_pass_on"] for f in _features(bound, "track"))
    assert b"Not to be passed on: adsblol (personal use)" in write(Form.KML, bound)


def test_one_source_fills_the_silence_of_another_unless_it_is_doubted() -> None:
    early = leg(at("05:00"), at("05:40"), on(VNUKOVO), off(MINSK, 60, 150))
    late = leg(at("06:40"), at("07:10"), off(MINSK, 60, 40), on(MINSK))
    between = leg(at("05:30"), at("06:50"), off(MINSK, 60, 160), off(MINSK, 60, 30), source="other")

    assert len(silences((late, early), ())) == 1
    assert silences((late, between, early), ()) == ()
    assert len(silences((late, replace(between, usable=False), early), ())) == 1
    (silence,) = silences((late, early), ())
    assert (silence.before.t, silence.after.t) == (at("05:40"), at("06:40"))


def test_two_aircraft_have_no_gap_between_them() -> None:
    one = leg(at("05:00"), at("05:40"), on(VNUKOVO), off(MINSK, 60, 150))
    other = replace(leg(at("06:40"), at("07:10"), off(MINSK, 60, 40), on(MINSK)), icao24="15fffe")

    assert silences((one, other), ()) == ()


def test_lines_are_cut_at_the_antimeridian() -> None:
    shown = with_segments(leg(at("05:00"), at("07:00"), on(NADI), on(APIA)), place=APIA)
    (track,) = _features(shown, "track")
    root = ET.fromstring(write(Form.KML, shown))

    assert track["geometry"]["type"] == "MultiLineString"
    west, east = track["geometry"]["coordinates"]
    assert west[-1][0] == 180.0
    assert east[0][0] == -180.0
    assert west[-1][1] == east[0][1]
    assert len(root.findall(f".//{KML}MultiGeometry/{KML}LineString")) == 2


def test_a_globe_shows_a_gap_in_pieces() -> None:
    root = ET.fromstring(write(Form.KML, visit()))
    name = root.findtext(f"{KML}Document/{KML}name")
    assert name == "RA-64523 at UMMS on 2024-05-10 (Europe/Minsk)"
    marks = root.findall(f".//{KML}Placemark")
    gaps = [mark for mark in marks if mark.findtext(f"{KML}name") == "gap"]

    assert len(gaps) == 2
    assert len(gaps[0].findall(f".//{KML}LineString")) == 24
    begins = {mark.findtext(f"{KML}TimeSpan/{KML}begin") for mark in gaps}
    assert begins == {"2024-05-10T05:40:00Z", "2024-05-10T08:30:00Z"}


@pytest.mark.parametrize("form", sorted(DRAWN - {Form.SVG, Form.PNG}))
def test_a_single_fix_is_a_point(form: Form) -> None:
    shown = with_segments(parked(at("07:10"), at("07:10"), on(MINSK)))
    if form is Form.GEOJSON:
        (track,) = _features(shown, "track")
        assert track["geometry"]["type"] == "Point"
    else:
        root = ET.fromstring(write(form, shown))
        assert len(root.findall(f".//{KML}Point")) == 2
        assert not root.findall(f".//{KML}LineString")


def test_the_draft_rates_nothing() -> None:
    draft = json.loads(write(Form.CLAIMREVIEW, visit()))

    assert (draft["@context"], draft["@type"]) == ("https://schema.org", "ClaimReview")
    assert "reviewRating" not in draft
    assert "author" not in draft
    assert draft["claimReviewed"] == (
        "RA-64523 was at Minsk National (UMMS) on 2024-05-10 (Europe/Minsk)."
    )
    assert "a human adds the rating" in draft["comment"]["text"]
    assert draft["isBasedOn"][0]["url"].startswith(f"{BASE}/v1/captures/")
    assert draft["citation"] == [{"@type": "CreativeWork", "url": "https://dolce24.ru/story"}]


PLACES = st.tuples(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))


@given(st.lists(PLACES, min_size=1, max_size=12))
def test_no_piece_crosses_the_antimeridian_and_nothing_is_lost(points: list[Any]) -> None:
    pieces = cut(points)

    kept = [point for piece in pieces for point in piece if abs(point[1]) != 180.0]
    assert kept == [point for point in points if abs(point[1]) != 180.0]
    for piece in pieces:
        for (_, lon1), (_, lon2) in itertools.pairwise(piece):
            assert abs(lon2 - lon1) <= 180.0 + 1e-9


@given(PLACES, PLACES)
def test_a_great_circle_has_both_ends_and_stays_on_the_globe(start: Any, end: Any) -> None:
    way = great_circle(start, end, 16)

    assert (way[0], way[-1]) == (start, end)
    assert all(-90.0 <= lat <= 90.0 and -180.0 <= lon <= 180.0 for lat, lon in way)
    pieces = dashes(start, end)
    assert pieces[0][0] == start
    assert pieces[-1][-1] == end
