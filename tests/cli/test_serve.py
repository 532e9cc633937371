"""`tailcheck serve`: the real command, its roles, and how it ends. It asks loopback only."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from adapters._contract import discover
from service.sealing import PLAIN
from service.storage.database import open_database, reading, writing
from service.storage.received import newest_received
from service.storage.watches import add
from tests.cli.run import tailcheck
from tests.scheduler.helpers import wait_for
from tests.upstream import faults, upstream
from tests.upstream.sky import NOON


def prepare(home: Path, migrated: Path, url: str) -> None:
    """One aircraft is watched, and every source is off but the own receiver."""
    shutil.copy(migrated, home / "tailcheck.db")
    engine = open_database(f"sqlite:///{home / 'tailcheck.db'}")
    with writing(engine) as conn:
        add(conn, PLAIN, kind="aircraft", subject="14fc0b", now=NOON)
    engine.dispose()
    others = [key for key in discover() if key != "readsb_local"]
    said = [f"[{key}]\non = false\n" for key in others]
    said.append(f'[readsb_local]\nurl = "{url}/readsb_local"\n')
    (home / "sources.toml").write_text("\n".join(said))


@contextmanager
def serving(home: Path, *words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "serve", *words],
        env={
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TAILCHECK_HOME": str(home),
            **environment,
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=60)
    return process.returncode, said


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def received(home: Path) -> bool:
    engine = open_database(f"sqlite:///{home / 'tailcheck.db'}")
    try:
        with reading(engine) as conn:
            return newest_received(conn, "readsb_local") is not None
    finally:
        engine.dispose()


def answers(port: int) -> bool:
    try:
        with httpx.Client(trust_env=False) as client:
            return client.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def status(port: int, key: str | None = None, path: str = "/v1/sources") -> int:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with httpx.Client(trust_env=False) as client:
        return client.get(f"http://127.0.0.1:{port}{path}", headers=headers).status_code


def test_beyond_this_machine_it_listens_only_with_a_key(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    port = free_port()
    with upstream() as up:
        prepare(tmp_path, migrated_sqlite, up.url)
        for host in ("0.0.0.0", "192.0.2.1", "::"):
            refused = tailcheck(tmp_path, "serve", "--host", host, "--port", str(port))
            assert refused.returncode == 2
            assert f"Refusing to listen on {host}" in refused.stderr
            assert "`tailcheck keys create`" in refused.stderr
        key = tailcheck(tmp_path, "keys", "create").stdout.strip()
        revoked = tailcheck(tmp_path, "keys", "create").stdout.strip()
        words = ("--role", "api", "--host", "0.0.0.0", "--port", str(port))
        with serving(tmp_path, *words) as process:
            wait_for(lambda: answers(port))
            assert [status(port), status(port, key), status(port, key[:-1])] == [401, 200, 401]
            assert status(port, revoked) == 200
            assert tailcheck(tmp_path, "keys", "revoke", revoked).returncode == 0
            wait_for(lambda: status(port, revoked) == 401)
            assert status(port, key) == 200
            process.send_signal(signal.SIGTERM)
            _, said = ended(process)
    assert said == ""


def test_behind_a_proxy_that_lets_people_in_no_key_is_needed_when_that_is_said(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    port = free_port()
    with upstream() as up:
        prepare(tmp_path, migrated_sqlite, up.url)
        words = ("--role", "api", "--host", "0.0.0.0", "--port", str(port))
        with serving(tmp_path, *words, TAILCHECK_OPEN_ACCESS="1") as process:
            wait_for(lambda: answers(port))
            assert status(port) == 200
            process.send_signal(signal.SIGTERM)
            ended(process)


def test_where_messages_may_go_is_read_before_it_starts(tmp_path: Path) -> None:
    with serving(tmp_path, "--port", "0", TAILCHECK_SEND_TO="http://x/") as process:
        code, said = ended(process)

    assert code == 2
    assert "TAILCHECK_SEND_TO" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_all_roles_in_one_process(tmp_path: Path, migrated_sqlite: Path, number: int) -> None:
    port = free_port()
    with upstream() as up:
        prepare(tmp_path, migrated_sqlite, up.url)
        with serving(tmp_path, "--port", str(port)) as process:
            wait_for(lambda: received(tmp_path) and answers(port))
            process.send_signal(number)
            code, said = ended(process)
    assert (code, said) == (0, "")


def test_a_worker_alone_and_a_second_one_that_is_refused(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    with upstream() as up:
        prepare(tmp_path, migrated_sqlite, up.url)
        with serving(tmp_path, "--role", "worker") as process:
            wait_for(lambda: received(tmp_path))
            second = tailcheck(tmp_path, "serve", "--role", "worker")
            assert second.returncode == 5
            assert f"process {process.pid};" in second.stderr
            process.send_signal(signal.SIGTERM)
            code, said = ended(process)
    assert (code, said) == (0, "")


def test_a_source_that_hangs_does_not_keep_it_from_stopping(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    with upstream() as up:
        prepare(tmp_path, migrated_sqlite, up.url)
        up.fail("readsb_local", faults.silent(600))
        with serving(tmp_path, "--role", "worker") as process:
            wait_for(lambda: bool(up.asked()))
            process.send_signal(signal.SIGTERM)
            code, said = ended(process)
    assert (code, said) == (0, "")


def test_answering_alone_asks_nobody(tmp_path: Path, migrated_sqlite: Path) -> None:
    port = free_port()
    with upstream() as up:
        prepare(tmp_path, migrated_sqlite, up.url)
        with serving(tmp_path, "--role", "api", "--port", str(port)) as process:
            wait_for(lambda: answers(port))
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
        assert up.asked() == []
