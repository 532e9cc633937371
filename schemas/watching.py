"""What a user follows, what is told, and to whom: watches, occasions, alerts, receivers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from schemas.movements import Mark, Move, MovementGrade

LOCAL: Final = "local"
"""The owner of whatever is made on this machine without an access key."""

WatchKind = Literal["aircraft", "type", "operator", "airport", "area", "check"]
"""What a watch's subject names: a registration or an icao24; an ICAO type designator (``T204``);
an operator as sources write it; an airport's ident; a circle as ``lat,lon,radius_nm``; the id of
a kept check."""

Trigger = Literal[
    "takeoff",
    "landing",
    "first_visit",  # landed where we have never known it to be
    "away_from_home",  # landed elsewhere than at its home base
    "reappeared",  # heard again after `silent_days` without a sign
    "signal_lost",  # in the air when last heard, and asked for since in vain
    "emergency",  # squawked 7500, 7600 or 7700
    "off_airport",  # landed where no airport is
    "meeting",  # another aircraft of the same owner's watches is at the same airport
    "verdict_changed",  # late data changed the answer to a kept check
]
TRIGGERS: Final[tuple[Trigger, ...]] = Trigger.__args__  # type: ignore[attr-defined]
USUAL: Final[frozenset[Trigger]] = frozenset({"takeoff", "landing", "off_airport", "emergency"})
"""What a new watch is told unless its owner says otherwise."""

Digest = Literal["none", "hourly", "daily"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From a local time to another, maybe past midnight; what happens meanwhile is sent after."""

    from_minute: int
    """Minutes since local midnight."""
    to_minute: int
    zone: str
    """IANA name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What an owner wants to be told of a watch's subject, and how. Sealed at rest."""

    triggers: frozenset[Trigger] = USUAL
    at: tuple[str, ...] = ()
    """Only at these airports (our idents) or in these countries (``iso:BY``); none = anywhere."""
    home: str | None = None
    """Ident of the home base; `away_from_home` needs it."""
    silent_days: int = 7
    """For `reappeared`."""
    lost_minutes: int = 30
    """For `signal_lost`."""
    min_grade: MovementGrade = "inferred"
    """``observed`` = no take-off, landing or meeting that is merely inferred. What is told under
    other triggers has no grade to choose by (`Occasion.is_graded`) and is told whatever this says:
    who asks for lost signals or a kept check's changes would else never hear of any."""
    quiet: QuietHours | None = None
    digest: Digest = "none"
    to: tuple[int, ...] = ()
    """Receivers, by id. None = the alert is listed, in the feeds and on the stream only."""
    since: datetime | None = None
    """When what is asked for was last changed; None = never. A trigger that is asked for today
    tells nothing of yesterday."""


USUAL_WISHES: Final = Wishes()
"""Those of somebody who said none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What one owner follows. Kind, subject, label, note and wishes are sealed at rest."""

    id: int
    owner: str = LOCAL
    kind: WatchKind
    subject: str
    radius_nm: float | None = None
    """Of the circle round an airport that is asked for; None for all other kinds."""
    label: str = ""
    note: str = ""
    wishes: Wishes = USUAL_WISHES
    added_at: datetime
    expires_at: datetime | None = None
    removed_at: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        """Whether what happened at that moment is told: not before it was followed, nor after."""
        ends = (end for end in (self.expires_at, self.removed_at) if end is not None)
        return self.added_at <= moment and all(moment < end for end in ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Something that a watch is to be told. Worked out from what is known, and nothing else: the
    same knowledge gives the same occasions, in whatever order it came."""

    trigger: Trigger
    """The most telling one."""
    also: tuple[Trigger, ...] = ()
    """Others that are asked for and fulfilled by the same happening: one landing is one alert."""
    icao24: str
    """Empty for a kept check."""
    registration: str = ""
    """As best known on that date."""
    at: datetime
    """When it happened, as best known."""
    t_earliest: datetime
    t_latest: datetime
    airport: str | None = None
    """Our ident."""
    rivals: tuple[str, ...] = ()
    """Other airports that it may have been, sorted; without an `airport` it was one of these, and
    nobody can say which."""
    move: Move | None = None
    """Of a take-off or landing, whatever the trigger."""
    grade: MovementGrade = "observed"
    """Of a silence ``inferred``, of an emergency code ``observed``, of a kept check's other answer
    ``observed`` only where the aircraft was seen there."""
    sources: tuple[str, ...] = ()
    """Keys, sorted."""
    marks: tuple[Mark, ...] = ()
    lat: float | None = None
    lon: float | None = None
    captures: tuple[str, ...] = ()
    """sha256 of what shows it, sorted."""
    words: str = ""
    """One sentence that says no more than the evidence does."""
    other: str = ""
    """The other aircraft of a meeting, the squawk of an emergency, the id of a kept check."""

    @property
    def is_graded(self) -> bool:
        """Whether it is one of those that are sometimes observed and sometimes inferred. For all
        others the words say what was heard and what was not, and a grade beside them would be
        taken for more."""
        return self.move is not None or self.trigger == "meeting"


AlertForm = Literal["new", "correction", "withdrawal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """That a watch was told something. Never changed: a correction or a withdrawal is another
    alert that refers to the first."""

    id: int
    """Counts up in the order of telling; a stream is resumed by it."""
    watch_id: int
    owner: str
    form: AlertForm
    refers_to: int | None = None
    """The first alert about this occasion; None when this is the first."""
    occasion: Occasion
    """As it is known by this alert. A withdrawal carries what is withdrawn."""
    because: str = ""
    """Of a correction, a withdrawal, a kept check's other answer: what changed, in sentences."""
    created_at: datetime


ReceiverKind = Literal["webhook", "apprise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where alerts are sent. Address and secrets are sealed at rest."""

    id: int
    owner: str
    kind: ReceiverKind
    url: str
    label: str = ""
    details: bool = False
    """Whether messages say what happened, or only that something did: whoever carries them, and
    whoever looks at the screen, learns it too."""
    secrets: tuple[str, ...] = ()
    """Of a webhook, newest first: ``whsec_…`` (HMAC) or ``whsk_…`` (ed25519). All of them sign
    while a key is exchanged for a new one."""
    added_at: datetime
    removed_at: datetime | None = None
    failures: int = 0
    """In a row."""
    closed_until: datetime | None = None
    """The breaker: not tried again before."""
    stopped_because: str = ""
    """Why nothing is sent there any more until the owner says so; empty = in use."""


DeliveryState = Literal["waiting", "done", "dead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One alert on its way to one receiver. Several with the same `batch` go as one message."""

    id: int
    alert_id: int
    watch_id: int
    receiver_id: int
    owner: str
    due_at: datetime
    """Not before: the present, the end of quiet hours, the digest's hour, the next try."""
    batch: str = ""
    """The digest it is part of; empty = a message of its own."""
    state: DeliveryState = "waiting"
    attempts: int = 0
    first_tried_at: datetime | None = None
    done_at: datetime | None = None
    last_error: str = ""
    """A sentence without the receiver's address."""

    @property
    def message_id(self) -> str:
        """The same for every try, so that a receiver recognises what it has had already."""
        return f"msg_{self.receiver_id}_{self.batch or self.alert_id}"
