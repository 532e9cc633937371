"""POSTs over real HTTP on loopback: what is sent, what is refused, and how long it may take."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from ipaddress import IPv4Address, ip_address
from pathlib import Path

import httpcore
import pytest

from service.notify.outgoing import Limits, Outgoing, Reply
from service.notify.policy import Policy
from tests.notify.outward import Dialled, Loopback, Names, failure, loopback, posted, run

ALLOWED = Policy.read("127.0.0.1")
QUICK = Limits(connect_s=1.0, read_s=0.2, whole_s=0.4, drain_s=0.1)


@pytest.fixture
def receiver() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


def test_a_post_arrives_as_it_was_made(receiver: Loopback) -> None:
    body = "Минск".encode()
    reply = run(posted(Outgoing(ALLOWED), receiver.url("/in?a=%20b"), body, {"X-Mine": "1"}))
    assert reply == Reply(status=204)
    (had,) = receiver.had
    assert (had.path, had.body) == ("/in?a=%20b", body)
    assert had.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert had.headers["x-mine"] == "1"
    assert set(had.headers) == {"host", "accept", "content-length", "x-mine"}


def test_a_connection_is_used_again_and_the_name_not_asked_again(receiver: Loopback) -> None:
    names = Names({"hooks.example.org": [["127.0.0.1"], ["10.0.0.1"]]})

    async def twice() -> None:
        outgoing = Outgoing(Policy.read("hooks.example.org"), resolver=names)
        url = receiver.url(host="hooks.example.org")
        for _ in range(3):
            assert (await outgoing.post(url, {}, b"{}")).status == 204
        await outgoing.aclose()

    run(twice())
    assert len(receiver.had) == 3
    assert names.asked == ["hooks.example.org"]


def test_connections_are_kept_to_no_more_receivers_than_is_reasonable() -> None:
    names = Names({f"h{n}.example.org": [["127.0.0.1"]] for n in range(400)})

    async def all_of_them() -> None:
        outgoing = Outgoing(Policy.read(",".join(names.answers)), resolver=names)
        with loopback() as one:
            for host in names.answers:
                assert (await outgoing.post(one.url(host=host), {}, b"{}")).status == 204
                assert len(outgoing._lines) <= 201
            again = len(names.asked)
            await outgoing.post(one.url(host=host), {}, b"{}")
            assert len(names.asked) == again  # the latest is still open
            await outgoing.post(one.url(host="h0.example.org"), {}, b"{}")
            assert len(names.asked) == again + 1  # the oldest is not
            await outgoing.aclose()
            assert not outgoing._lines

    run(all_of_them())


def test_what_is_under_way_is_not_closed_for_others() -> None:
    async def slow_and_many() -> None:
        hold = threading.Event()

        def wait(handler: BaseHTTPRequestHandler) -> None:
            hold.wait(10)
            handler.send_response(204)
            handler.end_headers()

        names = Names({f"h{n}.example.org": [["127.0.0.1"]] for n in range(250)})
        outgoing = Outgoing(Policy.read("127.0.0.1," + ",".join(names.answers)), resolver=names)
        with loopback() as held, loopback() as free:
            held.talk = wait
            slow = asyncio.create_task(outgoing.post(held.url(), {}, b"{}"))
            while not held.had:
                await asyncio.sleep(0.01)
            for host in names.answers:
                assert (await outgoing.post(free.url(host=host), {}, b"{}")).status == 204
            hold.set()
            assert (await slow).status == 204
            await outgoing.aclose()

    run(slow_and_many())


def test_a_redirect_is_an_answer_and_not_followed(receiver: Loopback) -> None:
    for status in (301, 302, 303, 307, 308):
        receiver.status = status
        receiver.headers = {"Location": receiver.url("/elsewhere")}
        assert run(posted(Outgoing(ALLOWED), receiver.url())).status == status
    assert {had.path for had in receiver.had} == {"/in"}


def test_nothing_of_the_environment_leads_elsewhere(
    receiver: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    with loopback() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url("/", scheme="http"))
        assert run(posted(Outgoing(ALLOWED), receiver.url())).status == 204
        assert proxy.had == []
    assert "authorization" not in receiver.had[0].headers


def test_loopback_is_refused_unless_it_is_allowed(receiver: Loopback) -> None:
    for host in ("127.0.0.1", "localhost"):
        for scheme in ("http", "https"):
            error = failure(posted(Outgoing(Policy()), receiver.url(host=host, scheme=scheme)))
            assert not error.permanent  # the operator may allow it
            assert host not in str(error)
            assert str(receiver.port) not in str(error)
    assert failure(posted(Outgoing(Policy()), "https://user@a.example.org/")).permanent
    assert receiver.had == []


def test_the_systems_own_resolver_is_asked_and_its_answer_checked(receiver: Loopback) -> None:
    url = receiver.url(host="localhost")
    assert run(posted(Outgoing(Policy.read("localhost")), url)).status == 204
    # by https, so that the name itself is no reason, and the address is all that is left
    answered = Names({"hooks.example.org": [["127.0.0.1"]]})
    error = failure(posted(Outgoing(Policy(), resolver=answered), "https://hooks.example.org/"))
    assert "not of a public machine" in str(error)
    assert len(receiver.had) == 1


def test_a_body_that_does_not_end_changes_nothing_of_the_answer(receiver: Loopback) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(b"x")
            time.sleep(0.01)

    receiver.talk = drip
    limits = Limits(drain_s=0.1)
    assert run(posted(Outgoing(ALLOWED, limits=limits), receiver.url())).status == 200


def test_the_time_for_an_answer_ends_with_its_headers() -> None:
    class Stuck(httpcore.AsyncMockStream):
        async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            head = await super().read(max_bytes, timeout)
            return head or bytes(await asyncio.Event().wait())

    async def dial(*_: object) -> httpcore.AsyncNetworkStream:
        return Stuck([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"])

    limits = Limits(whole_s=1.0, drain_s=1.2)
    outgoing = Outgoing(ALLOWED, dialler=dial, limits=limits)
    assert run(posted(outgoing, "http://127.0.0.1/")).status == 200


def test_a_large_body_is_not_read_to_its_end(receiver: Loopback) -> None:
    sent = 0

    def pour(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.send_header("Content-Length", str(1 << 30))
        handler.end_headers()
        while sent < 1 << 30:
            sent += handler.wfile.write(b"x" * 65_536)

    receiver.talk = pour
    limits = Limits(drain_s=60.0)
    assert run(posted(Outgoing(ALLOWED, limits=limits), receiver.url())).status == 200
    assert sent < 1 << 28  # what sockets hold, not what was promised


def silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.0)


def dripping_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(100):
        handler.wfile.write(b"X-More: 1\r\n")
        time.sleep(0.02)


def informing_for_ever(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(100):
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.02)


@pytest.mark.parametrize("talk", [silent, dripping_headers, informing_for_ever])
def test_an_answer_that_does_not_come_is_given_up(receiver: Loopback, talk: object) -> None:
    receiver.talk = talk  # type: ignore[assignment]
    error = failure(posted(Outgoing(ALLOWED, limits=QUICK), receiver.url()))
    assert str(error) == "The receiver did not answer in time."
    assert not error.permanent


def test_what_is_no_http_is_a_failure(receiver: Loopback) -> None:
    def nonsense(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        handler.close_connection = True

    def nothing(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    def endless_header(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400_000 + b"\r\n\r\n")
        handler.close_connection = True

    for talk in (nonsense, nothing, endless_header):
        receiver.talk = talk
        error = failure(posted(Outgoing(ALLOWED), receiver.url()))
        assert "broke off" in str(error)
        assert not error.permanent


def test_nobody_there_is_a_failure_to_be_tried_again() -> None:
    with loopback() as gone:
        url = gone.url()
    error = failure(posted(Outgoing(ALLOWED), url))
    assert str(error) == "The receiver could not be reached."
    error = failure(posted(Outgoing(Policy(), resolver=Names()), "https://no.example.org/"))
    assert str(error) == "The receiver's name cannot be resolved."


def test_a_cancelled_post_leaves_nothing_open(receiver: Loopback) -> None:
    receiver.talk = silent

    async def cancelled() -> None:
        outgoing = Outgoing(ALLOWED)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(outgoing.post(receiver.url(), {}, b"{}"), 0.05)
        await outgoing.aclose()

    run(cancelled())  # an open socket would be a ResourceWarning, which is an error here


def test_nothing_of_an_address_is_logged(
    receiver: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(0):
        url = receiver.url("/canary", host="canary.example.org")
        names = Names({"canary.example.org": [["127.0.0.1"]]})
        policy = Policy.read("canary.example.org")
        headers = {"X-Key": "canary"}
        assert run(posted(Outgoing(policy, resolver=names), url, b"canary", headers)).status == 204
    with caplog.at_level(0):
        failure(posted(Outgoing(Policy(), resolver=names), url))
        failure(posted(Outgoing(policy, resolver=Names()), url))
    assert "canary" not in caplog.text


def test_the_next_address_is_tried_when_nobody_answers_at_the_first() -> None:
    addresses = [f"8.8.8.{n}" for n in range(10)]
    dialled = Dialled(down={"8.8.8.0", "8.8.8.1"})
    names = Names({"hooks.example.org": [addresses]})
    outgoing = Outgoing(Policy(), resolver=names, dialler=dialled)
    assert run(posted(outgoing, "https://hooks.example.org/")).status == 204
    assert [str(address) for address, _ in dialled.to] == addresses[:3]
    dialled.down = set(addresses)
    outgoing = Outgoing(Policy(), resolver=names, dialler=dialled)
    assert "reached" in str(failure(posted(outgoing, "https://hooks.example.org/")))
    assert len(dialled.to) == 3 + 4  # not all ten


def test_the_dialler_gets_an_address_and_the_port() -> None:
    dialled = Dialled()
    names = Names({"hooks.example.org": [["8.8.8.8", "8.8.8.8"]]})
    outgoing = Outgoing(Policy(), resolver=names, dialler=dialled)
    run(posted(outgoing, "https://hooks.example.org:8443/"))
    assert dialled.to == [(IPv4Address("8.8.8.8"), 8443)]
    assert dialled.to[0][0] == ip_address("8.8.8.8")
