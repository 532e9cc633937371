"""`GET /v1/check` in other forms."""

from __future__ import annotations

import csv
import io
import itertools
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from service.api.app import create_app
from service.api.forms import _accepted, form_answer
from service.desk import Desk
from service.formats.forms import ENDINGS, MEDIA_TYPES, Form
from tests.api.keyed import bearer, make_key
from tests.api.served import Client, serving, word
from tests.api.world import NOW, desk_over, fill
from tests.formats.decoding import size
from tests.formats.shows import poisoned

SEEN: dict[str, Any] = {"aircraft": "N899DN", "airport": "KMSP", "date": "2025-02-04"}
DRAWN = (Form.GEOJSON, Form.KML, Form.SVG, Form.PNG)
TOLD = tuple(form for form in Form if form not in DRAWN)


@pytest.mark.parametrize("form", Form)
def test_every_form_is_answered_with_its_type_and_a_name_that_tells_nothing(
    client: Client, form: Form
) -> None:
    reply = client.get("/v1/check", **SEEN, format=form.value)

    assert reply.status_code == 200
    assert reply.headers["content-type"] == MEDIA_TYPES[form]
    assert reply.headers["cache-control"] == "no-store"
    saved = reply.headers.get("content-disposition")
    inline = form in {Form.JSON, Form.TEXT, Form.MARKDOWN}
    assert saved == (None if inline else f'attachment; filename="answer.{ENDINGS[form]}"')


def test_the_forms_say_what_the_json_says(client: Client) -> None:
    answer = client.get("/v1/check", **SEEN).json()

    def of(form: str) -> bytes:
        return client.get("/v1/check", **SEEN, format=form).content

    assert answer["sentence"] in of("text").decode()
    assert f"{answer['evidence'][0]['capture']}" in of("markdown").decode()
    rows = list(csv.DictReader(io.StringIO(of("csv").decode(), newline="")))
    assert rows[0]["text"] == answer["sentence"]
    assert json.loads(of("geojson"))["tailcheck"]["sentence"] == answer["sentence"]
    assert json.loads(of("claimreview"))["reviewBody"] == answer["sentence"]
    assert ET.fromstring(of("kml")).tag.endswith("kml")
    assert ET.fromstring(of("svg")).tag.endswith("svg")
    assert size(of("png")) == (1753, 1240)


def test_the_track_is_there_with_its_gap(client: Client) -> None:
    features = client.get("/v1/check", **SEEN, format="geojson").json()["features"]
    kinds = [feature["properties"]["kind"] for feature in features]

    assert "track" in kinds
    assert "airport" in kinds
    tracks = [f["properties"] for f in features if f["properties"]["kind"] == "track"]
    assert {track["source"] for track in tracks} <= {"alpha", "beta"}
    assert {track["attribution"] for track in tracks} == {"nobody"}


def test_as_of_a_time_before_it_was_known_there_is_no_track(client: Client) -> None:
    before = client.get("/v1/check", **SEEN, format="geojson", as_of="2025-02-19T00:00:00Z").json()
    after = client.get("/v1/check", **SEEN, format="geojson", as_of="2025-02-21T00:00:00Z").json()

    assert [f["properties"]["kind"] for f in before["features"]] == ["airport"]
    assert "track" in [f["properties"]["kind"] for f in after["features"]]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("text/html", "application/json"),
        ("nonsense", "application/json"),
        ("image/png;q=2", "application/json"),
        ("text/markdown", MEDIA_TYPES[Form.MARKDOWN]),
        ("text/*", MEDIA_TYPES[Form.TEXT]),
        ("text/csv;q=0.4, application/ld+json;q=0.6", MEDIA_TYPES[Form.CLAIMREVIEW]),
        ("text/csv;q=0.6, application/geo+json;q=0.4", MEDIA_TYPES[Form.CSV]),
        ("text/csv;q=0.4, application/geo+json;q=0.6", "application/json"),
        ("application/geo+json;q=0.6", MEDIA_TYPES[Form.GEOJSON]),
        # Browsers: an address that is typed, and a picture in a page.
        ("text/html,application/xml;q=0.9,image/png,image/svg+xml,*/*;q=0.8", "application/json"),
        ("text/html, text/csv", "application/json"),
        ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8", "application/json"),
        ("application/json;q=0, application/ld+json;q=0.1", MEDIA_TYPES[Form.CLAIMREVIEW]),
        ("IMAGE/SVG+XML", MEDIA_TYPES[Form.SVG]),
    ],
)
def test_accept_chooses_and_json_is_the_choice_in_doubt(
    client: Client, accept: str, content_type: str
) -> None:
    reply = client.get("/v1/check", **SEEN, headers={"accept": accept})

    assert reply.headers["content-type"] == content_type


