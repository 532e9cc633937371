"""Receivers as lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.watching import Receiver
from service.ask.receiving import Made
from service.notify.ways import describe
from service.notify.webhook import public_of


def receiver_lines(receivers: Iterable[Made]) -> Iterator[str]:
    """What is said of receivers that were named: of new ones, once, how messages are verified."""
    for made in receivers:
        receiver = made.receiver
        says = "says what happened" if receiver.details else "says only that something happened"
        new = "new " if made.is_new else ""
        yield f"To {new}receiver {receiver.id}, {describe(receiver.url)}: {says}."
        if made.is_new:
            yield from key_lines(receiver)


def key_lines(receiver: Receiver) -> Iterator[str]:
    """What messages to it are verified with, by its newest key."""
    if not receiver.secrets:
        return
    secret = receiver.secrets[0]
    public = public_of(secret)
    if public is None:
        yield f"Its secret, shown this once: {secret}"
    else:
        yield f"Verify its messages with {public}"


def receiver_line(receiver: Receiver) -> str:
    """One line of a list."""
    parts = [f"receiver {receiver.id}", describe(receiver.url)]
    parts += [receiver.label] if receiver.label else []
    parts.append("with details" if receiver.details else "without details")
    if len(receiver.secrets) > 1:
        parts.append(f"{len(receiver.secrets)} keys sign")
    if receiver.failures:
        parts.append(f"{receiver.failures} failures in a row")
    if receiver.closed_until is not None:
        parts.append(f"not tried before {receiver.closed_until:%Y-%m-%d %H:%M} UTC")
    if receiver.stopped_because:
        parts.append(f"stopped: {receiver.stopped_because}")
    return ", ".join(parts)
