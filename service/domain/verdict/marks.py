"""What a mark takes away: from nothing at all to everything."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.movements import Mark

BELIED: frozenset[Mark] = frozenset({"spoof_suspected", "frozen", "jump", "crash_suspected"})
"""With one of these a finding supports nothing: it is shown, and that is all."""
DOUBTED: frozenset[Mark] = BELIED | {"stale", "low_integrity", "ground_flag_doubted"}
"""With one of these it never supports "seen there", nor any strong grade (DESIGN §5)."""


def is_belied(marks: Iterable[Mark]) -> bool:
    """Whether nothing may rest on it."""
    return not BELIED.isdisjoint(marks)


def is_doubted(marks: Iterable[Mark]) -> bool:
    """Whether nothing strong may rest on it."""
    return not DOUBTED.isdisjoint(marks)
