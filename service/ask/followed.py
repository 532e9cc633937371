"""Watches and receivers as they are shown: to programs as documents, to people as lines."""

from __future__ import annotations

from schemas.api_watching import ReceiverDocument, ReceiverMade, WatchDocument
from schemas.watching import TRIGGERS, Receiver, Watch
from service.ask.receiving import Made
from service.ask.wishes import quiet_words
from service.notify.ways import describe
from service.notify.webhook import public_of


def watch_document(watch: Watch) -> WatchDocument:
    """The watch as the HTTP face and `--format json` give it."""
    wishes = watch.wishes
    return WatchDocument(
        id=watch.id,
        kind=watch.kind,
        subject=watch.subject,
        radius_nm=watch.radius_nm,
        label=watch.label,
        note=watch.note,
        triggers=tuple(trigger for trigger in TRIGGERS if trigger in wishes.triggers),
        at=wishes.at,
        home=wishes.home,
        silent_days=wishes.silent_days,
        lost_minutes=wishes.lost_minutes,
        min_grade=wishes.min_grade,
        quiet=quiet_words(wishes.quiet),
        zone=wishes.quiet.zone if wishes.quiet is not None else None,
        digest=wishes.digest,
        to=wishes.to,
        added_at=watch.added_at,
        expires_at=watch.expires_at,
    )


def receiver_document(receiver: Receiver) -> ReceiverDocument:
    """The receiver without what gives access to it."""
    return ReceiverDocument(
        id=receiver.id,
        kind=receiver.kind,
        address=describe(receiver.url),
        label=receiver.label,
        details=receiver.details,
        keys=len(receiver.secrets),
        public_keys=tuple(filter(None, map(public_of, receiver.secrets))),
        added_at=receiver.added_at,
        failures=receiver.failures,
        closed_until=receiver.closed_until,
        stopped_because=receiver.stopped_because,
    )


def receiver_made(made: Made) -> ReceiverMade:
    """The receiver, with its secret if it has just been made."""
    return ReceiverMade(receiver=receiver_document(made.receiver), secret=made.secret)
