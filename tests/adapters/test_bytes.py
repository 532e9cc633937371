"""Compressed content within limits, and odd values made fit to show."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._bytes import expanded, expanded_chunks, shown
from adapters._contract import UnreadablePage
from tests.adapters.pages import assert_sentence


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(0, 9))
def test_several_members_and_padding_are_one_content(parts: list[bytes], zeros: int) -> None:
    small = b"".join(gzip.compress(part) for part in parts) + b"\0" * zeros
    assert expanded(small, 10_000) == b"".join(parts)
    assert b"".join(expanded_chunks(memoryview(small), 10_000)) == b"".join(parts)


@given(st.binary(max_size=100).filter(lambda b: b[:2] != b"\x1f\x8b"))
def test_what_is_not_compressed_stays_as_it_is(content: bytes) -> None:
    assert expanded(content, 100) == content
    assert b"".join(expanded_chunks(content, 100)) == content


@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_part_is_never_taken_for_the_whole(content: bytes, data: st.DataObject) -> None:
    small = gzip.compress(content)
    cut = small[: data.draw(st.integers(2, len(small) - 1))]
    for read in (lambda: expanded(cut, 10_000), lambda: list(expanded_chunks(cut, 10_000))):
        with pytest.raises(UnreadablePage, match="ends too early"):
            read()


@given(st.binary(max_size=300))
def test_any_bytes_behind_the_magic_expand_or_are_refused(content: bytes) -> None:
    hostile = b"\x1f\x8b" + content
    ways: tuple[Callable[[bytes, int], Iterable[bytes]], ...] = (
        lambda content, cap: [expanded(content, cap)],
        expanded_chunks,
    )
    for way in ways:
        try:
            assert len(b"".join(way(hostile, 999))) <= 999
        except UnreadablePage as error:
            assert_sentence(error)


def test_something_behind_the_compressed_part_is_refused() -> None:
    small = gzip.compress(b"abc")
    with pytest.raises(UnreadablePage, match="something else"):
        expanded(small + b"junk", 100)
    with pytest.raises(UnreadablePage, match="something else"):
        list(expanded_chunks(small + b"\0" * 9 + b"x", 100))


def test_the_limit_is_exact() -> None:
    small = gzip.compress(b"x" * 1_000)
    assert len(expanded(small, 1_000)) == 1_000
    assert len(expanded(b"x" * 1_000, 1_000)) == 1_000
    for content in (small, b"x" * 1_000):
        with pytest.raises(UnreadablePage, match="larger than 999 bytes"):
            expanded(content, 999)
        with pytest.raises(UnreadablePage, match="larger than 999 bytes"):
            list(expanded_chunks(content, 999))


def test_a_bomb_costs_no_more_memory_than_its_limit() -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 300_000_000, 9), 9)
    inner = expanded(bomb, 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadablePage):
            expanded(inner, 1_000_000)
        with pytest.raises(UnreadablePage):
            for _ in expanded_chunks(inner, 1_000_000):
                pass
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_a_large_content_comes_in_pieces() -> None:
    content = bytes(range(256)) * 40_000
    pieces = list(expanded_chunks(gzip.compress(content, 1), len(content)))
    assert len(pieces) > 5
    assert b"".join(pieces) == content


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("plain", "plain"),
        ("Внуково", "Внуково"),
        ("a\nb\x1b[31m", "a�b�[31m"),
        ("\ud800", "�"),
        ("abc\u202edef", "abc�def"),
        ([1, None, "x"], "[1, None, 'x']"),
        ("y" * 300, "y" * 119 + "…"),
    ],
)
def test_a_value_is_shown_as_one_printable_line(value: Any, line: str) -> None:
    assert shown(value) == line


def test_what_cannot_be_written_out_is_named() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep) == "a list too large to show"
    assert shown(10**5_000) == "a int too large to show"
    while deep:  # taken apart by hand: freeing it in one go recurses
        deep = deep[0]
