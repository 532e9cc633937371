"""Ten thousand changed bundles: each is told from the one that was made, by both verifiers."""

from __future__ import annotations

import io
import random
import sys
import types
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from service.ask.bundles import bundle_of_kept, verify_bundle
from service.evidence.bundle import verify
from tests.evidence.bundled import desk_in, kept_with_history
from tests.evidence.forging import SEEN_AT_ONCE, forge, opened, repacked, zipped
from tests.ingest.desks import ADAPTERS

MUTATIONS = 10_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> tuple[bytes, str]:
    """A bundle with captures, revisions and proofs of the log, and its root."""
    folder = tmp_path_factory.mktemp("kept")
    with desk_in(folder, migrated_sqlite) as desk:
        check_id = kept_with_history(desk, folder, folder / "secrets")
        file = io.BytesIO()
        root = bundle_of_kept(desk, file, check_id).root
    return file.getvalue(), root


class Enclosed:
    """The script in a bundle, as whoever unpacks it runs it."""

    def __init__(self, bundle: bytes, folder: Path) -> None:
        self._path = folder / "bundle.zip"
        self._module = types.ModuleType("enclosed_verify")
        sys.modules["enclosed_verify"] = self._module
        exec(opened(bundle)["verify.py"], self._module.__dict__)

    def code(self, content: bytes, *arguments: str) -> int:
        """Its exit code for this bundle."""
        self._path.write_bytes(content)
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
            code: int = self._module.main([str(self._path), *arguments])
        assert not err.getvalue()
        assert ("NOT WHOLE" in out.getvalue()) == (code == 1)
        return code


def test_the_untouched_one_verifies(made: tuple[bytes, str], tmp_path: Path) -> None:
    content, root = made
    assert Enclosed(content, tmp_path).code(content) == 0
    assert Enclosed(content, tmp_path).code(content, "--root", root) == 0
    checked = verify_bundle(io.BytesIO(content), ADAPTERS, root=root)
    assert checked.exit_code == 0, checked.lines
    said = "\n".join(checked.lines)
    assert "In the log: 1 of 1 captures, under these heads:\n  head 1: 1 of them; 1 entries" in said
    assert "Head signed with the key tailcheck-log/" in said
    files = opened(content)
    assert {"data/revisions/0001.json", "data/revisions/0002.json"} <= set(files)
    assert files["data/revisions/0002.json"] == files["data/verdict.json"]


def test_ten_thousand_changes_are_all_detected(made: tuple[bytes, str], tmp_path: Path) -> None:
    content, root = made
    enclosed = Enclosed(content, tmp_path)
    rng = random.Random(64523)
    for number in range(MUTATIONS):
        is_forged = number % 10 == 9
        mutate = forge if is_forged else rng.choice(SEEN_AT_ONCE)
        changed = mutate(rng, content)
        if changed == content:  # two that change places may be the same
            changed = content + b"\x00"
        known = ("--root", root) if is_forged else ()
        what = f"{mutate.__name__}, number {number}"
        assert enclosed.code(changed, *known) == 1, what
        checked = verify_bundle(io.BytesIO(changed), ADAPTERS, root=root if is_forged else None)
        assert checked.exit_code == 1, what
        assert checked.lines[0].startswith("NOT WHOLE. "), what


@pytest.mark.parametrize("suffix", [b"", b"\x00", b"PK\x05\x06" + bytes(18)])
def test_nothing_hides_around_a_zip(made: tuple[bytes, str], suffix: bytes) -> None:
    """Two bundles in one file, an empty file, an empty archive."""
    content, _ = made
    for whole in (content + suffix + content, b"", bytes(22), b"PK\x05\x06" + bytes(18)):
        assert verify_bundle(io.BytesIO(whole), ADAPTERS).exit_code == 1


def test_a_bomb_is_refused_before_it_goes_off(made: tuple[bytes, str]) -> None:
    """An entry that says it is huge, one that is compressed: neither is unpacked."""
    entries = list(opened(made[0]).items())
    entries[0] = entries[0][0], bytes(1 << 24)

    def deflate(entry: object) -> None:
        entry.compress_type = 8  # type: ignore[attr-defined]

    assert verify_bundle(io.BytesIO(zipped(entries, deflate)), ADAPTERS).exit_code == 1
    huge = bytearray(made[0])
    huge[18:26] = b"\xff\xff\xff\x7f" * 2
    checked = verify_bundle(io.BytesIO(bytes(huge)), ADAPTERS)
    assert "cut short" in checked.lines[0]


@pytest.mark.parametrize("name", verify.DOCUMENTS)
def test_a_document_that_is_no_document(made: tuple[bytes, str], name: str) -> None:
    """Sound in itself, and filled with what should crash a reader."""
    for text in (b"", b"\xff", b"{", b"[" * 100_000):
        files = {**opened(made[0]), name: text}
        assert verify_bundle(io.BytesIO(repacked(files)), ADAPTERS).exit_code == 1, text[:9]
    for text in (b"null", b"[]", b"{}", b"[[]]", b'{"a":1e999}', b'[{"sha256":1}]', b"17"):
        files = {**opened(made[0]), name: text}
        checked = verify_bundle(io.BytesIO(repacked(files)), ADAPTERS)
        assert checked.lines
        if name in NEEDED:
            assert checked.exit_code == 1, (text, checked.lines)


NEEDED = tuple(f"data/{name}.json" for name in ("airports", "captures", "question", "verdict"))
"""An answer follows from no bundle that lacks one of these."""
