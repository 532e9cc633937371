"""What the feeds of a watch list: one entry for each thing it was told of, as it stands now.

An entry is a story, the first alert and what corrected or withdrew it since. It keeps its id, and
counts up with every change, so that a reader shows it in place of what it showed before. Thin, like
a message, unless details are asked for: a reader may be a service that knows its users.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas.watching import Alert, Receiver, Watch
from service.notify.channels import Message
from service.notify.message import alert_link, harmless, text

_OURS: Final = uuid.UUID("5a1ce7ec-0000-5000-8000-7461696c6368")
"""The namespace of our ids."""
_HIGHEST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One story of a watch."""

    uid: uuid.UUID
    """Stays the same, and tells nothing."""
    alert: Alert
    """The last of the story."""
    first_at: datetime | None
    """When it was first told; None = longer ago than what is listed."""
    title: str
    body: str
    """Lines."""
    link: str

    @property
    def is_withdrawn(self) -> bool:
        """Whether it stands no more."""
        return self.alert.form == "withdrawal"

    @property
    def sequence(self) -> int:
        """Greater than for whatever was listed under that uid before."""
        return min(self.alert.id - (self.alert.refers_to or self.alert.id), _HIGHEST)


def entries(
    watch: Watch, alerts: Iterable[Alert], *, public_url: str, details: bool
) -> tuple[Entry, ...]:
    """The stories of these alerts of the watch, the last changed first."""
    told: dict[int, list[Alert]] = {}
    for alert in sorted(alerts, key=lambda alert: alert.id):
        told.setdefault(alert.refers_to or alert.id, []).append(alert)
    made = [_entry(watch, first, of_it, public_url, details) for first, of_it in told.items()]
    return tuple(sorted(made, key=lambda entry: entry.alert.id, reverse=True))


def name_of(watch: Watch, *, details: bool) -> str:
    """What the feed is called."""
    name = harmless(watch.label or watch.subject, 80) if details else ""
    return f"Tailcheck: {name or f'watch {watch.id}'}"


def uid_of(watch: Watch, part: str) -> uuid.UUID:
    """The id of something that belongs to the watch."""
    return uuid.uuid5(_OURS, f"{watch.id}/{watch.added_at.isoformat()}/{part}")


def _entry(watch: Watch, first: int, told: list[Alert], public_url: str, details: bool) -> Entry:
    last = told[-1]
    title, body = text(
        Message(
            id="",
            receiver=_reader(watch, details=details),
            alerts=(last,),
            watches={watch.id: watch},
            sent_at=last.created_at,
            public_url=public_url,
        )
    )
    return Entry(
        uid=uid_of(watch, str(first)),
        alert=last,
        first_at=told[0].created_at if told[0].id == first else None,
        title=body.split("\n", 1)[0] if details else title,
        body=body,
        link=alert_link(public_url, first),
    )


def _reader(watch: Watch, *, details: bool) -> Receiver:
    """Whoever reads the feed, as a message knows them."""
    return Receiver(
        id=0, owner=watch.owner, kind="webhook", url="", details=details, added_at=watch.added_at
    )
