"""The gaps between what is held: from the last fix of one stretch to the first of the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.movements import FixPoint, Segment
from schemas.verdicts import GapFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Nobody whose positions can be leaned on heard the aircraft between these two fixes."""

    icao24: str
    before: FixPoint
    after: FixPoint
    finding: GapFinding | None = None
    """What the answer says of it, where it says something."""


def silences(segments: Iterable[Segment], findings: Sequence[GapFinding]) -> tuple[Silence, ...]:
    """The gaps between the usable segments of each aircraft, in order of time.

    Several sources are one here: where one of them heard it, there is no gap. A stretch that is
    not usable fills none.
    """
    found: list[Silence] = []
    last: dict[str, FixPoint] = {}
    for segment in sorted(segments, key=lambda s: (s.first.t, s.last.t, s.source)):
        if not segment.usable:
            continue
        before = last.get(segment.icao24)
        if before is not None and segment.first.t > before.t:
            finding = _about(before, segment.first, findings)
            found.append(
                Silence(icao24=segment.icao24, before=before, after=segment.first, finding=finding)
            )
        if before is None or segment.last.t > before.t:
            last[segment.icao24] = segment.last
    return tuple(found)


def _about(before: FixPoint, after: FixPoint, findings: Sequence[GapFinding]) -> GapFinding | None:
    for finding in findings:
        if finding.before is None or finding.after is None:
            continue
        if finding.before.t == before.t and finding.after.t == after.t:
            return finding
    return None
