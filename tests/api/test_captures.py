"""`/v1/captures/…`: the bytes exactly as received, or nothing."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from service.api import captures
from service.desk import Desk
from service.errors import StorageError
from service.storage.captures import CaptureStore
from tests.api.served import Client, word
from tests.api.world import PAGES

SHA256 = hashlib.sha256(PAGES[0]).hexdigest()


def test_the_bytes_are_those_that_were_received(client: Client) -> None:
    reply = client.get(f"/v1/captures/{SHA256}")

    assert reply.content == PAGES[0]
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["content-disposition"] == f'attachment; filename="{SHA256}.bin"'
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-length"] == str(len(PAGES[0]))
    digest = reply.headers["repr-digest"].removeprefix("sha-256=:").removesuffix(":")
    assert base64.b64decode(digest).hex() == SHA256


def test_they_never_change_so_they_may_be_kept_by_the_asker(client: Client) -> None:
    reply = client.get(f"/v1/captures/{SHA256}")
    again = client.get(f"/v1/captures/{SHA256}", headers={"If-None-Match": f'"{SHA256}"'})

    assert reply.headers["etag"] == f'"{SHA256}"'
    assert reply.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert (again.status_code, again.content) == (304, b"")


def test_a_name_in_capitals_is_the_same_name(client: Client) -> None:
    assert client.get(f"/v1/captures/{SHA256.upper()}").content == PAGES[0]


def test_the_record_says_where_they_came_from(client: Client) -> None:
    document = client.get(f"/v1/captures/{SHA256}/record").json()

    (reception,) = document["receptions"]
    assert document["size_bytes"] == len(PAGES[0])
    assert reception["url"] == "https://alpha.example/0"
    assert reception["received_at"] == "2025-02-20T00:00:00Z"
    assert reception["status"] == 200
    assert reception["headers"] == {"content-type": "application/json"}


@pytest.mark.parametrize("path", ["", "/record"])
@pytest.mark.parametrize(
    "name", ["0" * 64, "abc", "..%2F..%2Fetc%2Fpasswd", "%2e%2e", "٣" * 64, SHA256[:-1], "g" * 64]
)
def test_what_was_never_received_is_not_found(client: Client, name: str, path: str) -> None:
    reply = client.get(f"/v1/captures/{name}{path}")

    assert (reply.status_code, word(reply)) == (404, "not-found")


def _damage(store: CaptureStore, sha256: str) -> None:
    path = store.path(sha256)
    path.chmod(0o640)
    with path.open("r+b") as file:
        file.write(b"X")


def test_bytes_that_are_no_longer_what_they_were_are_not_sent(client: Client, desk: Desk) -> None:
    sha256 = desk.captures.put(b"soon to be damaged")
    _damage(desk.captures, sha256)

    reply = client.get(f"/v1/captures/{sha256}")

    assert (reply.status_code, word(reply)) == (503, "storage")


def test_a_large_capture_is_sent_piece_by_piece(
    client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captures, "WHOLE", 10)
    monkeypatch.setattr(captures, "PIECE", 7)
    content = bytes(range(100))
    sha256 = desk.captures.put(content)

    reply = client.get(f"/v1/captures/{sha256}")

    assert reply.content == content
    assert reply.headers["content-length"] == "100"


def test_a_large_damaged_capture_ends_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captures, "PIECE", 7)
    store = CaptureStore(tmp_path)
    sha256 = store.put(bytes(100))
    _damage(store, sha256)

    sent: list[bytes] = []
    with pytest.raises(StorageError):
        sent.extend(captures.pieces(store, sha256))

    assert 0 < len(b"".join(sent)) < 100


def test_an_empty_capture_is_a_capture(client: Client, desk: Desk) -> None:
    reply = client.get(f"/v1/captures/{desk.captures.put(b'')}")

    assert (reply.status_code, reply.content) == (200, b"")
