"""How what a text claims was judged, each assertion apart from the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from schemas.claims import Mark, Reading
from schemas.records import Report
from schemas.verdicts import Reason, Verdict

Result = Literal["holds", "fits", "cannot_tell", "does_not_fit", "refuted", "impossible"]
RESULTS: Final[tuple[Result, ...]] = Result.__args__  # type: ignore[attr-defined]
"""Strongest first; the whole of a claim is its weakest part."""
RESULT_SAYS: Final[Mapping[Result, str]] = {
    "holds": "Holds",
    "fits": "Fits, but was not seen",
    "cannot_tell": "Can't tell",
    "does_not_fit": "Does not fit what was seen",
    "refuted": "Refuted",
    "impossible": "Impossible as stated",
}
"""What people read."""

JudgedKind = Literal[
    "aircraft",
    "type",
    "departure",
    "departure_time",
    "arrival",
    "arrival_time",
    "presence",
    "duration",
    "continuity",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeTried:
    """A stated time of day, read in one zone."""

    zone: str
    t: datetime
    result: Result
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One assertion and how it was judged."""

    kind: JudgedKind
    aircraft: str
    leg: int
    """Counts through the flights of the claim; 0 for the aircraft itself."""
    claimed: str
    """What is claimed, in a few words."""
    result: Result
    says: str
    grade: str
    """How well that is founded; a word for each way in which it was found."""
    sentence: str
    """One sentence to quote."""
    marks: tuple[Mark, ...] = ()
    """Where the text says it; () when it was said in fields."""
    hedged: bool = False
    """The text itself does not vouch for it ("reportedly")."""
    tried: tuple[TimeTried, ...] = ()
    """A time without a zone, read in each zone that it may be meant in."""
    reasons: tuple[Reason, ...] = ()
    verdict: Verdict | None = None
    """Of a place: the answer that this rests on, with its evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One report, or the claim itself, in the chain of who repeats whom."""

    name: str
    """The publisher; ``the claim`` where it does not say whose it is."""
    url: str
    rests_on: tuple[str, ...]
    """Whom it cites."""
    is_claim: bool
    counts: bool
    """Whether it was used as evidence: what repeats the claim's own origin is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What is one voice in the end, and everybody who repeats it."""

    name: str
    voices: tuple[Voice, ...]
    has_claim: bool
    """Whether the claim is one of them: then none of the others corroborates it."""
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedClaim:
    """A claim as it was read and, where nothing had to be asked back, judged."""

    published: date | None
    reading: Reading | None
    """How the text was read; null when the claim was said in fields. While it holds questions
    nothing is judged."""
    judged: tuple[Judged, ...]
    result: Result | None
    """The weakest of all that was judged; null = nothing was judged."""
    says: str
    grade: str
    sentence: str
    """One sentence to quote."""
    origins: tuple[Origin, ...]
    """Who repeats whom, among the reports that are held and the claim."""
    not_judged: tuple[str, ...]
    """What was read and not judged, each as a sentence; what was not even read is in `reading`."""
    does_not_show: tuple[str, ...]
    as_of: datetime
    rules_version: str
    reference_version: str
    attributions: Mapping[str, str] = field(default_factory=dict)
    """Whom to name for the evidence, by source key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimOrigin:
    """Whose claim it is, as far as that is known: its own echo is no evidence for it."""

    publisher: str = ""
    url: str = ""
    cites: tuple[str, ...] = ()
    """Origins, as in `Report.rests_on`."""

    @property
    def as_report(self) -> Report:
        """The claim as one more report, to compare it with those that are held."""
        told = tuple(name for name in (self.publisher, self.url) if name)
        return Report(
            source=CLAIM, publisher=self.publisher, url=self.url, rests_on=(*self.cites, *told)
        )


CLAIM: Final = "the claim"
"""Stands for a publisher that is not known."""
