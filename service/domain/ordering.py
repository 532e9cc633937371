"""Sorting so that the order in which evidence arrives never shows in an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, TypeVar

Item = TypeVar("Item")


def in_order(items: Iterable[Item], key: Callable[[Item], Any]) -> tuple[Item, ...]:
    """The items sorted by `key`; those that tie are told apart by everything they hold."""
    listed = tuple(items)
    if len(listed) < 2:
        return listed
    keyed = sorted([(key(item), item) for item in listed], key=_first)
    if any(a[0] == b[0] for a, b in pairwise(keyed)):
        keyed.sort(key=lambda pair: (pair[0], repr(pair[1])))
    return tuple(item for _, item in keyed)


def _first(pair: tuple[Any, Any]) -> Any:
    return pair[0]
