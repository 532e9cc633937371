"""What the HTTP face takes and gives about watches, alerts, receivers and deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field

from schemas.movements import MovementGrade
from schemas.watching import Alert, Delivery, Digest, ReceiverKind, Trigger, WatchKind

STRICT: Final[Mapping[str, Any]] = {"extra": "forbid"}
"""A mistyped member that is passed over in silence makes a watch that nobody asked for."""

Short = Annotated[str, Field(max_length=200)]
Long = Annotated[str, Field(max_length=4_000)]
Address = Annotated[str, Field(max_length=2_000)]
Addresses = Annotated[tuple[int | Address, ...], Field(max_length=20)]
Places = Annotated[tuple[Short, ...], Field(max_length=100)]
Words = Annotated[tuple[Short, ...], Field(max_length=20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchChange:
    """What is to be changed; what is left out, or null, stays. An empty text or list takes away."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    triggers: Words | None = None
    """What is told of it: takeoff, landing, first_visit, away_from_home, reappeared, signal_lost,
    emergency, off_airport, meeting, verdict_changed. Unless given: takeoff, landing, off_airport
    and emergency, as far as they fit."""
    at: Places | None = None
    """Only at these airports or in these countries, by code or name; ``iso:BY`` is a country."""
    home: Short | None = None
    """The home base, for `away_from_home`."""
    silent_days: int | None = None
    """For `reappeared`."""
    lost_minutes: int | None = None
    """For `signal_lost`."""
    min_grade: Short | None = None
    """``observed`` = nothing that is merely inferred; ``inferred`` = both."""
    quiet: Short | None = None
    """Hours in which nothing is sent, as ``22:00-07:00``; what happens then is sent after them."""
    zone: Short | None = None
    """IANA name, of the quiet hours and of a date in `until`."""
    digest: Short | None = None
    """``none``, ``hourly`` or ``daily``: one message for all of that time."""
    to: Addresses | None = None
    """Receivers, by number or by address; an address that is new makes a receiver."""
    details: bool | None = None
    """Whether messages to the receivers in `to` say what happened. Whoever carries them, and
    whoever looks at the screen, learns it too."""
    radius_nm: float | None = None
    """Of the circle round an airport."""
    label: Short | None = None
    note: Long | None = None
    """For its owner; sent nowhere."""
    until: Short | None = None
    """A date, that whole day included, or a moment with its zone: then the watch ends by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchAsked(WatchChange):
    """Whom or what to follow, and how."""

    subject: Short
    """A registration or address, a type designator, an operator, an airport, a circle as
    ``lat,lon,radius_nm``, the id of a kept check."""
    kind: WatchKind = "aircraft"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchDocument:
    """Somebody follows something."""

    id: int
    kind: WatchKind
    subject: str
    """As we write it: a registration or an icao24, an airport's ident …"""
    radius_nm: float | None
    """Of the circle round an airport."""
    label: str
    note: str
    triggers: tuple[Trigger, ...]
    at: tuple[str, ...]
    """Airports' idents, and countries as ``iso:BY``; none = anywhere."""
    home: str | None
    silent_days: int
    lost_minutes: int
    min_grade: MovementGrade
    quiet: str | None
    zone: str | None
    digest: Digest
    to: tuple[int, ...]
    """Receivers. None = alerts are listed, in the feeds and on the stream only."""
    added_at: datetime
    """What happened before is not told."""
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchList:
    """What the asker follows."""

    watches: tuple[WatchDocument, ...]
    next: str | None
    """Where the next page is, as in the ``Link`` header; null = this is the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchCounts:
    """How many things each owner follows; what they are is nobody else's business."""

    owners: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAddresses:
    """Where the feeds of a watch are read. Whoever has the addresses reads them, without a key;
    they are shown once, and asking for new ones ends these."""

    atom: str
    ics: str
    """A calendar. With ``?details=true`` both say what happened; else only that something did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverAsked:
    """Where alerts are to be sent."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    url: Address
    """``https://…`` for a webhook, an address of Apprise's for all else (``mailto://…``)."""
    label: Short | None = None
    details: bool | None = None
    """Whether messages say what happened, or only that something did. Unless given: not."""
    signing: Literal["hmac", "ed25519"] = "hmac"
    """How a webhook is signed: with a secret that both sides know, or with a key of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverChange:
    """What is to be changed; what is left out, or null, stays."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    label: Short | None = None
    details: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverDocument:
    """Where alerts are sent. Neither its whole address nor its secrets are shown again."""

    id: int
    kind: ReceiverKind
    address: str
    """Without what gives access."""
    label: str
    details: bool
    keys: int
    """How many keys sign what is sent there: two while one is exchanged for another."""
    public_keys: tuple[str, ...]
    """``whpk_…``: what an ed25519 signature is verified with."""
    added_at: datetime
    failures: int
    """Tries in a row that came to nothing."""
    closed_until: datetime | None
    """Not tried again before."""
    stopped_because: str
    """Why nothing is sent there until it is resumed; empty = in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverList:
    """The asker's receivers."""

    receivers: tuple[ReceiverDocument, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverMade:
    """A receiver, and its secret where it has just been made."""

    receiver: ReceiverDocument
    secret: str | None
    """``whsec_…``: what a signature is verified with. Shown this once; null = there is none, or it
    was shown already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchMade:
    """A watch as it is now, and the receivers that were made for it."""

    watch: WatchDocument
    receivers: tuple[ReceiverMade, ...]
    """Those that were named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDocument:
    """That a watch was told something."""

    alert: Alert
    attributions: Mapping[str, str]
    """Whom to name for what is said here, by source key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertList:
    """What the asker's watches were told."""

    alerts: tuple[Alert, ...]
    attributions: Mapping[str, str]
    """Whom to name for what is said here, by source key."""
    next: str | None
    """Where the next page is, as in the ``Link`` header; null = this is the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryList:
    """Alerts on their way."""

    deliveries: tuple[Delivery, ...]
    next: str | None
    """Where the next page is, as in the ``Link`` header; null = this is the last one."""
