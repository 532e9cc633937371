"""Webhooks by the Standard Webhooks specification (https://www.standardwebhooks.com).

Every secret of the receiver signs, newest first, so a key is exchanged without losing a message:
the receiver accepts whichever it knows. ``whsec_…`` signs by HMAC-SHA-256 (``v1,…``), ``whsk_…`` by
ed25519 (``v1a,…``), which the receiver verifies by the public ``whpk_…`` alone.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook as Signer

from service.errors import BadInput
from service.notify.channels import DeliveryError, Message
from service.notify.message import cloud_event
from service.notify.outgoing import Outgoing, Reply

SecretKind = Literal["hmac", "ed25519"]

CONTENT_TYPE: Final = "application/cloudevents+json"
"""A CloudEvent in structured mode; it is also what Standard Webhooks asks of a payload."""

_HMAC: Final = "whsec_"
_PRIVATE: Final = "whsk_"
_PUBLIC: Final = "whpk_"
_KEY_BYTES: Final = 32
_HMAC_BYTES: Final = range(24, 65)
"""What the specification lets a shared secret have."""

_GONE: Final = 410
_TOLD_WHEN: Final = frozenset((429, 503))
_NOT_THIS: Final = frozenset((400, 413, 414, 415, 422))
"""The message itself is refused: another try of the same bytes is refused too. All else, a wrong
path included, may be mended at the other side while we try."""
_LONGEST_WAIT_S: Final = 86_400.0


class WebhookChannel:
    """Sends messages as signed POSTs."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing

    async def send(self, message: Message) -> None:
        """Hand it over; done when the receiver answers with a 2xx.

        Raises:
            DeliveryError: it was not taken.
        """
        body = cloud_event(message)
        reply = await self._outgoing.post(message.receiver.url, signed(message, body), body)
        _judge(reply, message.sent_at)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._outgoing.aclose()


def signed(message: Message, body: bytes) -> dict[str, str]:
    """The headers of a message: what it is, and that it is from us.

    Raises:
        DeliveryError: the receiver has no secret that signs.
    """
    sent_at = message.sent_at.astimezone(UTC)
    try:
        signatures = [
            _signature(secret, message.id, sent_at, body) for secret in message.receiver.secrets
        ]
    except BadInput as error:
        raise DeliveryError(str(error)) from None
    if not signatures:
        raise DeliveryError("The receiver has no signing secret: make a new one for it.")
    return {
        "Content-Type": CONTENT_TYPE,
        "User-Agent": "Tailcheck",
        "Webhook-Id": message.id,
        "Webhook-Timestamp": str(int(sent_at.timestamp())),
        "Webhook-Signature": " ".join(signatures),
    }


def new_secret(kind: SecretKind = "hmac") -> str:
    """A new secret: ``whsec_…`` with 256 random bits, or ``whsk_…`` with an ed25519 key."""
    if kind == "hmac":
        return _HMAC + _text(secrets.token_bytes(_KEY_BYTES))
    key = Ed25519PrivateKey.generate()
    return _PRIVATE + _text(key.private_bytes_raw() + key.public_key().public_bytes_raw())


def public_of(secret: str) -> str | None:
    """What a receiver verifies an ed25519 secret's signatures by, as ``whpk_…``; None for a shared
    secret, which it needs itself.

    Raises:
        BadInput: it is no secret of ours.
    """
    key = _read(secret)
    if isinstance(key, Signer):
        return None
    return _PUBLIC + _text(key.public_key().public_bytes_raw())


def _signature(secret: str, message_id: str, at: datetime, body: bytes) -> str:
    key = _read(secret)
    if isinstance(key, Signer):
        return key.sign(message_id, at, body.decode("utf-8"))
    to_sign = f"{message_id}.{int(at.timestamp())}.".encode("ascii") + body
    return "v1a," + _text(key.sign(to_sign))


def _read(secret: str) -> Signer | Ed25519PrivateKey:
    """The key in a secret: a private one alone, or with its public half behind it."""
    prefix, underscore, text = secret.partition("_")
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if prefix + underscore == _HMAC and len(raw) in _HMAC_BYTES:
        return Signer(raw)
    if prefix + underscore == _PRIVATE and len(raw) in {_KEY_BYTES, 2 * _KEY_BYTES}:
        key = Ed25519PrivateKey.from_private_bytes(raw[:_KEY_BYTES])
        if raw[_KEY_BYTES:] in {b"", key.public_key().public_bytes_raw()}:
            return key
    raise BadInput(
        f"A signing secret must be {_HMAC}… (24 to 64 bytes in base64) or {_PRIVATE}… (an ed25519"
        " key): make a new one."
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _judge(reply: Reply, now: datetime) -> None:
    """Nothing for a 2xx; else raises what it means. Nothing that the other side wrote is passed
    on."""
    status = reply.status
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise DeliveryError(
            f"The receiver answered {status}: it sends us elsewhere, and redirects are not"
            " followed. Give the address where it is now."
        )
    if status == _GONE:
        raise DeliveryError("The receiver answered 410: it takes nothing any more.", gone=True)
    raise DeliveryError(
        f"The receiver answered {status}.",
        permanent=status in _NOT_THIS,
        retry_after_s=_wait_s(reply.retry_after, now) if status in _TOLD_WHEN else None,
    )


def _wait_s(retry_after: str, now: datetime) -> float | None:
    """Seconds, from a number of them or a date; at most a day. None = it says nothing usable."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), _LONGEST_WAIT_S)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), _LONGEST_WAIT_S)
