"""Segments whose path is read only when it is looked at.

The path is nine tenths of a segment, and an answer looks at the paths near its airport alone: of
half a dozen segments that a question is judged on, mostly none or one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import MISSING, Field, field, fields, make_dataclass
from operator import attrgetter
from typing import Any, Final, get_type_hints, overload

import msgspec

from schemas.movements import PathPoint, Segment
from service.storage.codec import BodyReader

_read: Final = msgspec.msgpack.Decoder(tuple[PathPoint, ...]).decode


class StoredPath(Sequence[PathPoint]):
    """The points of a path, out of MessagePack. It is what the tuple of them would be: it compares,
    hashes and prints like it."""

    __slots__ = ("_points", "_raw")

    def __init__(self, raw: msgspec.Raw) -> None:
        self._raw: msgspec.Raw | None = raw
        self._points: tuple[PathPoint, ...] = ()

    @property
    def points(self) -> tuple[PathPoint, ...]:
        """All of them, as a tuple."""
        raw = self._raw
        if raw is not None:
            self._points = _read(raw)
            self._raw = None
        return self._points

    @overload
    def __getitem__(self, index: int) -> PathPoint: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[PathPoint, ...]: ...
    def __getitem__(self, index: int | slice) -> PathPoint | tuple[PathPoint, ...]:
        return self.points[index]

    def __len__(self) -> int:
        return len(self.points)

    def __iter__(self) -> Iterator[PathPoint]:
        return iter(self.points)

    def __eq__(self, other: object) -> bool:
        return self.points == (other.points if isinstance(other, StoredPath) else other)

    def __hash__(self) -> int:
        return hash(self.points)

    def __repr__(self) -> str:
        return repr(self.points)


def _column(of: Field[Any]) -> Field[Any]:
    kept: Field[Any] = field() if of.default is MISSING else field(default=of.default)
    return kept


_FIELDS: Final = tuple(of.name for of in fields(Segment))
_all_of: Final = attrgetter(*_FIELDS)
_HINTS: Final = get_type_hints(Segment) | {"path": msgspec.Raw}
_Unread: Final = make_dataclass(
    "_Unread",
    [(of.name, _HINTS[of.name], _column(of)) for of in fields(Segment)],
    slots=True,
    kw_only=True,
)
"""`Segment` with the bytes of its path in the path's place."""


class LeanSegmentReader:
    """Reads the `body` column of segments; see `service.storage.codec.BodyReader`."""

    def __init__(self) -> None:
        self._unread = BodyReader(_Unread)

    def __call__(self, body: bytes) -> Segment:
        """The segment; its path is read from these bytes when it is first looked at."""
        read: dict[str, Any] = dict(zip(_FIELDS, _all_of(self._unread(body)), strict=True))
        read["path"] = StoredPath(read["path"])
        return Segment(**read)
