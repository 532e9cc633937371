"""Alerts put into the database as telling would, for the faces that show them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from schemas.watching import LOCAL, Alert, AlertForm, Occasion, Watch
from service.desk import Desk
from service.domain.watching.reconcile import Telling
from service.storage.alerts import add_alerts, hold_telling
from service.storage.database import writing
from service.storage.watches import add

AT = datetime(2025, 2, 28, 15, 17, tzinfo=UTC)
OCCASION = Occasion(
    trigger="landing",
    icao24="14fc0b",
    registration="RA-64523",
    at=AT,
    t_earliest=AT,
    t_latest=AT,
    airport="UMMS",
    move="landing",
    sources=("alpha",),
    lat=53.88,
    lon=28.03,
    words="RA-64523 landed at Minsk National Airport (UMMS) at about 15:17 UTC; seen on the"
    " ground; source alpha.",
)


_NUMBERS = count()


def watch_on(desk: Desk, subject: str = "RA-64523", owner: str = LOCAL, **said: Any) -> Watch:
    """A watch of that owner."""
    with writing(desk.engine) as conn:
        return add(
            conn,
            desk.sealer,
            owner=owner,
            kind="aircraft",
            subject=subject,
            now=desk.clock() - timedelta(days=10),
            **said,
        )


def tell(
    desk: Desk,
    watch: Watch,
    occasion: Occasion = OCCASION,
    *,
    form: AlertForm = "new",
    refers_to: int | None = None,
    because: str = "",
) -> Alert:
    """Tell the watch of it; each call tells something else."""
    telling = Telling(
        form=form,
        refers_to=refers_to,
        occasion=replace(occasion, at=occasion.at + timedelta(microseconds=1)),
        because=because,
        key=f"test {next(_NUMBERS)}",
    )
    with writing(desk.engine) as conn:
        hold_telling(conn)
        (alert,) = add_alerts(
            conn, desk.sealer, watch, [telling], due_at=desk.clock(), now=desk.clock()
        )
    return alert
