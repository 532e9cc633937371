"""A test message to a watch's receivers, at once, and what each of them answered."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import anyio

from schemas.watching import Receiver, ReceiverKind, Watch
from service.notify.channels import Channel, DeliveryError, Message

LONGEST_S: Final = 30.0
"""No receiver is waited for any longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of one test message."""

    receiver: Receiver
    error: str = ""
    """Why it did not arrive, as a sentence; empty = the receiver has it."""


async def try_receivers(
    ways: Mapping[ReceiverKind, Channel],
    watch: Watch,
    receivers: Sequence[Receiver],
    *,
    now: datetime,
    public_url: str,
) -> tuple[Answered, ...]:
    """Send each of them a message that says it is a test, one after the other."""
    answered = []
    try:
        for receiver in receivers:
            message = Message(
                id=f"msg_{receiver.id}_test_{secrets.token_hex(8)}",
                receiver=receiver,
                alerts=(),
                watches={watch.id: watch},
                sent_at=now,
                public_url=public_url,
                is_test=True,
            )
            error = await _sent(ways[receiver.kind], message)
            answered.append(Answered(receiver=receiver, error=error))
    finally:
        for way in ways.values():
            await way.aclose()
    return tuple(answered)


async def _sent(way: Channel, message: Message) -> str:
    try:
        with anyio.fail_after(LONGEST_S):
            await way.send(message)
    except DeliveryError as error:
        return str(error)
    except TimeoutError:
        return f"There was no answer within {LONGEST_S:g} seconds."
    return ""
