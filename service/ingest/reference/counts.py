"""What became of the rows of a table of airports."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class AirportCounts:
    """What became of airport rows. Every row is counted in exactly one of the first eleven."""

    same: int = 0
    """A field of ours, in the same place."""
    moved: int = 0
    """A field of ours by the same name in another place, and only that one has its runways: ours
    is put there."""
    kept: int = 0
    """A field of ours in another place, and ours is borne out by its runways or by hand."""
    disputed: int = 0
    """A field of ours in another place, and nobody can tell which is right."""
    other_field: int = 0
    """Another field that bears a code of ours: abroad, closed, or besides the one we know; or one
    with no code left that is its own."""
    beside_known: int = 0
    """No code of ours, and too near a known field to be told from it."""
    added: int = 0
    closed: int = 0
    no_runway: int = 0
    """Heliports, seaplane bases, balloonports."""
    no_zone: int = 0
    """Its neighbours do not agree on a time zone."""
    doubled: int = 0
    """Its ident stands in the table more than once."""
    withdrawn: int = 0
    """Airports of ours that are placed nowhere any more, for `disputed` rows."""
    elevations_filled: int = 0
    elevations_dropped: int = 0
    """Both tables say one, they contradict each other, and no threshold decides."""
    marked_closed: int = 0

    @property
    def rows(self) -> int:
        """All rows read."""
        return sum(getattr(self, kind.name) for kind in fields(self)[:11])
