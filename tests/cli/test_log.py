"""`tailcheck log`: the real command; what `serve` and `doctor` say of a log that was changed."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from service.settings import Settings
from service.storage.database import Engine, open_database, writing
from tests.cli.run import tailcheck
from tests.storage.logged import capture, receive


@pytest.fixture
def home(tmp_path: Path, migrated_sqlite: Path) -> Path:
    """A home in which twenty things were received."""
    shutil.copy(migrated_sqlite, tmp_path / "tailcheck.db")
    engine = _open(tmp_path)
    receive(engine, range(20))
    engine.dispose()
    return tmp_path


def _open(home: Path) -> Engine:
    return open_database(f"sqlite:///{home / 'tailcheck.db'}")


def _rewrite(home: Path) -> None:
    engine = _open(home)
    with writing(engine) as conn:
        conn.exec_driver_sql(
            "UPDATE capture SET received_at_us = received_at_us - 86400000000 WHERE sha256 ="
            " (SELECT sha256 FROM log_leaf WHERE position = 7)"
        )
    engine.dispose()


def test_head_export_prove_and_verify(home: Path) -> None:
    done = tailcheck(home, "log", "head")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1] == "20"
    assert "Head 1, 20 entries, signed by tailcheck-log/" in done.stderr
    key = home / "secrets" / "log_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600

    export, proof = home / "heads.json", home / "proof.json"
    export.write_text(tailcheck(home, "log", "export").stdout)
    proof.write_text(tailcheck(home, "log", "prove", capture(3).sha256).stdout)
    (head,) = json.loads(export.read_text())["heads"]
    assert head["note"] == done.stdout
    assert json.loads(proof.read_text())["proofs"][0]["position"] == 3

    elsewhere = home / "elsewhere"
    for file in (export, proof):
        verified = tailcheck(elsewhere, "log", "verify", str(file), "--key", head["public_key"])
        assert (verified.returncode, verified.stdout[:4]) == (0, "ok  "), verified.stderr
    assert not elsewhere.exists()
    assert tailcheck(home, "log", "verify").stdout == "ok   20 entries, 1 heads\n"

    proof.write_text(proof.read_text().replace('"size_bytes": 3', '"size_bytes": 4'))
    refused = tailcheck(elsewhere, "log", "verify", str(proof))
    assert refused.returncode == 1
    assert "does not lead to the root" in refused.stdout


def test_serve_refuses_a_log_with_a_rewritten_entry_and_deletes_nothing(home: Path) -> None:
    tailcheck(home, "log", "head")
    _rewrite(home)
    before = hashlib.sha256((home / "tailcheck.db").read_bytes()).digest()

    for role in ("all", "api", "worker"):
        refused = tailcheck(home, "serve", "--port", "0", "--role", role)
        assert refused.returncode == 5
        assert "the entry at position 7 is not the one that was logged" in refused.stderr
        assert "restore a backup" in refused.stderr
    verified = tailcheck(home, "log", "verify")
    assert verified.returncode == 5
    assert "FAIL the entry at position 7 " in verified.stdout
    doctor = tailcheck(home, "doctor")
    assert doctor.returncode == 5
    assert "FAIL log: The log of what was received does not hold" in doctor.stdout
    assert hashlib.sha256((home / "tailcheck.db").read_bytes()).digest() == before


def test_a_key_that_was_exchanged_is_told_until_it_is_said(home: Path) -> None:
    tailcheck(home, "log", "head")
    key = home / "secrets" / "log_key"
    key.write_text(tailcheck(home, "log", "new-key").stdout)
    for words in (("serve", "--port", "0"), ("log", "verify")):
        refused = tailcheck(home, *words)
        assert refused.returncode == 5
        assert "was not signed with the key" in refused.stderr + refused.stdout

    assert tailcheck(home, "log", "head", "--new-key").returncode == 0
    assert tailcheck(home, "log", "verify").stdout == "ok   20 entries, 2 heads\n"


def test_mistakes_are_told_in_a_sentence(home: Path, tmp_path: Path) -> None:
    for words, said in (
        (("log", "prove", "abc"), "64 hexadecimal digits"),
        (("log", "prove", "0" * 64), "were ever received"),
        (("log", "verify", str(tmp_path / "none.json")), "cannot be read"),
    ):
        done = tailcheck(home, *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
    assert (
        "No head covers all of it yet" in tailcheck(home, "log", "prove", capture(1).sha256).stderr
    )
    (tmp_path / "other.json").write_text("[]")
    assert tailcheck(home, "log", "verify", str(tmp_path / "other.json")).returncode == 1
    empty = tmp_path / "empty"
    done = tailcheck(empty, "log", "head")
    assert (done.returncode, "Nothing was received yet" in done.stderr) == (2, True)


def test_timestamp_settings_that_make_no_sense(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for bad in ("ftp://x", "http://user@x/", "http://", "https://a/tsr,b"):
        monkeypatch.setenv("TAILCHECK_TIMESTAMP_URLS", bad)
        with pytest.raises(ValidationError, match="http:// or https:// address"):
            Settings()
    monkeypatch.setenv("TAILCHECK_TIMESTAMP_URLS", "https://a.example/tsr, http://b.example")
    assert Settings().timestamp_authorities == ("https://a.example/tsr", "http://b.example")
