"""Worked examples of what is posted to a webhook, made by what makes the real ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import msgspec

from schemas.watching import Alert, Receiver, Watch
from service.api import example_watching as examples
from service.notify.channels import Message
from service.notify.message import cloud_event

PUBLIC_URL: Final = "https://tailcheck.example.org"


def _event(receiver: Receiver, watch: Watch, *alerts: Alert) -> object:
    message = Message(
        id=f"msg_{receiver.id}_{alerts[-1].id}",
        receiver=receiver,
        alerts=alerts,
        watches={watch.id: watch},
        sent_at=alerts[-1].created_at,
        public_url=PUBLIC_URL,
    )
    return msgspec.json.decode(cloud_event(message))


_DETAILED: Final = replace(examples.A_RECEIVER, details=True)
EVENTS: Final = {
    "Thin, as it is unless the owner asks for details": _event(
        examples.A_RECEIVER, examples.A_WATCH, examples.LANDED
    ),
    "With details": _event(_DETAILED, examples.A_WATCH, examples.LANDED),
    "A withdrawal": _event(examples.A_RECEIVER, examples.A_WATCH, examples.WITHDRAWN),
}
