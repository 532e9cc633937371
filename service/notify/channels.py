"""What a way of sending is: it takes a message to its receiver, or says what was wrong.

One file per way. A channel keeps nothing between two messages, neither tries again nor waits:
`retrying` decides when, by what the error says of itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from schemas.watching import Alert, Receiver, Watch


class DeliveryError(Exception):
    """A message did not arrive, or nobody can say that it did.

    The text is kept and shown to the owner: a sentence without the receiver's address, without a
    label, and without anything that the other side wrote.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        gone: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        """`permanent` = this message will not be taken by trying again, so it is dead. `gone` =
        this receiver takes nothing any more (410): all sending to it stops, and nothing that waits
        for it is lost. Neither = to be tried again, not before `retry_after_s` where the other
        side said so (429, 503)."""
        super().__init__(message)
        self.permanent = permanent
        self.gone = gone
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What goes to one receiver at once. `message.cloud_event` and `message.text` say it."""

    id: str
    """The same for every try."""
    receiver: Receiver
    alerts: tuple[Alert, ...]
    """One, or those of a digest, oldest first."""
    watches: Mapping[int, Watch]
    """By id, those of the alerts."""
    sent_at: datetime
    """Of this try; a signature is made over it. It is not part of the body."""
    public_url: str
    """Where this service is reached by whoever reads the message; without a slash at the end."""
    is_test: bool = False
    """Nothing happened: it shows that messages arrive. Then there are no alerts in it."""


class Channel(Protocol):
    """One way of sending."""

    async def send(self, message: Message) -> None:
        """Hand it over; returns when the receiver has said that it has it.

        May be cancelled at any moment. Raises DeliveryError when it was not taken. Whatever else
        is raised counts as a defect of ours: logged by its class, tried again.
        """
        ...

    async def aclose(self) -> None:
        """Let go of what is kept open."""
        ...
