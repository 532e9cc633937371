"""Sealing: what goes in comes out, only with the key, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import StorageError
from service.sealing import PLAIN, Sealer, new_key

KEY, OTHER = new_key(), new_key()
SECRET = ["RA-64523", 7]


@given(st.lists(st.text() | st.integers(-(2**62), 2**62)))
def test_what_goes_in_comes_out(value: list[str | int]) -> None:
    for sealer in (PLAIN, Sealer(KEY)):
        sealed = sealer.seal(value)
        assert sealer.is_current(sealed)
        assert sealer.open(sealed, list[str | int]) == value


def test_only_with_the_key() -> None:
    sealed = Sealer(KEY).seal(SECRET)
    assert b"64523" not in sealed
    for sealer in (PLAIN, Sealer(OTHER)):
        assert not sealer.is_current(sealed)
        with pytest.raises(StorageError, match="sealed with a key that is not here"):
            sealer.open(sealed, list[str | int])


@given(st.integers(0, 500), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    sealed = bytearray(Sealer(KEY).seal(SECRET))
    place = 1 + place % (len(sealed) - 1)
    sealed[place] ^= change
    with pytest.raises(StorageError):
        Sealer(KEY).open(bytes(sealed), list[str | int])


def test_a_key_is_exchanged() -> None:
    """What the former key sealed is readable, and known to be sealed by it."""
    old = Sealer(KEY).seal(SECRET)
    sealer = Sealer(OTHER, former=KEY)
    assert sealer.open(old, list[str | int]) == SECRET
    assert not sealer.is_current(old)
    assert sealer.open(PLAIN.seal(SECRET), list[str | int]) == SECRET
    assert not sealer.is_current(PLAIN.seal(SECRET))
    assert sealer.is_current(sealer.seal(SECRET))


def test_found_again_by_a_hash_that_only_the_key_makes() -> None:
    keyed, other = Sealer(KEY), Sealer(OTHER)
    assert keyed.blind("aircraft", "RA-64523") == Sealer(KEY).blind("aircraft", "RA-64523")
    hashes = {
        sealer.blind(*parts)
        for sealer in (PLAIN, keyed, other)
        for parts in (("aircraft", "RA-64523"), ("aircraft", "RA-64524"), ("airport", "RA-64523"))
    }
    assert len(hashes) == 9


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(StorageError, match="tailcheck keys seal"):
        Sealer("my dog's name")
