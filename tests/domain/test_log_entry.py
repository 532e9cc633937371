"""What an entry of the log is, rebuilt with the standard library alone; the tree that grows."""

from __future__ import annotations

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from service.domain import merkle
from service.domain.growing_tree import GrowingTree
from service.domain.log_entry import Record, entry, entry_hash
from service.storage.codec import clean

texts = st.text(max_size=30).map(clean)
moments_us = st.integers(-(1 << 62), 1 << 62)
records = st.builds(
    Record,
    headers=st.dictionaries(texts, texts, max_size=5),
    received_at_us=moments_us,
    requested_at_us=st.none() | moments_us,
    sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
    size_bytes=st.integers(0, 1 << 62),
    source=texts,
    status=st.none() | st.integers(100, 599),
    url=texts,
)
salts = st.binary(min_size=32, max_size=32)


@given(record=records, salt=salts)
def test_the_standard_library_rebuilds_an_entry_from_its_json(record: Record, salt: bytes) -> None:
    handed_out = json.loads(json.dumps(record, indent=2))
    text = json.dumps(handed_out, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    assert entry(salt, record) == salt + text.encode()
    assert entry_hash(salt, record) == hashlib.sha256(b"\x00" + salt + text.encode()).digest()


@given(one=records, other=records, salt=salts, other_salt=salts)
def test_other_records_and_other_salts_are_other_entries(
    one: Record, other: Record, salt: bytes, other_salt: bytes
) -> None:
    assert (entry_hash(salt, one) == entry_hash(salt, other)) == (one == other)
    assert (entry_hash(salt, one) == entry_hash(other_salt, one)) == (salt == other_salt)


@given(size=st.integers(0, 70), step=st.integers(1, 4))
def test_a_tree_that_grows_is_the_tree_that_grew(size: int, step: int) -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]

    def none(level: int, index: int) -> bytes:
        raise AssertionError("there is nothing before")

    nodes = merkle.appended(none, 0, leaves)
    tree = GrowingTree()
    complete = [node for leaf in leaves for node in tree.push(leaf, step)]

    assert tree.size == size
    assert tree.root() == merkle.root(lambda level, index: nodes[level, index], size)
    assert {(level, index): value for level, index, value in complete} == {
        at: value for at, value in nodes.items() if at[0] and at[0] % step == 0
    }
