"""What a bundle says of the log stands on proofs: no head is named that none leads to."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from service.ask.bundles import bundle_of_kept, verify_bundle
from service.evidence.bundle import verify
from service.evidence.bundle.proofs import check_heads
from service.evidence.log_notes import BadNote
from tests.evidence.bundled import desk_in, kept_with_history
from tests.evidence.forging import opened, repacked
from tests.ingest.desks import ADAPTERS

Doc = dict[str, Any]
OTHER_ROOT = hashlib.sha256(b"a tree that nobody has").digest()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> bytes:
    """A bundle of one capture, with the proof that the log holds it."""
    folder = tmp_path_factory.mktemp("logged")
    with desk_in(folder, migrated_sqlite) as desk:
        check_id = kept_with_history(desk, folder, folder / "secrets")
        file = io.BytesIO()
        bundle_of_kept(desk, file, check_id)
    return file.getvalue()


def changed(content: bytes, change: Callable[[Doc], object]) -> io.BytesIO:
    """The bundle with another log.json, sound in itself."""
    files = opened(content)
    log = msgspec.json.decode(files["data/log.json"])
    change(log)
    return io.BytesIO(repacked({**files, "data/log.json": msgspec.json.encode(log)}))


def head(size: int, root: bytes, number: int = 1) -> Doc:
    """A head that nobody signed; its text and its members say the same."""
    said = f"tailcheck-log/{'0' * 16}\n{size}\n{base64.b64encode(root).decode()}\n"
    note = f"{said}time 2026-06-01T12:00:00.000000Z\nprevious {'0' * 64}\n\n"
    return {
        "number": number,
        "size": size,
        "root": root.hex(),
        "at": "2026-06-01T12:00:00Z",
        "note": note,
        "public_key": "",
        "consistency": [],
        "stamps": [],
    }


def _no_root(log: Doc) -> None:
    """An impossible path leads nowhere; a head without a root must not be that nowhere."""
    log["heads"] = [head(1, b"")]
    log["proofs"][0]["position"] = 7


def _no_entries(log: Doc) -> None:
    log["heads"] = [head(0, OTHER_ROOT)]


def _impossible(log: Doc) -> None:
    log["proofs"][0]["position"] = 7


def _too_long(log: Doc) -> None:
    log["proofs"][0]["path"] = ["00" * 32]


def _one_more(log: Doc) -> None:
    """Whose head that is, nobody says; and the bundle would seem to stand under it."""
    log["heads"].append(head(1_000_000, OTHER_ROOT, number=2))


def _without_proofs(log: Doc) -> None:
    log["proofs"] = []


def _twice(log: Doc) -> None:
    log["heads"].insert(0, head(1_000_000, OTHER_ROOT, log["heads"][0]["number"]))


def _unnumbered(log: Doc) -> None:
    log["heads"][0]["number"] = log["proofs"][0]["head"] = "first"


def _unknown_capture(log: Doc) -> None:
    """A proof of something that the bundle does not speak of counts for nothing in it."""
    record = msgspec.json.encode({"sha256": "0" * 64, "size_bytes": None})
    entry = bytes(32) + record
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    log["heads"].append(head(1, leaf, number=2))
    log["proofs"].append(
        {"sha256": "0" * 64, "entry": entry.hex(), "position": 0, "path": [], "head": 2}
    )


@pytest.mark.parametrize(
    "lie",
    [
        _no_root,
        _no_entries,
        _impossible,
        _too_long,
        _one_more,
        _without_proofs,
        _twice,
        _unnumbered,
        _unknown_capture,
    ],
)
def test_a_log_that_is_not_proven_is_no_log(content: bytes, lie: Callable[[Doc], object]) -> None:
    with pytest.raises(verify.Broken):
        verify.check(changed(content, lie))
    checked = verify_bundle(changed(content, lie), ADAPTERS)
    assert (checked.is_whole, checked.exit_code) == (False, 1), checked.lines


def _other_time(log: Doc) -> None:
    log["heads"][0]["at"] = "2020-01-01T00:00:00Z"


def _no_time(log: Doc) -> None:
    del log["heads"][0]["at"]


@pytest.mark.parametrize("lie", [_other_time, _no_time])
def test_a_head_says_what_its_text_says(content: bytes, lie: Callable[[Doc], object]) -> None:
    with pytest.raises(BadNote):
        check_heads(verify.check(changed(content, lie)))
    assert verify_bundle(changed(content, lie), ADAPTERS).exit_code == 1


def test_it_says_how_many_captures_stand_under_which_head(content: bytes) -> None:
    (root,) = [h["root"] for h in msgspec.json.decode(opened(content)["data/log.json"])["heads"]]
    said = verify.lines(verify.check(io.BytesIO(content)))
    at = said.index("In the log: 1 of 1 captures, under these heads:")
    assert said[at + 1] == f"  head 1: 1 of them; 1 entries, root {root}"

    def nothing(log: Doc) -> None:
        log["heads"], log["proofs"] = [], []

    said = verify.lines(verify.check(changed(content, nothing)))
    assert "No proof of a log is enclosed." in said


def test_an_empty_root_is_not_no_root(content: bytes) -> None:
    """A shell's variable that is not set must not pass for a comparison that was made."""
    with pytest.raises(verify.Broken, match="another bundle"):
        verify.check(io.BytesIO(content), "")
    assert verify_bundle(io.BytesIO(content), ADAPTERS, root="").exit_code == 1
    assert verify_bundle(io.BytesIO(content), ADAPTERS).exit_code == 0
