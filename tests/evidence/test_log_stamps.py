"""Time stamps on heads: an honest authority's is kept and can be verified by others; whatever else
comes is told, and changes nothing."""

from __future__ import annotations

import base64
import hashlib
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.log import LogHead
from service.errors import BadInput
from service.evidence.log_heads import make_head, sequence
from service.evidence.log_stamps import MAX_BYTES, NoStamp, stamped, trusted, verify
from service.evidence.logbook import Logging, ask_for_stamps
from service.storage.database import Engine, reading
from service.storage.log_heads import last_head
from tests.evidence.authority import Answer, Authority, honest, serving
from tests.storage.helpers import NOW
from tests.storage.logged import receive

NOTE = "tailcheck-log/0123456789abcdef\n9\n…\n"


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "other")


def test_an_honest_stamp_is_right_for_others_too(authority: Authority) -> None:
    with serving(authority) as served:
        stamp = stamped(NOTE, served.url, trusted(authority.roots), clock)

    assert abs(stamp.at - clock()) < timedelta(minutes=1)
    assert stamp.authority == served.url
    assert authority.is_right(NOTE.encode(), base64.b64decode(stamp.reply))
    assert not authority.is_right(b"other", base64.b64decode(stamp.reply))
    verify(NOTE, stamp)


def test_it_learns_a_hash_and_nothing_else(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with serving(authority) as served:
        stamped(NOTE, served.url, trusted(authority.roots), clock)
    ((headers, body),) = served.asked
    assert hashlib.sha256(NOTE.encode()).digest() in body
    assert NOTE.encode()[:10] not in body
    assert len(body) < 100
    assert "cookie" not in headers
    assert headers["content-type"] == "application/timestamp-query"


def _flipped(authority: Authority, request: bytes) -> tuple[int, bytes]:
    reply = bytearray(authority.stamp(request))
    reply[-20] ^= 1
    return 200, bytes(reply)


LIES: dict[str, tuple[Answer, str]] = {
    "refuses": (lambda *_: (503, b""), "answered 503"),
    "elsewhere": (lambda *_: (307, b""), "answered 307"),
    "nothing": (lambda *_: (200, b""), "cannot be read"),
    "a page": (lambda *_: (200, b"<html>"), "cannot be read"),
    "too much": (lambda *_: (200, b"0" * (MAX_BYTES + 1)), "more than 256 KiB"),
    "a forged signature": (_flipped, "not right"),
    "over something else": (
        lambda authority, _: (200, authority.stamp(authority.query(b"other"))),
        "not right",
    ),
    "an older stamp": (
        lambda authority, _: (200, authority.stamp(authority.query(NOTE.encode()))),
        "Nonce",
    ),
    "a rejection": (lambda authority, _: (200, authority.stamp(b"\x30\x00")), "127.0.0.1"),
}


@pytest.mark.parametrize("lie", LIES)
def test_whatever_is_not_right_is_told(authority: Authority, lie: str) -> None:
    answer, said = LIES[lie]
    with (
        serving(authority, answer) as served,
        pytest.raises(NoStamp, match=said),
    ):
        stamped(NOTE, served.url, trusted(authority.roots), clock)


def test_one_that_is_not_trusted(authority: Authority, other: Authority) -> None:
    with serving(authority) as served, pytest.raises(NoStamp, match="not right"):
        stamped(NOTE, served.url, trusted(other.roots), clock)


def test_a_certificate_that_may_not_stamp(tmp_path: Path) -> None:
    plain = Authority(tmp_path / "plain", kind="plain_cert")
    with serving(plain) as served, pytest.raises(NoStamp):
        stamped(NOTE, served.url, trusted(plain.roots), clock)


def test_a_clock_that_is_far_off(authority: Authority) -> None:
    with serving(authority) as served, pytest.raises(NoStamp, match="not near our time"):
        stamped(NOTE, served.url, trusted(authority.roots), lambda: clock() - timedelta(hours=1))


def test_nobody_there(authority: Authority) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        with pytest.raises(NoStamp, match="could not be asked"):
            stamped(NOTE, url, trusted(authority.roots), clock)


def test_a_kept_stamp_that_was_changed(authority: Authority) -> None:
    with serving(authority) as served:
        stamp = stamped(NOTE, served.url, trusted(authority.roots), clock)
    for changed in (
        replace(stamp, at=stamp.at + timedelta(seconds=1)),
        replace(stamp, reply=stamp.reply[:-8] + "AAAAAAA="),
        replace(stamp, reply="?"),
        replace(stamp, chain=""),
        replace(stamp, chain="-----BEGIN"),
    ):
        with pytest.raises(NoStamp):
            verify(NOTE, changed)
    with pytest.raises(NoStamp):
        verify(NOTE + "x", stamp)


@pytest.mark.parametrize("content", [None, "", "-----BEGIN CERTIFICATE-----\n", "é"])
def test_certificates_that_are_none(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "roots.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadInput, match="TAILCHECK_TIMESTAMP_ROOTS"):
        trusted(path)
    with pytest.raises(BadInput, match="is not set"):
        trusted(None)


@pytest.fixture
def headed(database: Engine) -> Engine:
    receive(database, range(5))
    sequence(database)
    make_head(database, None, now=NOW)
    return database


def _head(engine: Engine) -> LogHead:
    with reading(engine) as conn:
        head = last_head(conn)
    assert head is not None
    return head


def test_each_authority_stamps_a_head_once(headed: Engine, authority: Authority) -> None:
    before = _head(headed)
    with serving(authority) as one, serving(authority, lambda *_: (500, b"")) as broken:
        logging = Logging(authorities=(broken.url, one.url), roots=authority.roots)
        (told,) = ask_for_stamps(headed, logging, clock)
        list(ask_for_stamps(headed, logging, clock))
    assert "answered 500" in told
    assert (len(one.asked), len(broken.asked)) == (1, 2)
    (stamp,) = _head(headed).stamps
    assert stamp.authority == one.url
    assert replace(_head(headed), stamps=()) == before
    verify(before.note, stamp)


def test_without_authorities_nobody_is_asked(headed: Engine, authority: Authority) -> None:
    assert list(ask_for_stamps(headed, Logging(), clock)) == []
    (told,) = ask_for_stamps(headed, Logging(authorities=("http://127.0.0.1:9/",)), clock)
    assert "TAILCHECK_TIMESTAMP_ROOTS is not set" in told
    with serving(authority, honest) as served:
        logging = Logging(authorities=(served.url,), roots=authority.roots)
        assert list(ask_for_stamps(headed, logging, clock, stopping=lambda: True)) == []
    assert served.asked == []
