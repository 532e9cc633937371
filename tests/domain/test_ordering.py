"""Sorting that does not show how things came in."""

from __future__ import annotations

from itertools import permutations

from service.domain.ordering import in_order


def test_items_come_by_their_key() -> None:
    assert in_order([3, 1, 2], lambda n: n) == (1, 2, 3)
    assert in_order([3, 1, 2], lambda n: -n) == (3, 2, 1)
    assert in_order([], lambda n: n) == ()


def test_ties_are_told_apart_whatever_order_they_came_in() -> None:
    words = ("ab", "aa", "b", "ac", "ba")
    for order in permutations(words):
        assert in_order(order, lambda word: word[0]) == ("aa", "ab", "ac", "b", "ba")


def test_items_need_not_compare() -> None:
    assert in_order([{"a": 2}, {"a": 1}], lambda _: 0) == ({"a": 1}, {"a": 2})
