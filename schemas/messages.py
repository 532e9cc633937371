"""What is posted to a webhook: a CloudEvents 1.0 event in structured JSON, which is also a payload
as the Standard Webhooks specification has it (`type`, `timestamp`, `data`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from schemas.movements import Mark, MovementGrade
from schemas.watching import AlertForm, Trigger, WatchKind

MessageType = Literal[
    "tailcheck.alert.new",
    "tailcheck.alert.correction",
    "tailcheck.alert.withdrawal",
    "tailcheck.digest",
    "tailcheck.test",
]
"""A test has no alerts in it: somebody wanted to see that messages arrive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDetails:
    """What happened. Only in messages to receivers whose owner asked for details."""

    watch_label: str
    watch_kind: WatchKind
    watch_subject: str
    trigger: Trigger
    """The most telling one."""
    also: tuple[Trigger, ...]
    """Others that the same happening fulfils."""
    words: str
    """One sentence that says no more than the evidence does."""
    because: str
    """Of a correction or withdrawal: what changed."""
    icao24: str
    registration: str
    at: datetime
    """When it happened, as best known."""
    t_earliest: datetime
    t_latest: datetime
    airport: str | None
    rivals: tuple[str, ...]
    """Other airports that it may have been."""
    grade: MovementGrade
    sources: tuple[str, ...]
    marks: tuple[Mark, ...]
    lat: float | None
    lon: float | None
    captures: tuple[str, ...]
    """sha256 of what shows it."""
    other: str
    """The other aircraft of a meeting, the squawk of an emergency, the id of a kept check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSaid:
    """That a watch has an alert."""

    alert: int
    watch: int
    form: AlertForm
    refers_to: int | None
    """The first alert about the same thing, which this one corrects or withdraws."""
    link: str
    """Where the alert is read, with an access key that may."""
    refers_to_link: str | None
    details: AlertDetails | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsSaid:
    """One alert, or those of a digest, oldest first."""

    alerts: tuple[AlertSaid, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudEvent:
    """The body of a webhook. The same bytes for every try."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    """Also in the header ``webhook-id``: whoever has seen it has had this message."""
    source: str
    """Which Tailcheck says it."""
    type: MessageType
    time: datetime
    """When we told it (the last alert of a digest), not when it happened."""
    datacontenttype: Literal["application/json"] = "application/json"
    timestamp: datetime
    """As `time`, under the name that Standard Webhooks has for it."""
    data: AlertsSaid
