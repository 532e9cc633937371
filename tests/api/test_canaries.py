"""Nobody learns who is being looked into: fifty registrations, labels, notes, receivers and keys of
one owner are nowhere but in that owner's own answers."""

from __future__ import annotations

import logging
import shutil
import traceback
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pytest

from service.api.app import create_app
from service.cli.common import seal_anew
from service.desk import Desk
from service.sealing import PLAIN, Sealer, new_key
from service.storage.database import open_database
from tests.api.canaries import (
    FIFTY,
    Nest,
    everywhere,
    found_in,
    hatch,
    label,
    of_reply,
    registration,
)
from tests.api.keyed import bearer, make_key
from tests.api.served import Client, serving
from tests.api.world import desk_over

T = TypeVar("T")

ASKERS_OWN = ("httpx", "httpcore")
"""Loggers of whoever asks, in this very process."""


class Everything(logging.Handler):
    """Keeps every line of every logger, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] in ASKERS_OWN:
            return
        parts = [record.name, record.getMessage(), repr(record.args)]
        if record.exc_info and record.exc_info[1]:
            parts += traceback.format_exception(record.exc_info[1])
        self.lines.append("\n".join(parts))


@pytest.fixture
def logged() -> Iterator[Everything]:
    """All that is logged by anybody, however chatty they are made."""
    handler = Everything()
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    before = [(logger, logger.level, logger.disabled) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.disabled = False
        if logger is logging.root or not logger.propagate:
            logger.addHandler(handler)
    try:
        yield handler
    finally:
        for logger, level, disabled in before:
            logger.setLevel(level)
            logger.disabled = disabled
            logger.removeHandler(handler)


BOTH = pytest.mark.parametrize("nested", ["sealed", "plain"], indirect=True)


@pytest.fixture
def nested(
    request: pytest.FixtureRequest, tmp_path: Path, migrated_sqlite: Path, logged: Everything
) -> Iterator[tuple[Desk, Client, Nest, str]]:
    """A desk, the app over it, what is in it, and the key of a stranger who may do everything."""
    sealer = Sealer(new_key()) if getattr(request, "param", "plain") == "sealed" else PLAIN
    shutil.copy(migrated_sqlite, tmp_path / "tailcheck.db")
    engine = open_database(f"sqlite:///{tmp_path / 'tailcheck.db'}")
    desk = replace(desk_over(engine, tmp_path), sealer=sealer)
    with serving(create_app(desk, seconds=partial(next, count()))) as client:
        _, stranger = make_key(desk, "stranger")
        yield desk, client, hatch(client, desk), stranger
    engine.dispose()


def documented(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def ask_all(client: Client, nest: Nest, key: str | None) -> list[str]:
    """Every call there is, asked with what is known of it from outside, as the asker sees it."""
    headers = dict(bearer(key)) if key else {}
    seen = []
    for method, address in everywhere(documented(client), nest):
        if address == "/v1/events" and key:
            headers_only = client.ask("HEAD", address, headers=headers)
            seen.append(of_reply(headers_only))
            continue
        body: dict[str, Any] | None = (
            {} if method in {"POST", "PUT", "PATCH"} and "resend" not in address else None
        )
        seen.append(of_reply(client.ask(method, address, headers=headers, json=body)))
        seen.append(of_reply(client.ask("PUT", address, headers=headers)))
        seen.append(of_reply(client.ask(method, f"{address}?nonsense=1", headers=headers)))
    more = ("/", "/docs", "/openapi.json", "/metrics", "/v1/nothing")
    return seen + [of_reply(client.get(address, headers=headers)) for address in more]


@BOTH
def test_the_canaries_are_there_and_their_owner_sees_them(
    nested: tuple[Desk, Client, Nest, str],
) -> None:
    """Else the other tests would prove nothing."""
    _, client, nest, _ = nested
    seen = [
        client.get(path, headers=bearer(nest.keys[0])).text
        for path in ("/v1/watches", "/v1/receivers", "/v1/alerts", "/v1/checks")
    ]

    kept = found_in(nest, "\n".join(seen))
    assert len([word for word in kept if word.startswith("N7")]) == FIFTY
    assert len([word for word in kept if "canary" in word]) == 2 * FIFTY  # no whole address
    assert set(nest.checks) <= set(kept)
    assert len(set(nest.alerts)) == len(set(nest.receivers)) == len(set(nest.checks)) == FIFTY
    assert len(nest.secrets) == FIFTY + 1


@BOTH
def test_nobody_else_is_answered_any_of_them(nested: tuple[Desk, Client, Nest, str]) -> None:
    _, client, nest, stranger = nested
    for key in (stranger, None, stranger[:-2] + "AA", "tck_" + "0" * 8 + "_" + "A" * 43):
        for seen in ask_all(client, nest, key):
            assert found_in(nest, seen) == [], seen[:300]


def test_what_is_anothers_is_as_if_it_were_not_there(
    nested: tuple[Desk, Client, Nest, str],
) -> None:
    """The same answer for a number that is another's as for one that is nobody's."""
    _, client, nest, stranger = nested
    theirs = {
        "/v1/watches/{}": nest.watches[3],
        "/v1/receivers/{}": nest.receivers[3],
        "/v1/alerts/{}": nest.alerts[3],
    }
    for pattern, number in theirs.items():
        for method in ("GET", "PATCH", "DELETE"):
            replies = [
                client.ask(
                    method,
                    pattern.format(n),
                    headers=bearer(stranger),
                    json={} if method == "PATCH" else None,
                )
                for n in (number, 999_999)
            ]
            found, nothing = (
                (r.status_code, r.text.replace(str(number), "999999")) for r in replies
            )
            assert found == nothing, (method, pattern)
            assert found[0] in {404, 405}
    assert client.ask("GET", "/v1/watches", headers=bearer(stranger)).json()["watches"] == []
    assert client.ask("GET", "/v1/alerts", headers=bearer(stranger)).json()["alerts"] == []
    assert (
        client.ask("GET", "/v1/deliveries?state=waiting", headers=bearer(stranger)).json()[
            "deliveries"
        ]
        == []
    )
    mine = client.get("/v1/watches", headers=bearer(nest.keys[0])).json()["watches"]
    assert len(mine) == FIFTY  # and nothing of the keeper's was changed


def test_an_admin_sees_how_many_and_nothing_else(nested: tuple[Desk, Client, Nest, str]) -> None:
    desk, client, nest, _ = nested
    _, admin = make_key(desk, "boss", "admin")
    reply = client.get("/v1/watches/counts", headers=bearer(admin))

    assert reply.json() == {"owners": {"canary-keeper": FIFTY}}
    for seen in ask_all(client, nest, admin):
        assert found_in(nest, seen) == []


@BOTH
def test_nothing_of_them_is_logged(
    nested: tuple[Desk, Client, Nest, str], logged: Everything
) -> None:
    _, client, nest, stranger = nested
    key = nest.keys[0]
    for path in ("/v1/watches", "/v1/alerts", "/v1/receivers", "/v1/deliveries?state=waiting"):
        assert client.get(path, headers=bearer(key)).status_code == 200
    client.get(
        f"/v1/check?aircraft={registration(3)}&airport=UMMS&date=2025-02-04", headers=bearer(key)
    )
    client.get(f"/v1/aircraft/{registration(4)}", headers=bearer(key))
    client.get(f"/v1/feeds/{nest.secrets[-1]}.atom?details=true")
    client.ask("POST", "/v1/watches", headers=bearer(key), json={"subject": label(5), "lable": 1})
    client.ask("POST", f"/v1/watches/{label(5)}", headers=bearer(key))
    ask_all(client, nest, key)
    ask_all(client, nest, stranger)

    assert [line for line in logged.lines if found_in(nest, line)] == []


@pytest.mark.parametrize("table", ["watch", "receiver", "alert", "api_key", "kept_check"])
def test_a_database_that_breaks_in_the_middle_tells_nothing(
    nested: tuple[Desk, Client, Nest, str], logged: Everything, table: str
) -> None:
    desk, client, nest, stranger = nested
    with desk.engine.begin() as conn:
        conn.exec_driver_sql(f"ALTER TABLE {table} RENAME TO gone")
    statuses = set()
    for key in (nest.keys[0], stranger, None):
        for seen in ask_all(client, nest, key):
            statuses.add(seen[:3])
            if key != nest.keys[0] or not seen.startswith("200"):
                assert found_in(nest, seen) == []
    for number in range(3):
        reply = client.ask(
            "POST",
            "/v1/watches",
            headers=bearer(nest.keys[0]),
            json={"subject": registration(number), "label": label(number)},
        )
        assert reply.status_code >= 200
        if reply.status_code >= 400:
            assert found_in(nest, of_reply(reply)) == []

    assert logged.lines or table == "api_key"
    assert [line for line in logged.lines if found_in(nest, line)] == []


class Babbling(Sealer):
    """Breaks, and says of what in its message: whatever a library may put into an error."""

    def open(self, sealed: bytes, kind: type[T]) -> NoReturn:
        raise ValueError(f"cannot read {label(2)}: {registration(1)}")

    def seal(self, value: object) -> NoReturn:
        raise KeyError(f"cannot write {value!r}")

    def blind(self, *parts: str) -> bytes:
        return b"0" * 16


def test_a_defect_that_quotes_them_is_not_quoted_further(
    nested: tuple[Desk, Client, Nest, str], logged: Everything
) -> None:
    desk, client, nest, stranger = nested
    client.app.state.desk = replace(desk, sealer=Babbling())
    before = len(logged.lines)
    answers = [of for key in (nest.keys[0], stranger) for of in ask_all(client, nest, key)]
    answers += [
        of_reply(
            client.ask(
                "POST",
                "/v1/watches",
                headers=bearer(nest.keys[0]),
                json={"subject": registration(9), "label": label(9)},
            )
        )
    ]

    assert any(seen.startswith("500") for seen in answers)
    assert all(found_in(nest, seen) == [] for seen in answers)
    assert len(logged.lines) > before
    assert [line for line in logged.lines if found_in(nest, line)] == []


def files(folder: Path) -> bytes:
    """The database as it lies on the disk."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("tailcheck.db*")))


