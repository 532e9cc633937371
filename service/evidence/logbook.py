"""The log kept up: places given, a head a day, stamps asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from schemas.log import LogHead
from service.clock import Clock
from service.errors import BadInput
from service.evidence.log_heads import Made, make_head
from service.evidence.log_stamps import NoStamp, stamped, trusted
from service.settings import Settings
from service.storage.database import Engine, reading, writing
from service.storage.leases import Lease
from service.storage.log import log_size
from service.storage.log_heads import add_stamp, last_head


@dataclass(frozen=True, slots=True, kw_only=True)
class Logging:
    """How this installation keeps its log."""

    secrets: Path | None = None
    """The folder of the key that heads are signed with."""
    authorities: tuple[str, ...] = field(default=())
    """Addresses of those who stamp heads."""
    roots: Path | None = None
    """File of the certificates, PEM, that their stamps are verified against."""

    @classmethod
    def by(cls, settings: Settings) -> Logging:
        """As the operator set it."""
        return cls(
            secrets=settings.secrets_folder,
            authorities=settings.timestamp_authorities,
            roots=settings.timestamp_roots,
        )


def daily_head(
    engine: Engine, logging: Logging, *, now: datetime, fence: Lease | None = None
) -> Made | None:
    """The first head of a UTC day on which there is something new; None when none is due."""
    with reading(engine) as conn:
        last = last_head(conn)
        size = log_size(conn)
    if not size or (last is not None and (last.size == size or last.at.date() >= now.date())):
        return None
    return make_head(engine, logging.secrets, now=now, fence=fence)


def ask_for_stamps(
    engine: Engine,
    logging: Logging,
    clock: Clock,
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[str]:
    """Ask the authorities that have not stamped the newest head yet; gives a sentence for each that
    does not. A stamp is kept as soon as it came."""
    with reading(engine) as conn:
        head = last_head(conn)
    wanted = _unasked(head, logging)
    if head is None or not wanted:
        return
    try:
        chain = trusted(logging.roots)
    except BadInput as error:
        yield str(error)
        return
    for authority in wanted:
        if stopping():
            return
        try:
            stamp = stamped(head.note, authority, chain, clock)
        except NoStamp as error:
            yield str(error)
            continue
        with writing(engine) as conn:
            add_stamp(conn, head.number, stamp)


def _unasked(head: LogHead | None, logging: Logging) -> list[str]:
    if head is None:
        return []
    there = {stamp.authority for stamp in head.stamps}
    return [authority for authority in logging.authorities if authority not in there]
