"""Bundles over HTTP and on the command line."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.api.app import create_app
from service.ask.bundles import verify_bundle
from service.desk import Desk
from service.settings import Settings
from tests.api.keyed import bearer, make_key
from tests.api.served import Client, serving, word
from tests.cli.run import tailcheck
from tests.evidence.bundled import PRESS, desk_in, kept_with_history
from tests.evidence.forging import opened
from tests.ingest.desks import ADAPTERS


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path
) -> Iterator[tuple[Desk, str]]:
    folder = tmp_path_factory.mktemp("kept")
    with desk_in(folder, migrated_sqlite) as desk:
        yield desk, kept_with_history(desk, folder, folder / "secrets")


@pytest.fixture(scope="module")
def client(kept: tuple[Desk, str]) -> Iterator[Client]:
    with serving(create_app(kept[0])) as asked:
        yield asked


def test_a_kept_check_comes_as_a_bundle(client: Client, kept: tuple[Desk, str]) -> None:
    path = f"/v1/checks/{kept[1]}/bundle"
    reply = client.get(path)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/zip"
    assert int(reply.headers["content-length"]) == len(reply.content)
    root = reply.headers["etag"].strip('"')
    checked = verify_bundle(io.BytesIO(reply.content), ADAPTERS, root=root)
    assert checked.exit_code == 0, checked.lines
    assert (
        opened(reply.content)["data/verdict.json"]
        == client.get(f"/v1/checks/{kept[1]}/revisions/2").content
    )
    assert client.get(path).content == reply.content
    again = client.get(path, headers={"If-None-Match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.ask("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")


def test_an_earlier_answer_comes_as_a_bundle(client: Client, kept: tuple[Desk, str]) -> None:
    reply = client.get(f"/v1/checks/{kept[1]}/bundle", revision=1)
    files = opened(reply.content)
    assert b'"no_data"' in files["data/verdict.json"]
    assert "data/revisions/0002.json" not in files
    assert verify_bundle(io.BytesIO(reply.content), ADAPTERS).exit_code == 0


def test_what_is_not_there(client: Client, kept: tuple[Desk, str]) -> None:
    assert word(client.get(f"/v1/checks/{'0' * 32}/bundle")) == "not-found"
    assert word(client.get(f"/v1/checks/{kept[1]}/bundle", revision=3)) == "not-found"
    assert word(client.get(f"/v1/checks/{kept[1]}/bundle", revision=0)) == "bad-parameters"


def test_it_needs_the_scope_of_evidence(tmp_path: Path, migrated_sqlite: Path) -> None:
    with desk_in(tmp_path, migrated_sqlite) as desk:
        check_id = kept_with_history(desk, tmp_path, tmp_path / "secrets")
        _, asks = make_key(desk, "a", "query", "watch")
        _, reads = make_key(desk, "b", "evidence")
        with serving(create_app(desk)) as client:
            path = f"/v1/checks/{check_id}/bundle"
            assert word(client.get(path)) == "unauthorised"
            assert word(client.get(path, headers=bearer(asks))) == "forbidden"
            assert client.get(path, headers=bearer(reads)).status_code == 200


def test_on_the_command_line(tmp_path: Path, migrated_sqlite: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(migrated_sqlite, home / "tailcheck.db")
    assert Settings(home=home).home_dir == home
    (tmp_path / "press.yaml").write_text(PRESS)
    assert tailcheck(home, "import", "press", str(tmp_path / "press.yaml")).returncode == 0
    file = tmp_path / "bundle.zip"
    question = ("RA-64523", "--at", "MSQ", "--on", "2020-08-18")
    made = tailcheck(home, "bundle", *question, "--output", str(file))
    assert made.returncode == 0, made.stderr
    root = made.stdout.strip()
    assert "Write the root down" in made.stderr

    good = tailcheck(home, "verify", str(file), "--root", root)
    assert good.returncode == 0, good.stdout
    assert f"Root: {root}" in good.stdout
    assert "byte for byte" in good.stdout

    unset = tailcheck(home, "verify", str(file), "--root", "")
    assert unset.returncode == 2
    assert "--root is empty" in unset.stderr

    again = tailcheck(home, "bundle", *question, "--output", str(file))
    assert again.returncode == 2
    assert "is there already" in again.stderr

    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    bad = tailcheck(home, "verify", str(file))
    assert bad.returncode == 1
    assert bad.stdout.startswith("NOT WHOLE. ")
    assert tailcheck(home, "verify", str(tmp_path / "none.zip")).returncode == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "Name the aircraft"),
        (("RA-64523", "--check", "0" * 32), "not both"),
        (("--check", "0" * 32), "No check of that id"),
        (("RA-64523", "--at", "Atlantis", "--on", "2020-08-18"), "Atlantis"),
    ],
)
def test_a_mistake_writes_no_file(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    done = tailcheck(tmp_path / "home", "bundle", *words, "--output", str(tmp_path / "b.zip"))
    assert done.returncode == 2
    assert says in done.stderr
    assert not list(tmp_path.glob("b.zip*"))
