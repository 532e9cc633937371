"""`tailcheck watch`: whom the worker follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from service.cli.common import open_desk, say, settings, told
from service.desk import Desk
from service.errors import NotFound
from service.ingest.following.watched import (
    RADIUS_NM,
    WatchedAircraft,
    asks_for_everything,
    subject_of,
    watched_now,
)
from service.settings import Settings
from service.storage.database import reading, writing
from service.storage.watches import Watch, WatchKind, add, remove, watches

app = typer.Typer(no_args_is_help=True, help="Aircraft and airports to follow day and night.")

Airport = Annotated[bool, typer.Option("--airport", help="It is an airport, not an aircraft.")]


class WatchFormat(StrEnum):
    """How watches are printed."""

    TEXT = "text"
    JSON = "json"


@app.command("add")
def add_one(
    subject: Annotated[str, typer.Argument(help="Registration, 24-bit address, or airport.")],
    airport: Airport = False,
    radius: Annotated[
        float, typer.Option(min=1, max=250, help="Of the circle round an airport, in NM.")
    ] = RADIUS_NM,
    note: Annotated[str, typer.Option(help="For yourself; never sent anywhere.")] = "",
) -> None:
    """Follow an aircraft, or whoever comes to an airport; adding it again changes the rest."""
    with told():
        chosen = settings()
        desk = open_desk(chosen)
        kind, name = _named(desk, subject, airport=airport)
        with writing(desk.engine) as conn:
            watch = add(
                conn,
                kind,
                name,
                radius_nm=radius if airport else None,
                note=note,
                now=desk.clock(),
            )
        typer.echo(f"Watching {_line(watch, _aircraft(desk).get(watch.subject))}")
        for warning in _warnings(desk, chosen, watch):
            say(warning)


@app.command("list")
def list_all(
    output: Annotated[WatchFormat, typer.Option("--format")] = WatchFormat.TEXT,
) -> None:
    """Whom and what is followed."""
    with told():
        desk = open_desk(settings())
        with reading(desk.engine) as conn:
            current = watches(conn)
        aircraft = _aircraft(desk)
        if output is WatchFormat.JSON:
            typer.echo(json.dumps([_document(w, aircraft.get(w.subject)) for w in current]))
            return
        for watch in current:
            typer.echo(_line(watch, aircraft.get(watch.subject)))
        if not current:
            say("Nothing is watched. Add an aircraft: `tailcheck watch add RA-64523`.")


@app.command("rm")
def remove_one(
    subject: Annotated[str, typer.Argument(help="As it was added.")], airport: Airport = False
) -> None:
    """Follow it no longer. What was found stays."""
    with told():
        desk = open_desk(settings())
        kind, name = _named(desk, subject, airport=airport)
        with writing(desk.engine) as conn:
            if not remove(conn, kind, name, now=desk.clock()):
                raise NotFound(f"{name} is not watched. `tailcheck watch list` shows who is.")
        typer.echo(f"No longer watching {name}.")


def _named(desk: Desk, typed: str, *, airport: bool) -> tuple[WatchKind, str]:
    if airport:
        return "airport", desk.airports.resolve(typed).ident
    return "aircraft", subject_of(typed)


def _aircraft(desk: Desk) -> dict[str, WatchedAircraft]:
    return {aircraft.subject: aircraft for aircraft in watched_now(desk).aircraft}


def _line(watch: Watch, aircraft: WatchedAircraft | None) -> str:
    parts = [f"{watch.kind} {watch.subject}"]
    if watch.radius_nm is not None:
        parts.append(f"within {watch.radius_nm:g} NM")
    if aircraft is not None:
        others = [name for name in aircraft.icao24 if name != watch.subject]
        rule = " by a numbering rule, no source says so" if aircraft.by_rule and others else ""
        parts += [f"address {' or '.join(others)}{rule}"] if others else []
        parts += [name for name in aircraft.registrations if name != watch.subject]
        parts += [] if aircraft.icao24 else ["no source knows its address"]
    parts.append(f"since {watch.added_at:%Y-%m-%d %H:%M} UTC")
    parts += [watch.note] if watch.note else []
    return ", ".join(parts)


def _document(watch: Watch, aircraft: WatchedAircraft | None) -> dict[str, Any]:
    return {
        "kind": watch.kind,
        "subject": watch.subject,
        "radius_nm": watch.radius_nm,
        "note": watch.note,
        "added_at": watch.added_at.isoformat(),
        "icao24": list(aircraft.icao24) if aircraft is not None else [],
        "registrations": list(aircraft.registrations) if aircraft is not None else [],
    }


def _warnings(desk: Desk, chosen: Settings, watch: Watch) -> Iterator[str]:
    """What the worker will not do, or will give away."""
    if watch.kind == "airport":
        return
    if chosen.ask_per_aircraft:
        yield (
            "TAILCHECK_ASK_PER_AIRCRAFT is set: every source that is asked learns whom you watch."
        )
        return
    unasked = [key for key in desk.adapters if key not in desk.off]
    everything = [key for key in unasked if asks_for_everything(desk, key)]
    heard = f" by {', '.join(everything)}, and" if everything else ""
    yield (
        f"It is followed{heard} only while it is in the circle of a watched airport: asking for it"
        " by name would tell every source whom you watch. TAILCHECK_ASK_PER_AIRCRAFT=1 allows that."
    )
