"""From the address that somebody typed to a receiver, found or made, with its secret."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from schemas.watching import Receiver
from service.ask.wishes import LONGEST_LABEL, one_line
from service.desk import Desk
from service.errors import BadInput, NotFound
from service.notify.policy import Policy
from service.notify.ways import check_url, kind_of
from service.notify.webhook import SecretKind, new_secret
from service.storage.database import Connection
from service.storage.receivers import add, change, find, receiver_of, remove
from service.storage.watches import change as change_watch
from service.storage.watches import watches

MOST_RECEIVERS: Final = 20
"""Of one watch."""
SHARED: Final = "whsec_"
"""Before a secret that both sides know; of a pair of keys the receiver knows the public one."""
_NUMBER: Final = re.compile(r"\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A receiver, and whether there was none before: then its secret is shown, once."""

    receiver: Receiver
    is_new: bool

    @property
    def secret(self) -> str | None:
        """What signatures are verified with, if it has just been made and is no key of ours
        alone."""
        secrets = self.receiver.secrets
        return secrets[0] if self.is_new and secrets and secrets[0].startswith(SHARED) else None


def make(
    conn: Connection,
    desk: Desk,
    policy: Policy,
    owner: str,
    url: str,
    *,
    label: str | None = None,
    details: bool | None = None,
    signing: SecretKind = "hmac",
) -> Made:
    """The owner's receiver at that address, made if there is none; what is said of it is changed in
    one that is there. `conn` is of `database.writing`.

    Raises `BadInput` when nothing can be sent to such an address.
    """
    kind = kind_of(url.strip())
    address = check_url(kind, url, policy)
    found = find(conn, desk.sealer, address, owner=owner)
    named = None if label is None else one_line("label", label, LONGEST_LABEL)
    if found is not None:
        said = replace(
            found,
            label=found.label if named is None else named,
            details=found.details if details is None else details,
        )
        if said != found:
            change(conn, desk.sealer, said)
        return Made(receiver=said, is_new=False)
    receiver, is_new = add(
        conn,
        desk.sealer,
        owner=owner,
        kind=kind,
        url=address,
        label=named or "",
        details=bool(details),
        secrets=(new_secret(signing),) if kind == "webhook" else (),
        now=desk.clock(),
    )
    return Made(receiver=receiver, is_new=is_new)


def receivers_typed(
    conn: Connection,
    desk: Desk,
    policy: Policy,
    owner: str,
    typed: Sequence[str],
    details: bool | None,
) -> tuple[Made, ...]:
    """The receivers that were named by their number or by their address, each once.

    Raises `BadInput` for an address that nothing can be sent to and for a number of none.
    """
    found: dict[int, Made] = {}
    for each in typed:
        text = each.strip()
        if not text:
            continue
        if _NUMBER.fullmatch(text):
            receiver = mine(conn, desk, owner, int(text), BadInput)
            if details is not None and receiver.details != details:
                receiver = replace(receiver, details=details)
                change(conn, desk.sealer, receiver)
            made = Made(receiver=receiver, is_new=False)
        else:
            made = make(conn, desk, policy, owner, text, details=details)
        found.setdefault(made.receiver.id, made)
    if len(found) > MOST_RECEIVERS:
        raise BadInput(f"`to` takes at most {MOST_RECEIVERS} receivers.")
    return tuple(found.values())


def mine(
    conn: Connection,
    desk: Desk,
    owner: str,
    receiver_id: int,
    error: type[BadInput | NotFound] = NotFound,
) -> Receiver:
    """The owner's receiver of that number. Raises `error` when there is none."""
    receiver = receiver_of(conn, desk.sealer, receiver_id, owner=owner)
    if receiver is None or receiver.removed_at is not None:
        raise error(
            f"There is no receiver {receiver_id}; `tailcheck receivers list` or"
            " /v1/receivers shows which there are."
        )
    return receiver


def removed(conn: Connection, desk: Desk, receiver: Receiver) -> None:
    """Send nothing there any more; the owner's watches no longer name it."""
    now = desk.clock()
    remove(conn, receiver.id, owner=receiver.owner, now=now)
    for watch in watches(conn, desk.sealer, now=now, owner=receiver.owner):
        if receiver.id in watch.wishes.to:
            left = tuple(number for number in watch.wishes.to if number != receiver.id)
            said = replace(watch, wishes=replace(watch.wishes, to=left))
            change_watch(conn, desk.sealer, said, now=now)


def rotated(conn: Connection, desk: Desk, receiver: Receiver) -> Receiver:
    """The receiver with a new key of the same kind before the ones it has: all of them sign until
    the former ones are retired.

    Raises `BadInput` when nothing is signed on the way there.
    """
    if receiver.kind != "webhook":
        raise BadInput("Only what goes to a webhook is signed; this receiver has no secret.")
    signing: SecretKind = "ed25519" if receiver.secrets[0].startswith("whsk_") else "hmac"
    said = replace(receiver, secrets=(new_secret(signing), *receiver.secrets[:1]))
    change(conn, desk.sealer, said)
    return said


def retired(conn: Connection, desk: Desk, receiver: Receiver) -> Receiver:
    """The receiver with its newest key only."""
    said = replace(receiver, secrets=receiver.secrets[:1])
    if said != receiver:
        change(conn, desk.sealer, said)
    return said
