"""What is written: an answer and, for the forms that draw, the positions behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from schemas.movements import Segment
from schemas.places import Airport
from schemas.verdicts import EvidenceItem, Verdict

_SEEN: Final = frozenset({"movement", "pass", "ground_span"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One answer, and what its forms need beside it."""

    verdict: Verdict
    airport: Airport | None = None
    """Where it is; None = not asked for by the form, or no longer in any table."""
    segments: tuple[Segment, ...] = ()
    """What is held of the aircraft in the interval, and the nearest before and after it, as of the
    answer's own moment; in order of time."""
    not_to_pass_on: Mapping[str, str] = field(default_factory=dict)
    """By key, for each source here whose terms do not let anybody pass on what it sent: its
    licence."""
    attributions: Mapping[str, str] = field(default_factory=dict)
    """Whom to name, by key, for the segments too."""
    base_url: str = ""
    """Where the bytes as received are: `…/v1/captures/…`. Without a slash at the end."""

    @property
    def named(self) -> dict[str, str]:
        """Whom to name for all of it, by key."""
        return dict(sorted({**self.verdict.attributions, **self.attributions}.items()))

    @property
    def seen(self) -> tuple[EvidenceItem, ...]:
        """What was seen and has a place: movements, passes, stretches on the ground."""
        return tuple(
            item
            for item in self.verdict.evidence
            if item.kind in _SEEN and item.lat is not None and item.lon is not None
        )

    def capture_url(self, sha256: str) -> str:
        """Where these bytes can be had; empty without a capture."""
        return f"{self.base_url}/v1/captures/{sha256}" if sha256 else ""