def test_format_outweighs_accept(client: Client) -> None:
    reply = client.get("/v1/check", **SEEN, format="json", headers={"accept": "text/csv"})

    assert reply.headers["content-type"] == "application/json"


@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=80))
def test_whatever_accept_says_there_is_a_form(accept: str) -> None:
    assert _accepted(accept) in Form


@pytest.mark.parametrize("typed", ["pdf", "", "JSON", "png ", "../png"])
def test_a_form_that_there_is_not_is_refused(client: Client, typed: str) -> None:
    reply = client.get("/v1/check", **SEEN, format=typed)

    assert (reply.status_code, word(reply)) == (422, "bad-input")
    assert "markdown" in reply.json()["detail"]


def test_a_mistake_is_a_problem_in_whatever_form(client: Client) -> None:
    reply = client.get("/v1/check", **SEEN | {"airport": "London"}, format="png")

    assert word(reply) == "ambiguous-airport"


@pytest.mark.parametrize("form", ["csv", "geojson", "svg"])
def test_the_etag_outlasts_the_moment_of_asking(desk: Desk, form: str) -> None:
    seconds = itertools.count()
    ticking = replace(desk, clock=lambda: NOW + timedelta(seconds=next(seconds)))
    with serving(create_app(ticking)) as client:
        first = client.get("/v1/check", **SEEN, format=form)
        again = client.get(
            "/v1/check", **SEEN, format=form, headers={"if-none-match": first.headers["etag"]}
        )
        other = client.get("/v1/check", **SEEN, format="text")

    assert first.headers["etag"].startswith('W/"')
    assert (again.status_code, again.content) == (304, b"")
    assert other.headers["etag"] != first.headers["etag"]


def test_as_of_a_stated_moment_the_etag_stands_for_every_byte(client: Client) -> None:
    asked = SEEN | {"as_of": "2025-02-21T00:00:00Z", "format": "svg"}
    first, again = client.get("/v1/check", **asked), client.get("/v1/check", **asked)

    assert first.headers["etag"].startswith('"')
    assert (first.headers["etag"], first.content) == (again.headers["etag"], again.content)


@pytest.mark.parametrize("how", ["format", "accept"])
def test_positions_need_the_scope_that_tracks_need(
    tmp_path: Path, migrated_sqlite: Path, how: str
) -> None:
    import shutil

    from service.storage.database import open_database

    shutil.copy(migrated_sqlite, tmp_path / "tailcheck.db")
    engine = open_database(f"sqlite:///{tmp_path / 'tailcheck.db'}")
    desk = desk_over(engine, tmp_path)
    fill(desk)
    _, narrow = make_key(desk, "desk", "query")
    _, wide = make_key(desk, "desk", "query", "evidence")
    with serving(create_app(desk)) as client:

        def status(form: Form, key: str) -> int:
            if how == "format":
                return client.get(
                    "/v1/check", **SEEN, format=form.value, headers=bearer(key)
                ).status_code
            headers = {"accept": MEDIA_TYPES[form].partition(";")[0], **bearer(key)}
            return client.get("/v1/check", **SEEN, headers=headers).status_code

        assert {form: status(form, narrow) for form in Form} == (
            dict.fromkeys(TOLD, 200) | dict.fromkeys(DRAWN, 403)
        )
        assert {status(form, wide) for form in Form} == {200}
    engine.dispose()


def test_half_a_character_is_no_obstacle() -> None:
    request = Request({"type": "http", "headers": [], "method": "GET", "path": "/"})
    for form in (Form.CSV, Form.GEOJSON):
        reply = form_answer(request, form, poisoned("\ud800"), volatile=True)
        assert "\ufffd" in bytes(reply.body).decode()
        assert reply.headers["etag"].startswith('W/"')


def test_terms_that_forbid_passing_on_are_said_in_what_is_drawn(desk: Desk) -> None:
    alpha = desk.adapters["alpha"]
    terms = replace(alpha.source.terms, may_redistribute=False, licence="for you alone")
    made: Any = alpha
    bound = replace(
        desk,
        adapters={
            **desk.adapters,
            "alpha": replace(made, source=replace(made.source, terms=terms)),
        },
    )
    with serving(create_app(bound)) as client:
        document = client.get("/v1/check", **SEEN, format="geojson").json()
        drawing = client.get("/v1/check", **SEEN, format="svg").text

    assert document["tailcheck"]["not_to_pass_on"] == {"alpha": "for you alone"}
    said = {f["properties"].get("source"): f["properties"] for f in document["features"]}
    assert (said["alpha"]["not_to_pass_on"], said["beta"]["not_to_pass_on"]) == (True, False)
    assert "Not to be passed on: alpha (for you alone)." in drawing