@BOTH
def test_a_sealed_database_does_not_hold_them_in_the_clear(
    nested: tuple[Desk, Client, Nest, str], tmp_path: Path
) -> None:
    desk, _, nest, _ = nested
    content = files(tmp_path)

    assert found_in(Nest(nest.keys, secrets=[nest.secrets[-1]]), content)[FIFTY * 4 :] == []
    if desk.sealer.is_keyed:
        assert found_in(nest, content) == []
    else:
        assert len(found_in(nest, content)) >= 4 * FIFTY


@BOTH
def test_what_lay_in_the_clear_is_gone_once_it_is_sealed(
    nested: tuple[Desk, Client, Nest, str], tmp_path: Path
) -> None:
    """Also what was changed or removed before, and lies in unused parts of the file."""
    desk, client, nest, _ = nested
    for number, key in enumerate(nest.keys[:20]):
        path = f"/v1/watches/{nest.watches[number]}"
        changed = client.ask(
            "PATCH", path, headers=bearer(key), json={"label": "another", "note": ""}
        )
        assert changed.status_code == 200
        client.ask("DELETE", f"/v1/receivers/{nest.receivers[number]}", headers=bearer(key))
    desk.engine.dispose()

    if not desk.sealer.is_keyed:
        assert found_in(nest, files(tmp_path))
        seal_anew(desk.engine, Sealer(new_key()))

    assert found_in(nest, files(tmp_path)) == []
