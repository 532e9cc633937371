"""Access keys: valid from when to when."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from schemas.access import ApiKey
from service.storage.api_keys import add_key, any_key, key_of, keys, revoke
from service.storage.database import writing
from tests.storage.helpers import NOW

DAY = timedelta(days=1)
KEY = ApiKey(
    id="k1",
    secret_hash=b"\x01" * 32,
    owner="desk",
    label="the newsroom's tool",
    scopes=frozenset({"query", "watch"}),
    created_at=NOW,
    expires_at=NOW + DAY,
)


def test_kept_as_it_was(database: Engine) -> None:
    with writing(database) as conn:
        assert not any_key(conn, now=NOW)
        add_key(conn, KEY)
        assert key_of(conn, "k1") == KEY
        assert key_of(conn, "k2") is None
        assert keys(conn) == (KEY,)


def test_one_that_expired_or_was_revoked_opens_nothing(database: Engine) -> None:
    with writing(database) as conn:
        add_key(conn, KEY)
        assert any_key(conn, now=NOW)
        assert not any_key(conn, now=NOW + DAY)
        assert revoke(conn, "k1", now=NOW)
        assert not revoke(conn, "k1", now=NOW + DAY)
        assert not any_key(conn, now=NOW)
        found = key_of(conn, "k1")
        assert found is not None
        assert found.revoked_at == NOW
        assert not found.is_valid(NOW)
    assert KEY.is_valid(NOW)
    assert not KEY.is_valid(NOW + DAY)
