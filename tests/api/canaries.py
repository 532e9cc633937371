"""Fifty of each thing that nobody else may learn, put where it is kept; and looking for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from schemas.watching import Occasion
from service.desk import Desk
from service.domain.watching.reconcile import Telling
from service.storage.alerts import add_alerts
from service.storage.database import writing
from service.storage.watches import watch_of
from tests.api.keyed import bearer, make_key
from tests.api.served import Client

FIFTY = 50
OWNER = "canary-keeper"


@dataclass(frozen=True, slots=True)
class Nest:
    """What was put where, and nobody but its owner may see."""

    keys: tuple[str, ...]
    watches: list[int] = field(default_factory=list)
    receivers: list[int] = field(default_factory=list)
    alerts: list[int] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    """Kept: whoever has such an id may read it, so nobody may learn it."""
    secrets: list[str] = field(default_factory=list)
    """What the service itself made: secrets that sign, tokens of feeds."""

    def words(self) -> Iterator[str]:
        """Everything to look for."""
        for number in range(FIFTY):
            yield from (registration(number), label(number), note(number), place(number))
        for key in self.keys:
            yield from (key, key.split("_", 2)[2])
        yield from self.secrets


def registration(number: int) -> str:
    return f"N7{number:02d}QX"


def label(number: int) -> str:
    return f"Lcanary{number:02d}x story"


def note(number: int) -> str:
    return f"Ncanary{number:02d}x ask Olga"


def place(number: int) -> str:
    """The part of a receiver's address that makes it one's own."""
    return f"Pcanary{number:02d}x"


def hatch(client: Client, desk: Desk, address: str = "https://hooks.example") -> Nest:
    """Fifty watches of one owner with labels, notes and receivers, made by fifty keys over HTTP,
    each of them told something."""
    nest = Nest(tuple(make_key(desk, OWNER, label=f"key of {OWNER}")[1] for _ in range(FIFTY)))
    for number, key in enumerate(nest.keys):
        made = client.ask(
            "POST",
            "/v1/watches",
            headers=bearer(key),
            json={
                "subject": registration(number),
                "label": label(number),
                "note": note(number),
                "to": [f"{address}/{place(number)}"],
            },
        )
        assert made.status_code == 201, made.text
        document = made.json()
        nest.watches.append(document["watch"]["id"])
        nest.receivers.extend(document["watch"]["to"])
        nest.secrets.extend(_secrets(document["receivers"]))
        nest.checks.append(_kept(client, key, number))
    feed = client.ask("POST", f"/v1/watches/{nest.watches[0]}/feed", headers=bearer(nest.keys[0]))
    nest.secrets.append(feed.json()["atom"].rsplit("/", 1)[1].removesuffix(".atom"))
    tell(desk, nest)
    return nest


def _kept(client: Client, key: str, number: int) -> str:
    asked = {"aircraft": registration(number), "airport": "UMMS", "date": "2025-02-04"}
    made = client.ask("POST", "/v1/checks", headers=bearer(key), json=asked)
    assert made.status_code == 201, made.text
    check_id: str = made.json()["check"]["id"]
    return check_id


def tell(desk: Desk, nest: Nest) -> None:
    """Every watch that its aircraft landed, due at once."""
    now = desk.clock()
    with writing(desk.engine) as conn:
        for number, watch_id in enumerate(nest.watches):
            watch = watch_of(conn, desk.sealer, watch_id)
            assert watch is not None
            occasion = Occasion(
                trigger="landing",
                icao24=f"a9{number:04x}",
                registration=registration(number),
                at=now,
                t_earliest=now - timedelta(minutes=1),
                t_latest=now,
                airport="UMMS",
                words=f"{registration(number)} landed at Minsk.",
            )
            telling = Telling(form="new", occasion=occasion, key=f"landing {number}")
            for alert in add_alerts(conn, desk.sealer, watch, [telling], due_at=now, now=now):
                nest.alerts.append(alert.id)


def _secrets(receivers: Iterable[dict[str, Any]]) -> Iterator[str]:
    for receiver in receivers:
        yield from (
            value for name, value in receiver.items() if name.startswith("secret") and value
        )


def found_in(nest: Nest, text: str | bytes) -> list[str]:
    """The canaries that sing there: in files (bytes), or in what is said to somebody (text), where
    the ids of kept checks are some, too."""
    if isinstance(text, bytes):
        return [word for word in nest.words() if word.encode() in text]
    return [word for word in (*nest.words(), *nest.checks) if word in text]


def of_reply(reply: httpx.Response) -> str:
    """All that an asker sees of a reply."""
    return f"{reply.status_code} {list(reply.headers.multi_items())} {reply.text}"


def everywhere(document: dict[str, Any], nest: Nest) -> Iterator[tuple[str, str]]:
    """Method and address of every call there is, with the keeper's own numbers put in."""
    number = {
        "watch": nest.watches[7],
        "receiver": nest.receivers[7],
        "alert": nest.alerts[7],
        "delivery": 7,
    }
    other = {
        "aircraft": "N899DN",
        "airport": "UMMS",
        "sha256": "0" * 64,
        "key": "alpha",
        "token": f"{nest.watches[0]}-{'A' * 43}",
        "check": "0" * 32,
        "number": "1",
    }
    for path, item in document["paths"].items():
        address = path
        for name, value in {**number, **other}.items():
            address = address.replace(f"{{{name}}}", str(value))
        for method in item:
            yield method.upper(), address
