"""What the HTTP face takes and gives about kept checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from schemas.api_watching import STRICT, Addresses, Short, WatchMade
from schemas.verdicts import Verdict, VerdictWord


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWatch:
    """How to be told when the answer changes."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    to: Addresses = ()
    """Receivers, by number or by address; an address that is new makes a receiver. None = it is
    listed, and on the stream, only."""
    details: bool | None = None
    """Whether messages to these receivers say what changed. Whoever carries them, and whoever looks
    at the screen, learns it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAsked:
    """The question to keep."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    aircraft: Short
    """Registration or 24-bit address, as people type it."""
    airport: Short
    """Code or name."""
    date: Short
    """YYYY-MM-DD, as the calendar at the airport had it."""
    zone: Short | None = None
    """Read the date in this IANA zone instead of the airport's own."""
    watch: CheckWatch | None = None
    """To be told when the answer changes; needs the scope `watch`, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckQuestion:
    """The question as it is asked again and again."""

    aircraft: str
    airport: str
    """Its ident."""
    date: str
    zone: str | None
    """None = the airport's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionLine:
    """One answer to it, in short."""

    number: int
    """From 1. A later one stands beside it, never in its place."""
    at: datetime
    """Since when this was the answer."""
    verdict: VerdictWord
    reads: str
    grade: str
    sentence: str
    because: str
    """What changed since the answer before; empty for the first."""
    address: str
    """Where the whole answer is, byte for byte as it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocument:
    """A kept check with its history."""

    id: str
    question: CheckQuestion
    created_at: datetime
    as_of: datetime
    """The moment whose knowledge the answer is."""
    number: int
    """Of the revision that is shown: the newest, unless a former moment was asked for."""
    because: str
    """What changed since the answer before; empty when it never did."""
    answer: Verdict
    """The same bytes that `/v1/check` gave then."""
    revisions: tuple[RevisionLine, ...]
    """All answers so far, the first one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMade:
    """What was kept, and the watch on it, if there is one."""

    check: KeptDocument
    watch: WatchMade | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    """A kept check in a list."""

    id: str
    question: CheckQuestion
    created_at: datetime
    newest: RevisionLine


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptList:
    """What the asker keeps, newest first."""

    checks: tuple[KeptLine, ...]
    next: str | None
    """Where the next page is; null on the last."""
