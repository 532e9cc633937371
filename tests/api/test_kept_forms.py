"""Answers that are kept, in other forms: what they said, and the track as it was known then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from service.api.app import create_app
from tests.api.served import serving, word
from tests.ask.keeping import question, world_on


def test_a_kept_answer_has_forms_and_none_of_them_changes(database: Engine, tmp_path: Path) -> None:
    world = world_on(database, tmp_path)
    with serving(create_app(world.desk)) as client:
        world.becomes(1, "no_data")
        asked = question(1)
        body: dict[str, Any] = {
            "aircraft": asked.aircraft,
            "airport": asked.airport,
            "date": asked.date,
        }
        address = client.ask("POST", "/v1/checks", json=body).headers["location"] + "/revisions/1"
        before = {form: client.get(address, format=form) for form in ("csv", "geojson", "svg")}

        world.clock.passes(days=1)
        world.becomes(1, "observed")
        after = {form: client.get(address, format=form) for form in before}
        fresh = client.get("/v1/check", **body, format="geojson").json()

        assert client.get(address, headers={"accept": "text/csv"}).content == before["csv"].content
        assert client.get(address, format="json").content == client.get(address).content
        assert word(client.get(address, format="pdf")) == "bad-input"

    for form, reply in before.items():
        assert reply.status_code == 200
        assert (reply.content, reply.headers["etag"]) == (
            after[form].content,
            after[form].headers["etag"],
        )
        assert not reply.headers["etag"].startswith("W/")
    kinds = {feature["properties"]["kind"] for feature in before["geojson"].json()["features"]}
    assert "track" not in kinds
    assert "track" in {feature["properties"]["kind"] for feature in fresh["features"]}
