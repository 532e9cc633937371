"""A desk of a test's own with access keys in it, and an app over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from schemas.access import SCOPES, ApiKey, Scope
from service.api.access import hash_of, new_secret, spelled
from service.api.app import create_app
from service.desk import Desk
from service.storage.api_keys import add_key, revoke
from service.storage.database import writing
from tests.api.served import Client, serving
from tests.api.world import NOW


class Hands:
    """A clock that is turned by hand, both its faces."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def __call__(self) -> datetime:
        return NOW + self.passed

    def seconds(self) -> float:
        return 1_000 + self.passed.total_seconds()


def make_key(
    desk: Desk,
    owner: str = "desk",
    *scopes: Scope,
    expires_at: datetime | None = None,
    label: str = "",
) -> tuple[str, str]:
    """A key in the database: its id, and how its owner spells it. No scopes given = all."""
    key_id, secret = new_secret()
    key = ApiKey(
        id=key_id,
        secret_hash=hash_of(secret),
        owner=owner,
        label=label,
        scopes=frozenset(scopes or SCOPES),
        created_at=NOW,
        expires_at=expires_at,
    )
    with writing(desk.engine) as conn:
        add_key(conn, key)
    return key_id, spelled(key_id, secret)


def revoke_key(desk: Desk, key_id: str) -> None:
    with writing(desk.engine) as conn:
        assert revoke(conn, key_id, now=NOW)


def bearer(key: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {key}"}


@contextmanager
def guarded(desk: Desk, hands: Hands | None = None, **settings: Any) -> Iterator[Client]:
    """The app over `desk`, by a clock that is turned by hand."""
    turned = hands or Hands()
    with serving(
        create_app(replace(desk, clock=turned), seconds=turned.seconds, **settings)
    ) as client:
        yield client
