"""Time stamps (RFC 3161) on heads of the log, from authorities that the operator names.

An authority is sent the SHA-256 of a head's note, and so learns nothing about what is in the log.
Its reply counts when it is over that hash and our nonce, at a time near ours, and its signature
leads to a certificate that the operator put into `TAILCHECK_TIMESTAMP_ROOTS`. Whatever else it
says, or not, changes nothing: the head is what it is without a stamp.
"""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from schemas.log import LogStamp
from service.clock import Clock
from service.errors import BadInput, SourceFailed

TIME_LIMIT_S: Final = 20.0
MAX_BYTES: Final = 256 << 10
FAR: Final = timedelta(minutes=10)
"""An authority whose clock differs more from ours is not believed."""


class NoStamp(SourceFailed):
    """An authority did not stamp; `str()` says why, as a sentence."""

    code = "no-stamp"


def trusted(roots: Path | None) -> str:
    """The certificates in the file, PEM. Raises `BadInput` when there are none to be had."""
    if roots is None:
        raise BadInput(
            "TAILCHECK_TIMESTAMP_ROOTS is not set: without the certificates of the authorities,"
            " nothing they say can be verified."
        )
    try:
        text = roots.expanduser().read_text(encoding="ascii")
        certificates = x509.load_pem_x509_certificates(text.encode())
    except OSError as error:
        raise BadInput(
            f"TAILCHECK_TIMESTAMP_ROOTS: {roots} cannot be read: {error.strerror or error}."
        ) from error
    except ValueError as error:
        raise BadInput(
            f"TAILCHECK_TIMESTAMP_ROOTS: {roots} holds no certificates in PEM."
        ) from error
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


def stamped(note: str, authority: str, chain: str, clock: Clock) -> LogStamp:
    """The authority's stamp on the note, verified against the certificates `chain` (PEM).

    Raises:
        NoStamp: it did not answer, refused, or what it said is not right.
    """
    request = TimestampRequestBuilder(note.encode(), HashAlgorithm.SHA256).build()
    name = urlsplit(authority).hostname or authority
    content = _post(authority, request.as_bytes(), name)
    reply = _decoded(content, name)
    at = _verified(reply, note, chain, request.nonce, name)
    if abs(at - clock()) > FAR:
        raise NoStamp(
            f"{name} says it is {at:%Y-%m-%d %H:%M:%S} UTC, which is not near our time. Check this"
            " machine's clock; the stamp was not kept."
        )
    return LogStamp(
        authority=authority, at=at, reply=base64.b64encode(content).decode(), chain=chain
    )


def verify(note: str, stamp: LogStamp) -> None:
    """Returns when the stamp is over the note, says the time it is kept with, and leads to the
    certificates that are kept with it.

    Raises:
        NoStamp: it does not.
    """
    name = urlsplit(stamp.authority).hostname or stamp.authority
    try:
        content = base64.b64decode(stamp.reply, validate=True)
    except ValueError as error:
        raise NoStamp(f"The stamp of {name} is not base64.") from error
    at = _verified(_decoded(content, name), note, stamp.chain, None, name)
    if at != stamp.at:
        raise NoStamp(f"The stamp of {name} says another time than the one it is kept with.")


def _post(address: str, content: bytes, name: str) -> bytes:
    """What the authority replies to the request."""
    deadline = time.monotonic() + TIME_LIMIT_S
    headers = {"content-type": "application/timestamp-query", "accept-encoding": "identity"}
    try:
        with (
            httpx.Client(trust_env=False, follow_redirects=False, timeout=TIME_LIMIT_S) as client,
            client.stream("POST", address, content=content, headers=headers) as reply,
        ):
            if reply.status_code != 200:
                raise NoStamp(f"{name} answered {reply.status_code} instead of a time stamp.")
            received = b""
            for piece in reply.iter_raw(MAX_BYTES):
                received += piece
                if len(received) > MAX_BYTES:
                    raise NoStamp(f"{name} sent more than {MAX_BYTES >> 10} KiB.")
                if time.monotonic() > deadline:
                    raise NoStamp(f"{name} did not reply within {TIME_LIMIT_S:g} seconds.")
            return received
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        said = str(error) or type(error).__name__
        raise NoStamp(f"{name} could not be asked for a time stamp: {said}.") from error


def _decoded(content: bytes, name: str) -> TimeStampResponse:
    try:
        return decode_timestamp_response(content)
    except ValueError as error:
        said = " ".join(str(error).split())[:200]
        raise NoStamp(f"What {name} sent cannot be read as a time stamp: {said}") from error


def _verified(
    reply: TimeStampResponse, note: str, chain: str, nonce: int | None, name: str
) -> datetime:
    """The time the stamp says, when all of it is right."""
    try:
        certificates = x509.load_pem_x509_certificates(chain.encode())
        builder = VerifierBuilder(nonce=nonce, roots=certificates)
        builder.build().verify_message(reply, note.encode())
        at = reply.tst_info.gen_time
    except (VerificationError, ValueError) as error:
        said = " ".join(str(error).split())[:200]
        raise NoStamp(f"The time stamp of {name} is not right: {said}") from error
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
