"""Following: from what somebody typed to a watch, new or changed, with its receivers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from schemas.watching import LOCAL, Watch, WatchKind
from service.ask.receiving import Made, receivers_typed
from service.ask.wishes import Said, Typed, one_line, radius, said, usual
from service.desk import Desk
from service.domain.watching.triggers import CIRCLE_NM
from service.errors import BadInput, NotFound
from service.ingest.following.watched import subject_of
from service.notify.policy import Policy
from service.storage import watches as store
from service.storage.database import Connection, writing
from service.storage.kept_checks import check_of

LONGEST_OPERATOR: Final = 100

_DESIGNATOR: Final = re.compile("[A-Z][A-Z0-9]{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What came of it."""

    watch: Watch
    is_new: bool
    is_changed: bool = True
    receivers: tuple[Made, ...] = ()
    """Those that were named."""


def subject_typed(desk: Desk, kind: WatchKind, typed: str) -> str:
    """The subject as a watch of that kind names it.

    Raises:
        BadInput: it is none; `AmbiguousAirport` with the choices when it may be several.
    """
    text = typed.strip()
    if not text:
        raise BadInput("Say what to follow.")
    if kind == "aircraft":
        return subject_of(text)
    if kind == "airport":
        return desk.airports.resolve(text).ident
    if kind == "area":
        return _area(text)
    if kind == "type":
        if not _DESIGNATOR.fullmatch(text.upper()):
            raise BadInput(
                f"“{text[:40]}” is no ICAO type designator; those have two to four letters and"
                " digits, as T204 for the Tu-204 and Tu-214."
            )
        return text.upper()
    if kind == "operator":
        name = one_line("operator", text, LONGEST_OPERATOR)
        if len(name) < 2:
            raise BadInput("An operator's name has at least two characters.")
        return name
    return text


def follow(
    desk: Desk,
    policy: Policy,
    kind: WatchKind,
    typed_subject: str,
    typed: Typed,
    *,
    owner: str = LOCAL,
    to: Sequence[str] | None = None,
    details: bool | None = None,
) -> Followed:
    """Follow it from now on. Of what the owner follows already, what was said is changed and the
    rest stays.

    Raises `BadInput` when something of it makes no sense; then nothing is changed.
    """
    subject = subject_typed(desk, kind, typed_subject)
    words = said(desk.airports, kind, typed, now=desk.clock())
    with writing(desk.engine) as conn:
        return follow_in(conn, desk, policy, subject, words, owner=owner, to=to, details=details)


def follow_in(
    conn: Connection,
    desk: Desk,
    policy: Policy,
    subject: str,
    words: Said,
    *,
    owner: str,
    to: Sequence[str] | None,
    details: bool | None,
) -> Followed:
    """As `follow`, of a subject and words that have been read, as part of a transaction."""
    about_receivers(to, details)
    now, kind = desk.clock(), words.kind
    if kind == "check" and not _keeps(conn, desk, owner, subject):
        raise BadInput(f"There is no kept check {subject[:40]}.")
    found = store.find(conn, desk.sealer, kind, subject, owner=owner)
    if found is not None and (found.expires_at is None or found.expires_at > now):
        watch, made = _sent_to(conn, desk, policy, words.on(found), to, details)
        if watch == found:
            return Followed(watch=watch, is_new=False, is_changed=False, receivers=made)
        return Followed(watch=_stored(conn, desk, watch), is_new=False, receivers=made)
    begun = Watch(
        id=0,
        owner=owner,
        kind=kind,
        subject=subject,
        radius_nm=CIRCLE_NM if kind == "airport" else None,
        wishes=usual(kind),
        added_at=now,
    )
    watch, made = _sent_to(conn, desk, policy, words.on(begun), to, details)
    added = store.add(
        conn,
        desk.sealer,
        owner=owner,
        kind=kind,
        subject=subject,
        radius_nm=watch.radius_nm,
        label=watch.label,
        note=watch.note,
        wishes=watch.wishes,
        expires_at=watch.expires_at,
        now=now,
    )
    return Followed(watch=added, is_new=True, receivers=made)


def change(
    desk: Desk,
    policy: Policy,
    watch_id: int,
    typed: Typed,
    *,
    owner: str = LOCAL,
    to: Sequence[str] | None = None,
    details: bool | None = None,
) -> Followed:
    """Change what was said of a watch; the rest stays.

    Raises `NotFound` when the owner has no such watch, else as `follow`.
    """
    about_receivers(to, details)
    with writing(desk.engine) as conn:
        before = mine(conn, desk, owner, watch_id)
        words = said(desk.airports, before.kind, typed, now=desk.clock())
        watch, made = _sent_to(conn, desk, policy, words.on(before), to, details)
        if watch != before:
            watch = _stored(conn, desk, watch)
    return Followed(watch=watch, is_new=False, receivers=made)


def mine(conn: Connection, desk: Desk, owner: str, watch_id: int) -> Watch:
    """The owner's watch of that number.

    Raises `NotFound` when there is none, or it has ended.
    """
    watch = store.watch_of(conn, desk.sealer, watch_id, owner=owner)
    now = desk.clock()
    if watch is None or any(
        end is not None and end <= now for end in (watch.removed_at, watch.expires_at)
    ):
        raise _none(watch_id)
    return watch


def unfollow(conn: Connection, desk: Desk, owner: str, watch_id: int) -> Watch:
    """End the owner's watch of that number, also one that has expired. Returns what it was.

    Raises `NotFound` when there is none, or it was removed.
    """
    watch = store.watch_of(conn, desk.sealer, watch_id, owner=owner)
    if watch is None or not store.remove(conn, watch_id, owner=owner, now=desk.clock()):
        raise _none(watch_id)
    return watch


def _none(watch_id: int) -> NotFound:
    return NotFound(
        f"There is no watch {watch_id}; `tailcheck watch list` or /v1/watches shows which there"
        " are."
    )


def _stored(conn: Connection, desk: Desk, watch: Watch) -> Watch:
    stored = store.change(conn, desk.sealer, watch, now=desk.clock())
    if stored is None:
        raise NotFound(f"Watch {watch.id} has just been removed.")
    return stored


def about_receivers(to: Sequence[str] | None, details: bool | None) -> None:
    """Raises `BadInput` when something is said of receivers, and none are named."""
    if details is not None and not to:
        raise BadInput(
            "`details` is said of receivers: name those that it is meant for as well, with `to`."
        )


def _sent_to(
    conn: Connection,
    desk: Desk,
    policy: Policy,
    watch: Watch,
    to: Sequence[str] | None,
    details: bool | None,
) -> tuple[Watch, tuple[Made, ...]]:
    if to is None:
        return watch, ()
    made = receivers_typed(conn, desk, policy, watch.owner, to, details)
    wishes = replace(watch.wishes, to=tuple(each.receiver.id for each in made))
    return replace(watch, wishes=wishes), made


def _keeps(conn: Connection, desk: Desk, owner: str, check_id: str) -> bool:
    kept = check_of(conn, desk.sealer, check_id)
    return kept is not None and kept.owner == owner


def _area(text: str) -> str:
    parts = text.replace(";", ",").split(",")
    try:
        lat, lon, radius_nm = (float(part) for part in parts)
    except ValueError as error:
        raise BadInput(
            f"“{text[:60]}” is no area; write it as lat,lon,radius in degrees and NM:"
            " 53.88,28.03,40."
        ) from error
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise BadInput("A latitude is -90 to 90 degrees, a longitude -180 to 180.")
    return f"{lat:.4f},{lon:.4f},{radius(radius_nm):g}"
