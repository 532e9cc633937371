"""What code inside a fence cannot do, and that code outside of it is not held up."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest

from service.notify.fence import Fence, fenced
from tests.notify.outward import loopback

NOTHING = Fence(lambda _: False)


def connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=5).close()


def send_to() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", ("127.0.0.1", 9))


def send_message() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendmsg([b"x"], [], 0, ("127.0.0.1", 9))


def to_this_machine() -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect("/dev/log")


def by_name() -> None:
    with socket.socket() as sock:
        sock.connect(("localhost", 9))


def scoped() -> None:
    with socket.socket(socket.AF_INET6) as sock:
        sock.connect(("fe80::1%lo", 9))


def read_a_file() -> None:
    Path("/etc/passwd").read_text()


def climb_out() -> None:
    Path(httpx.__file__, "../../../../../../../../../../../etc/passwd").resolve().read_text()


def write_a_file() -> None:
    Path(httpx.__file__).open("a").close()


def run_a_program() -> None:
    subprocess.run(["true"], check=True)


def start_a_thread() -> None:
    threading.Thread(target=print).start()


@pytest.mark.parametrize(
    "deed",
    [
        *(send_to, send_message, to_this_machine, by_name, scoped),
        *(read_a_file, climb_out, write_a_file, run_a_program),
        pytest.param(
            start_a_thread,
            marks=pytest.mark.skipif(
                sys.version_info < (3, 12), reason="Python 3.11 tells nobody of its threads"
            ),
        ),
    ],
)
def test_it_is_refused_and_remembered(deed: Callable[[], None]) -> None:
    fence = Fence(lambda _: False)
    with fenced(fence), pytest.raises((PermissionError, RuntimeError)):
        deed()
    assert fence.refused.endswith(".")


def test_what_may_be_dialled_is_and_nothing_else() -> None:
    with loopback() as there:
        seen: list[object] = []

        def may(address: object) -> bool:
            seen.append(address)
            return True

        with fenced(Fence(may)):
            connect(there.port)
        assert seen == [IPv4Address("127.0.0.1")]
        with fenced(NOTHING), pytest.raises(PermissionError):
            connect(there.port)
        connect(there.port)  # outside again


def test_a_link_that_leads_out_is_followed_before_it_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, secret = tmp_path / "inside", tmp_path / "secret"
    inside.mkdir()
    secret.write_text("secret")
    (inside / "link").symlink_to(secret)
    (inside / "file").write_text("harmless")
    monkeypatch.setattr("service.notify.fence._HARMLESS", (str(inside),))
    with fenced(NOTHING):
        assert (inside / "file").read_text() == "harmless"
        with pytest.raises(PermissionError):
            (inside / "link").read_text()
        with pytest.raises(PermissionError):
            (tmp_path / "inside-out").read_text()


def test_only_the_thread_inside_is_held() -> None:
    done: list[str] = []
    with loopback() as there:

        def outside() -> None:
            inside.wait(10)
            connect(there.port)
            done.append("connected")

        inside = threading.Event()
        thread = threading.Thread(target=outside)
        thread.start()
        with fenced(NOTHING):
            inside.set()
            thread.join()
    assert done == ["connected"]


def test_pythons_own_files_can_be_read() -> None:
    with fenced(NOTHING):
        assert Path(httpx.__file__).read_bytes()
        assert Path(socket.__file__).read_bytes()
