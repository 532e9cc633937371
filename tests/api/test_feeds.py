"""Feeds, read back by standard parsers: Atom by ElementTree, the calendar by icalendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import Engine

from schemas.watching import Alert, Watch
from service.api.app import create_app
from service.desk import Desk
from service.domain.watching.known import HeardSpan, Known
from service.domain.watching.signs import losses
from service.notify import atom, ics
from service.notify.feed import entries
from tests.api.served import Client, serving, word
from tests.api.told import AT, OCCASION, tell, watch_on
from tests.api.world import NOW, desk_over

NS = {"a": "http://www.w3.org/2005/Atom"}
PUBLIC = "https://tailcheck.example.org"


@pytest.fixture
def empty(database: Engine, tmp_path: Path) -> Desk:
    """A desk on either database."""
    return desk_over(database, tmp_path)


@pytest.fixture
def asked(empty: Desk) -> Iterator[Client]:
    """Asks the app over that desk."""
    with serving(create_app(empty, public_url=PUBLIC)) as client:
        yield client


def addresses(client: Client, watch: Watch) -> tuple[str, str]:
    """Where its feeds are, without the host."""
    reply = client.ask("POST", f"/v1/watches/{watch.id}/feed")
    assert reply.status_code == 201, reply.text
    said = reply.json()
    return said["atom"].removeprefix(PUBLIC), said["ics"].removeprefix(PUBLIC)


def atom_entries(client: Client, path: str) -> list[dict[str, str]]:
    """The entries of the feed, by the names of their parts."""
    reply = client.get(path)
    assert reply.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(reply.content)
    return [
        {part.tag.rpartition("}")[2]: part.text or part.attrib.get("href", "") for part in entry}
        for entry in root.findall("a:entry", NS)
    ]


def events(client: Client, path: str) -> list[Any]:
    """The events of the calendar."""
    reply = client.get(path)
    assert reply.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(reply.content)
    return list(calendar.walk("VEVENT"))


def test_thin_unless_details_are_asked_for(empty: Desk, asked: Client) -> None:
    watch = watch_on(empty, label="Minsk story")
    alert = tell(empty, watch)
    feed, calendar = addresses(asked, watch)

    for path in (feed, calendar):
        thin = asked.get(path).text
        for telling in ("RA-64523", "Minsk", "UMMS", "14fc0b", "15:17", "T151700", "53.88"):
            assert telling not in thin
    (entry,) = atom_entries(asked, f"{feed}?details=true")
    assert entry["title"] == OCCASION.words
    assert entry["link"] == f"{PUBLIC}/v1/alerts/{alert.id}"
    (event,) = events(asked, f"{calendar}?details=true")
    assert event["SUMMARY"] == OCCASION.words
    assert event["LOCATION"] == "UMMS"
    assert event["DTSTART"].dt.replace(microsecond=0) == AT
    (thin_event,) = events(asked, calendar)
    assert thin_event["DTSTART"].dt == alert.created_at
    assert thin_event["UID"] == event["UID"]


def test_a_correction_changes_and_a_withdrawal_cancels(empty: Desk, asked: Client) -> None:
    watch = watch_on(empty)
    first = tell(empty, watch)
    feed, calendar = addresses(asked, watch)
    (before,) = events(asked, calendar)
    tell(
        empty,
        watch,
        replace(OCCASION, at=AT + timedelta(minutes=12), grade="inferred"),
        form="correction",
        refers_to=first.id,
        because="It was later.",
    )
    (corrected,) = events(asked, f"{calendar}?details=true")
    assert corrected["UID"] == before["UID"]
    assert corrected["SEQUENCE"] > before["SEQUENCE"]
    assert (before["STATUS"], corrected["STATUS"]) == ("CONFIRMED", "TENTATIVE")
    assert corrected["DTSTART"].dt.replace(microsecond=0) == AT + timedelta(minutes=12)
    (entry,) = atom_entries(asked, f"{feed}?details=true")
    assert entry["title"].startswith("Correction")
    assert "It was later." in entry["content"]

    tell(empty, watch, form="withdrawal", refers_to=first.id, because="It did not land.")
    second = tell(empty, watch)
    withdrawn = [event for event in events(asked, calendar) if event["UID"] == before["UID"]]
    assert [event["STATUS"] for event in withdrawn] == ["CANCELLED"]
    assert withdrawn[0]["SEQUENCE"] > corrected["SEQUENCE"]
    listed = atom_entries(asked, f"{feed}?details=true")
    assert [entry["title"].partition(",")[0] for entry in listed][1] == "Withdrawn"
    assert listed[0]["link"].endswith(f"/{second.id}")


def test_caveats_stand_in_the_feeds_and_a_loss_of_signal_is_not_confirmed(
    empty: Desk, asked: Client
) -> None:
    watch = watch_on(empty)
    words = f"RA-64523 was last heard near {'somewhere ' * 60}; it may have landed; source alpha."
    span = HeardSpan(source="alpha", t_first=AT, t_last=AT, airborne_at_end=True)
    until = {"alpha": AT + timedelta(hours=2)}
    known = Known(icao24="14fc0b", since=AT, heard=(span,), looked_until=until)
    (lost,), _ = losses(watch, known)
    tell(empty, watch, replace(lost, words=words))
    feed, calendar = addresses(asked, watch)
    (entry,) = atom_entries(asked, f"{feed}?details=true")
    (event,) = events(asked, f"{calendar}?details=true")
    assert entry["title"] == event["SUMMARY"] == words
    assert words in entry["content"]
    assert "observed" not in entry["content"].lower()
    assert event["STATUS"] == "TENTATIVE"


def test_the_address_is_the_key(empty: Desk, asked: Client) -> None:
    watch = watch_on(empty)
    feed, calendar = addresses(asked, watch)
    newer, _ = addresses(asked, watch)

    assert word(asked.get(feed)) == "not-found"
    assert word(asked.get(calendar)) == "not-found"
    assert asked.get(newer).status_code == 200
    for wrong in (
        newer.replace(".atom", "x.atom"),
        f"/v1/feeds/{watch.id}-.atom",
        "/v1/feeds/.ics",
    ):
        assert asked.get(wrong).status_code == 404
    asked.ask("DELETE", f"/v1/watches/{watch.id}")
    assert word(asked.get(newer)) == "not-found"


def test_an_expired_watch_has_no_feeds_and_its_owner_can_remove_it(
    empty: Desk, asked: Client
) -> None:
    watch = watch_on(empty, expires_at=empty.clock() + timedelta(minutes=1))
    feed, calendar = addresses(asked, watch)
    assert asked.get(feed).status_code == 200

    later = replace(empty, clock=lambda: NOW + timedelta(minutes=1))
    with serving(create_app(later, public_url=PUBLIC)) as client:
        assert word(client.get(feed)) == "not-found"
        assert word(client.get(calendar)) == "not-found"
        path = f"/v1/watches/{watch.id}"
        assert word(client.get(path)) == "not-found"
        assert client.ask("DELETE", path).status_code == 204
        assert word(client.ask("DELETE", path)) == "not-found"


def test_asked_again_only_what_changed_comes(empty: Desk, asked: Client) -> None:
    watch = watch_on(empty)
    for path in addresses(asked, watch):
        known = {"if-none-match": asked.get(path).headers["etag"]}
        assert asked.get(path, headers=known).status_code == 304
        tell(empty, watch)
        assert asked.get(path, headers=known).status_code == 200


HOSTILE = st.text(max_size=60) | st.sampled_from(
    [
        "]]><script>alert(1)</script>",
        "&lt;b&gt; & <b>",
        "\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:mine",
        "\x00\x01\x0b\x1b[31m\ufffe\uffff",
        "\ud800",
        "a;b,c\\n:d",
        "\u202egnp.exe",
        "x" * 500,
    ]
)


@given(label=HOSTILE, words=HOSTILE, because=HOSTILE, details=st.booleans())
def test_whatever_names_hold_is_text(label: str, words: str, because: str, details: bool) -> None:
    watch = Watch(id=3, kind="aircraft", subject="RA-64523", label=label, added_at=AT)
    alert = Alert(
        id=8,
        watch_id=3,
        owner="local",
        form="correction",
        refers_to=7,
        occasion=replace(OCCASION, words=words),
        because=because,
        created_at=AT,
    )
    listed = entries(watch, (alert,), public_url=PUBLIC, details=details)

    root = ET.fromstring(atom.feed(watch, listed, own_url=f"{PUBLIC}/x", details=details))
    (entry,) = root.findall("a:entry", NS)
    assert len(list(root)) == 6  # id, title, updated, link, author, entry
    assert [part.tag.rpartition("}")[2] for part in entry] == [
        "id",
        "title",
        "updated",
        "link",
        "content",
    ]
    assert all(len(list(part)) == 0 for part in entry)

    body = ics.calendar(watch, listed, details=details)
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    assert event["SUMMARY"] == entry.findtext("a:title", namespaces=NS)
    assert event["DESCRIPTION"] == entry.findtext("a:content", namespaces=NS)
    assert event["SEQUENCE"] == 1
