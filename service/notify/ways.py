"""All ways of sending, by the kind of receiver; and what is said of a receiver's address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from schemas.watching import ReceiverKind
from service.errors import BadInput
from service.notify import chat
from service.notify.channels import Channel
from service.notify.outgoing import Outgoing
from service.notify.policy import Policy, read_url
from service.notify.webhook import WebhookChannel

_SCHEME: Final = re.compile(r"apprise:(?://)?([a-z0-9]{1,32})://", re.IGNORECASE)


def channels(policy: Policy) -> Mapping[ReceiverKind, Channel]:
    """A channel for each kind, to be made, used and closed in one event loop."""
    return {
        "webhook": WebhookChannel(Outgoing(policy)),
        "apprise": chat.ChatChannel(policy),
    }


def kind_of(url: str) -> ReceiverKind:
    """The kind of receiver that an address is of, by its beginning."""
    return "apprise" if url[: len(chat.PREFIX)].lower() == chat.PREFIX else "webhook"


def check_url(kind: ReceiverKind, url: str, policy: Policy) -> str:
    """The address as it is to be stored, if messages may go there. Nothing is resolved or sent.

    Raises:
        BadInput: they may not, or it cannot be read; with the sentence why, without the address.
    """
    if kind == "apprise":
        stored = chat.canonical(url.strip())
        chat.check(stored, policy)
        return stored
    stored = url.strip()
    policy.check(read_url(stored))
    return stored


def describe(url: str) -> str:
    """The address as people may see it: with neither path nor key. Of a chat only the service: what
    stands at a host's place there is mostly a key."""
    if kind_of(url) == "apprise":
        scheme = _SCHEME.match(url)
        return f"{chat.PREFIX}{scheme[1].lower()}://…" if scheme else f"{chat.PREFIX}…"
    try:
        there = read_url(url)
    except BadInput:
        return "…"
    return f"{'https' if there.secure else 'http'}://{there.host_header}/…"
