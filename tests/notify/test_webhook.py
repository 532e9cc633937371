"""Webhooks over a real loopback receiver, verified by the `standardwebhooks` library and by
`cryptography`."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

from service.errors import BadInput
from service.notify.channels import DeliveryError, Message
from service.notify.message import cloud_event
from service.notify.outgoing import Outgoing
from service.notify.policy import Policy
from service.notify.webhook import WebhookChannel, new_secret, public_of, signed
from tests.notify.outward import NOON, Had, Loopback, failure, loopback, message, run

VECTOR = (
    "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
)
"""A key that is published for tests of the specification's ed25519."""


@pytest.fixture
def receiver() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


async def send(sent: Message) -> None:
    channel = WebhookChannel(Outgoing(Policy.read("127.0.0.1")))
    try:
        await channel.send(sent)
    finally:
        await channel.aclose()


def delivered(receiver: Loopback, *secrets: str, sent_at: datetime | None = None) -> Had:
    """What arrived."""
    at = sent_at or datetime.now(UTC)
    run(send(message(receiver.url(), *secrets, sent_at=at, details=True)))
    return receiver.had[-1]


def verify_public(had: Had, public: str) -> None:
    """As a receiver does that has nothing but the public key. Raises InvalidSignature."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_")))
    prefix = f"{had.headers['webhook-id']}.{had.headers['webhook-timestamp']}.".encode()
    for signature in had.headers["webhook-signature"].split(" "):
        version, _, text = signature.partition(",")
        if version == "v1a":
            key.verify(base64.b64decode(text), prefix + had.body)
            return
    raise InvalidSignature


def test_the_library_verifies_what_is_sent(receiver: Loopback) -> None:
    secret = new_secret()
    had = delivered(receiver, secret)
    event = Webhook(secret).verify(had.body, dict(had.headers))
    assert event == json.loads(had.body)
    assert (event["id"], event["specversion"]) == ("msg_1_7", "1.0")
    assert "Минск" in had.body.decode()
    assert had.headers["webhook-id"] == "msg_1_7"
    assert had.headers["content-type"] == "application/cloudevents+json"
    assert secret not in repr(had)


def test_a_changed_byte_is_noticed(receiver: Loopback) -> None:
    secret = new_secret()
    had = delivered(receiver, secret)
    for at in range(0, len(had.body), 7):
        changed = bytearray(had.body)
        changed[at] ^= 1
        with pytest.raises((WebhookVerificationError, UnicodeDecodeError)):
            Webhook(secret).verify(bytes(changed), dict(had.headers))
    for name, value in (("webhook-id", "msg_1_8"), ("webhook-timestamp", None)):
        now = str(int(had.headers["webhook-timestamp"]) + 1)
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(had.body, {**had.headers, name: value or now})


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_future_timestamp_is_refused(receiver: Loopback, minutes: int) -> None:
    secret = new_secret()
    had = delivered(receiver, secret, sent_at=datetime.now(UTC) + timedelta(minutes=minutes))
    with pytest.raises(WebhookVerificationError, match="timestamp too"):
        Webhook(secret).verify(had.body, dict(had.headers))


def test_each_try_is_signed_anew_under_the_same_id_and_body(receiver: Loopback) -> None:
    secret = new_secret()
    now = datetime.now(UTC)
    first = delivered(receiver, secret, sent_at=now - timedelta(hours=3))
    second = delivered(receiver, secret, sent_at=now)
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
    Webhook(secret).verify(second.body, dict(second.headers))


def test_a_key_is_exchanged_without_losing_a_message(receiver: Loopback) -> None:
    old, new = new_secret(), new_secret()
    before = delivered(receiver, old)
    during = delivered(receiver, new, old)
    after = delivered(receiver, new)
    for secret, had, is_known in (
        *((old, before, True), (new, before, False), (old, during, True)),
        *((new, during, True), (old, after, False), (new, after, True)),
    ):
        if is_known:
            Webhook(secret).verify(had.body, dict(had.headers))
        else:
            with pytest.raises(WebhookVerificationError, match="No matching"):
                Webhook(secret).verify(had.body, dict(had.headers))


def test_ed25519_is_verified_by_the_public_key(receiver: Loopback) -> None:
    secret = new_secret("ed25519")
    public = public_of(secret)
    assert public is not None
    had = delivered(receiver, secret)
    assert had.headers["webhook-signature"].startswith("v1a,")
    verify_public(had, public)
    with pytest.raises(InvalidSignature):
        verify_public(Had(had.path, had.headers, had.body + b" "), public)
    other = public_of(new_secret("ed25519"))
    assert other is not None
    with pytest.raises(InvalidSignature):
        verify_public(had, other)


def test_both_kinds_sign_at_once_and_each_is_verified(receiver: Loopback) -> None:
    shared, private = new_secret(), new_secret("ed25519")
    had = delivered(receiver, private, shared)
    Webhook(shared).verify(had.body, dict(had.headers))
    public = public_of(private)
    assert public is not None
    verify_public(had, public)


def test_ed25519_is_as_others_do_it() -> None:
    assert public_of(VECTOR) == "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed(message("https://a.example.org/", VECTOR, sent_at=at), b'{"test": 1}')
    seed_only = "whsk_" + base64.b64encode(base64.b64decode(VECTOR[5:])[:32]).decode()
    alike = signed(message("https://a.example.org/", seed_only, sent_at=at), b'{"test": 1}')
    assert headers == alike
    verify_public(
        Had("/", {name.lower(): value for name, value in headers.items()}, b'{"test": 1}'),
        "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
    )


def test_new_secrets_differ_and_are_of_their_kind() -> None:
    assert (
        len({new_secret() for _ in range(100)} | {new_secret("ed25519") for _ in range(9)}) == 109
    )
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"))) == 32
    assert public_of(new_secret()) is None


@pytest.mark.parametrize(
    "secret",
    [
        *(
            "",
            "whsec_",
            "whsec_!!!",
            "whsec_" + "A" * 8,
            "whsk_" + "A" * 44,
            "whpk_" + "A" * 43 + "=",
        ),
        *("A" * 44, "whsk_", VECTOR[:-4], "whsec_" + base64.b64encode(bytes(65)).decode()),
        "whsk_" + base64.b64encode(base64.b64decode(VECTOR[5:])[:32] + bytes(32)).decode(),
    ],
)
def test_what_is_no_secret_is_refused_without_repeating_it(secret: str) -> None:
    with pytest.raises(BadInput) as refused:
        public_of(secret)
    assert len(secret) < 8 or secret not in str(refused.value)
    error = failure(send(message("http://127.0.0.1:9/", new_secret(), secret)))
    assert "signing secret" in str(error)
    assert not error.permanent


def test_nothing_goes_out_unsigned(receiver: Loopback) -> None:
    assert "no signing secret" in str(failure(send(message(receiver.url()))))
    assert receiver.had == []


# what the receiver answers


def answered(receiver: Loopback, status: int, **headers: str) -> DeliveryError | None:
    receiver.status = status
    receiver.headers = {name.replace("_", "-"): value for name, value in headers.items()}
    receiver.body = b"secret words of the other side"
    sent = message(receiver.url("/in?key=very-secret"), new_secret())
    try:
        run(send(sent))
    except DeliveryError as error:
        said = error
    else:
        return None
    assert str(receiver.port) not in str(said)
    assert "secret" not in str(said)
    return said


def test_only_a_2xx_is_a_delivery(receiver: Loopback) -> None:
    for status in (200, 201, 202, 204, 299):
        assert answered(receiver, status) is None
    for status in (300, 301, 302, 304, 307, 400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500):
        error = answered(receiver, status, Location="/elsewhere")
        assert error is not None
        assert str(status) in str(error)
        assert error.gone is (status == 410)
        assert error.permanent is (status in {400, 413, 422})


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Thu, 01 Jan 2026 12:05:00 GMT", 300.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        ("Thu, 01 Jan 2026 12:05:00 -0000", 300.0),
        ("99999999999", 86_400.0),
        ("Thu, 01 Jan 2099 12:05:00 GMT", 86_400.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 5000, 86_400.0),
        ("", None),
    ],
)
def test_whoever_says_when_is_asked_then(
    receiver: Loopback, said: str, wait_s: float | None
) -> None:
    for status, expected in ((429, wait_s), (503, wait_s), (500, None)):
        error = answered(receiver, status, Retry_After=said)
        assert error is not None
        assert error.retry_after_s == expected


def test_the_body_depends_on_what_is_told_alone() -> None:
    bodies = {
        cloud_event(
            message("https://a.example.org/", new_secret(), sent_at=NOON + timedelta(days=n))
        )
        for n in range(3)
    }
    assert len(bodies) == 1
