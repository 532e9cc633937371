"""`tailcheck keys`, and what `migrate` and `doctor` make of the sealing key."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from schemas.access import SCOPES
from service.api.access import hash_of
from service.cli import build
from service.sealing import PLAIN, Sealer
from service.storage.api_keys import keys
from service.storage.database import open_database, reading, writing
from service.storage.watches import add, watches
from tests.cli.run import tailcheck

NOW = datetime(2026, 1, 2, tzinfo=UTC)
KEY = re.compile(r"tck_([0-9a-f]{8})_([A-Za-z0-9_-]{43})\n")


def url_of(home: Path) -> str:
    return f"sqlite:///{home / 'tailcheck.db'}"


def made(home: Path, *words: str) -> tuple[str, str]:
    """The id and the secret of a new key."""
    done = tailcheck(home, "keys", "create", *words)
    assert done.returncode == 0, done.stderr
    found = KEY.fullmatch(done.stdout)
    assert found is not None, done.stdout
    return found[1], found[2]


def listed(home: Path) -> list[dict[str, object]]:
    done = tailcheck(home, "keys", "list", "--format", "json")
    rows: list[dict[str, object]] = json.loads(done.stdout)
    return rows


def listed_here(home: Path) -> list[dict[str, object]]:
    """As `listed`, without a process of its own."""
    done = CliRunner().invoke(
        build(), ["keys", "list", "--format", "json"], env={"TAILCHECK_HOME": str(home)}
    )
    rows: list[dict[str, object]] = json.loads(done.stdout)
    return rows


def test_a_key_is_shown_once_listed_without_its_secret_and_revoked(tmp_path: Path) -> None:
    nothing = tailcheck(tmp_path, "keys", "list")
    key_id, secret = made(tmp_path, "--owner", "desk", "--label", "Minsk story")
    text, rows = tailcheck(tmp_path, "keys", "list"), listed(tmp_path)
    revoked = tailcheck(tmp_path, "keys", "revoke", key_id)
    again = tailcheck(tmp_path, "keys", "revoke", key_id)

    assert (nothing.stdout, "tailcheck keys create" in nothing.stderr) == ("", True)
    assert text.stdout.startswith(f"{key_id}  desk; query, evidence, watch; made 20")
    assert text.stdout.endswith("; until revoked; Minsk story\n")
    assert rows[0] | {"created_at": None} == {
        "id": key_id,
        "owner": "desk",
        "label": "Minsk story",
        "scopes": ["query", "evidence", "watch"],
        "created_at": None,
        "expires_at": None,
        "revoked_at": None,
        "valid": True,
    }
    assert revoked.stdout == f"Revoked {key_id}.\n"
    assert "nobody is let in" in revoked.stderr
    assert (again.returncode, key_id in again.stderr) == (2, True)
    assert listed(tmp_path)[0]["valid"] is False
    assert secret not in text.stdout + text.stderr + json.dumps(rows)


def test_only_a_hash_is_kept(tmp_path: Path) -> None:
    key_id, secret = made(tmp_path)
    engine = open_database(url_of(tmp_path))
    with reading(engine) as conn:
        (key,) = keys(conn)
    engine.dispose()

    assert (key.id, key.secret_hash, key.owner) == (key_id, hash_of(secret), "local")
    for file in tmp_path.iterdir():
        assert not file.is_file() or secret.encode() not in file.read_bytes()


def test_a_leaked_key_is_revoked_as_it_was_found(tmp_path: Path) -> None:
    key_id, secret = made(tmp_path)

    assert tailcheck(tmp_path, "keys", "revoke", f"tck_{key_id}_{secret}").returncode == 0
    assert listed(tmp_path)[0]["valid"] is False


@pytest.mark.parametrize(
    ("words", "scopes", "lasts"),
    [
        (["--scopes", "admin"], ["admin"], None),
        (["--scopes", " watch , query"], ["query", "watch"], None),
        (["--scopes", ",".join(SCOPES)], list(SCOPES), None),
        (["--days", "90"], ["query", "evidence", "watch"], timedelta(days=90)),
    ],
)
def test_scopes_and_days(
    tmp_path: Path, words: list[str], scopes: list[str], lasts: timedelta | None
) -> None:
    home = {"TAILCHECK_HOME": str(tmp_path)}
    assert CliRunner().invoke(build(), ["keys", "create", *words], env=home).exit_code == 0
    (row,) = listed_here(tmp_path)

    assert row["scopes"] == scopes
    if lasts is None:
        assert row["expires_at"] is None
    else:
        made_at, ends = (datetime.fromisoformat(str(row[n])) for n in ("created_at", "expires_at"))
        assert ends - made_at == lasts


def test_from_its_day_on_a_key_opens_nothing(tmp_path: Path) -> None:
    made(tmp_path, "--expires", "2999-01-01")

    assert listed(tmp_path)[0]["expires_at"] == "2999-01-01T00:00:00+00:00"
    assert "until 2999-01-01 00:00 UTC" in tailcheck(tmp_path, "keys", "list").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["create", "--scopes", "query,everything"], "'everything'"),
        (["create", "--scopes", ""], "query, evidence, watch, admin"),
        (["create", "--owner", "Desk 2"], "--owner desk-2"),
        (["create", "--owner", ""], "--owner desk-2"),
        (["create", "--label", "a\nb"], "one line"),
        (["create", "--label", "a" * 201], "200"),
        (["create", "--expires", "2020-01-01"], "past"),
        (["create", "--expires", "tomorrow"], "tomorrow"),
        (["create", "--expires", "2999-01-01", "--days", "3"], "either"),
        (["create", "--days", "0"], "than or equal to 1"),
        (["revoke", "my key"], "eight digits"),
        (["revoke", "00000000"], "tailcheck keys list"),
    ],
)
def test_what_makes_no_key_is_said_in_a_sentence(
    tmp_path: Path, words: list[str], said: str
) -> None:
    done = CliRunner().invoke(build(), ["keys", *words], env={"TAILCHECK_HOME": str(tmp_path)})

    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert listed_here(tmp_path) == []


def sealing_key(home: Path, name: str = "watch_key") -> str:
    """A new key, put where the command says."""
    done = tailcheck(home, "keys", "seal")
    folder = home / "secrets"
    assert f"{folder / 'watch_key'}" in done.stderr
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(done.stdout)
    (folder / name).chmod(0o600)
    return done.stdout.strip()


def watching(home: Path, migrated: Path, subject: str) -> None:
    shutil.copy(migrated, home / "tailcheck.db")
    engine = open_database(url_of(home))
    with writing(engine) as conn:
        add(conn, PLAIN, kind="aircraft", subject=subject, note=f"ask about {subject}", now=NOW)
    engine.dispose()


def test_watches_are_sealed_once_there_is_a_key_and_nothing_else_is_left(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    watching(tmp_path, migrated_sqlite, "RA-64523")
    before = tailcheck(tmp_path, "doctor").stdout
    key = sealing_key(tmp_path)
    between = tailcheck(tmp_path, "doctor")
    migrated = tailcheck(tmp_path, "migrate")
    after = tailcheck(tmp_path, "doctor").stdout

    assert "ok   watches: not sealed" in before
    assert between.returncode == 5
    assert "FAIL watches: not all are sealed" in between.stdout
    assert migrated.returncode == 0
    assert "1 rows about watches are sealed now; nothing of what they were" in migrated.stderr
    assert "ok   watches: sealed\n" in after
    for file in sorted(tmp_path.glob("tailcheck.db*")):
        assert b"RA-64523" not in file.read_bytes(), file.name
    engine = open_database(url_of(tmp_path))
    with reading(engine) as conn:
        (watch,) = watches(conn, Sealer(key), now=NOW)
    engine.dispose()
    assert (watch.subject, watch.note) == ("RA-64523", "ask about RA-64523")
    assert tailcheck(tmp_path, "migrate").stderr == ""


def test_a_key_is_exchanged_for_another_and_taken_away(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    watching(tmp_path, migrated_sqlite, "RA-64523")
    sealing_key(tmp_path)
    tailcheck(tmp_path, "migrate")
    folder = tmp_path / "secrets"
    (folder / "watch_key").rename(folder / "watch_key_former")
    key = sealing_key(tmp_path)
    exchanged = tailcheck(tmp_path, "migrate")
    (folder / "watch_key_former").unlink()

    assert "sealed now" in exchanged.stderr
    engine = open_database(url_of(tmp_path))
    with reading(engine) as conn:
        assert watches(conn, Sealer(key), now=NOW)[0].subject == "RA-64523"
    engine.dispose()
    (folder / "watch_key").rename(folder / "watch_key_former")
    assert "no longer sealed" in tailcheck(tmp_path, "migrate").stderr
    assert b"RA-64523" in (tmp_path / "tailcheck.db").read_bytes()


def test_without_its_key_nothing_starts_and_nothing_is_lost(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    watching(tmp_path, migrated_sqlite, "RA-64523")
    sealing_key(tmp_path)
    tailcheck(tmp_path, "migrate")
    key = (tmp_path / "secrets" / "watch_key").rename(tmp_path / "elsewhere")
    for words in (["migrate"], ["serve", "--port", "0"]):
        done = tailcheck(tmp_path, *words)
        assert done.returncode == 5
        assert "`watch_key`" in done.stderr
    assert "FAIL watches: Watches are sealed" in tailcheck(tmp_path, "doctor").stdout

    key.rename(tmp_path / "secrets" / "watch_key")
    assert "ok   watches: sealed" in tailcheck(tmp_path, "doctor").stdout


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [("no key", 0o600, "is no key"), ("", 0o600, "is empty"), (None, 0o644, "chmod 600")],
)
def test_a_key_that_cannot_be_used_is_never_passed_over(
    tmp_path: Path, migrated_sqlite: Path, content: str | None, mode: int, said: str
) -> None:
    watching(tmp_path, migrated_sqlite, "RA-64523")
    sealing_key(tmp_path)
    path = tmp_path / "secrets" / "watch_key"
    if content is not None:
        path.write_text(content)
    path.chmod(mode)
    done = tailcheck(tmp_path, "watch", "add", "RA-64524")

    assert done.returncode in {2, 5}
    assert said in done.stderr
    assert b"RA-64524" not in (tmp_path / "tailcheck.db").read_bytes()


def test_where_a_key_lies_already_it_is_not_to_be_written_over(tmp_path: Path) -> None:
    assert "first rename" not in tailcheck(tmp_path, "keys", "seal").stderr
    sealing_key(tmp_path)

    assert "first rename" in tailcheck(tmp_path, "keys", "seal").stderr


def test_the_doctor_says_who_may_ask(tmp_path: Path) -> None:
    tailcheck(tmp_path, "migrate")
    nobody = tailcheck(tmp_path, "doctor").stdout
    first, _ = made(tmp_path, "--owner", "one")
    made(tmp_path, "--owner", "other")
    two = tailcheck(tmp_path, "doctor").stdout

    assert "access: no keys" in nobody
    assert "access: 2 valid keys of 2 owners" in two
    assert first not in two
