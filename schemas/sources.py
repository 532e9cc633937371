"""What a source is, as data: where it is, what it allows, how far back it reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from schemas.records import Outcome

SourceKind = Literal["live", "history", "reports", "registry", "reference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the operator of a source allows; exports and the scheduler honour it."""

    licence: str
    attribution: str
    personal_only: bool = False
    may_store: bool = True
    may_redistribute: bool = True
    needs_agreement: bool = False
    """Off until the operator of this installation says that the agreement exists."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a source may be asked."""

    requests_per_s: float
    burst: int = 1
    daily_credits: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which days a source can speak about. None = no limit known on that side."""

    first_day: date | None = None
    last_day: date | None = None
    days_back: int | None = None
    """Rolling window: only the last so many days."""
    days_of_month: tuple[int, ...] = ()
    """Only these days of each month; empty = every day."""

    def holds(self, day: date, today: date) -> bool:
        """Whether `day` lies within the reach, seen from `today` (UTC dates)."""
        if self.first_day is not None and day < self.first_day:
            return False
        if self.last_day is not None and day > self.last_day:
            return False
        if self.days_of_month and day.day not in self.days_of_month:
            return False
        return self.days_back is None or day >= today - timedelta(days=self.days_back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source describes itself: every fact an operator may need to correct is a field."""

    key: str
    title: str
    url: str
    kind: SourceKind
    terms: Terms
    pace: Pace
    lag: timedelta
    """How long after a moment the source can speak about it."""
    reach: Reach
    independence_group: str
    """Sources that share feeders or an operator share this word and count as one.
    ``unstated`` is never independent of anything."""
    open_archive: bool = False
    """Anyone may look: worth naming as the place that would settle a question."""
    secrets: tuple[str, ...] = ()
    """Names of the secrets it needs; their values never enter a URL, a log or a capture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source has been doing. One that was never asked has nothing to tell."""

    last_success: datetime | None = None
    """When it was last asked and said what there was, be it nothing."""
    last_answer: datetime | None = None
    """Its last reply that was neither a refusal nor an error."""
    closed_until: datetime | None = None
    """It is not asked before then; null = it may be asked."""
    why_closed: str = ""
    failures: int = 0
    """Refusals and failures in a row."""
    credits_spent: int = 0
    """Requests' worth, since midnight UTC."""
    credits_left: int | None = None
    """As it last said today; null = it did not say."""
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    """What came of the askings of the last seven days, counted; those that never happened are
    left out."""
    unread: int = 0
    """Pages it sent that could not be read: kept, and read again by `tailcheck rederive`."""
