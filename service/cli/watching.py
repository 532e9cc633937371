"""`tailcheck watch`: whom the worker follows, and what is told of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import typer

from schemas.watching import TRIGGERS, Watch
from service.ask.followed import watch_document
from service.ask.following import follow, mine, subject_typed, unfollow
from service.ask.wishes import Typed, quiet_words, usual
from service.cli import watch_lists, watch_trying
from service.cli import watch_options as o
from service.cli.common import Format, TextOrJson, open_desk, say, settings, told
from service.cli.receiver_lines import receiver_lines
from service.desk import Desk
from service.errors import BadInput, NotFound
from service.ingest.following.watched import WatchedAircraft, asks_for_everything, watched_now
from service.notify.policy import Policy
from service.settings import Settings
from service.storage.database import reading, writing
from service.storage.watches import find, new_feed_token, watches

app = typer.Typer(
    no_args_is_help=True, help="Aircraft, airports and others to follow day and night."
)
app.command("import")(watch_lists.take)
app.command("test")(watch_trying.send_test)

WatchId = Annotated[int, typer.Argument(min=1, help="The watch's number.")]


@app.command("add", context_settings={"ignore_unknown_options": True})
def add_one(
    subject: Annotated[
        list[str], typer.Argument(help="Registration or 24-bit address, unless an option differs.")
    ],
    airport: o.Airport = False,
    aircraft_type: o.Type = False,
    operator: o.Operator = False,
    area: o.Area = False,
    check: o.Check = False,
    radius: Annotated[
        float | None, typer.Option(min=1, max=250, help="Of the circle round an airport, in NM.")
    ] = None,
    trigger: o.Triggers = None,
    at: o.At = None,
    home: o.Home = None,
    silent_days: o.SilentDays = None,
    lost_minutes: o.LostMinutes = None,
    min_grade: o.MinGrade = None,
    quiet: o.Quiet = None,
    zone: o.Zone = None,
    digest: o.Digest = None,
    to: o.To = None,
    details: o.Details = None,
    label: o.Label = None,
    note: o.Note = None,
    until: o.Until = None,
    owner: o.Owner = o.OWNER,
) -> None:
    """Follow an aircraft, or whoever comes to a place; adding it again changes what is said."""
    with told():
        kind = o.kind_of(
            airport=airport, aircraft_type=aircraft_type, operator=operator, area=area, check=check
        )
        chosen = settings()
        desk = open_desk(chosen)
        done = follow(
            desk,
            Policy.read(chosen.send_to),
            kind,
            o.typed_subject(subject),
            Typed(
                triggers=trigger,
                at=at,
                home=home,
                silent_days=silent_days,
                lost_minutes=lost_minutes,
                min_grade=min_grade,
                quiet=quiet,
                zone=zone,
                digest=digest,
                label=label,
                note=note,
                until=until,
                radius_nm=radius,
            ),
            owner=owner,
            to=to,
            details=details,
        )
        typer.echo(f"Watching {_line(done.watch, _aircraft(desk).get(done.watch.subject))}")
        for line in receiver_lines(done.receivers):
            typer.echo(line)
        for warning in _warnings(desk, chosen, done.watch):
            say(warning)


@app.command("list")
def list_all(output: Format = TextOrJson.TEXT, owner: o.Owner = o.OWNER) -> None:
    """Whom and what is followed."""
    with told():
        desk = open_desk(settings())
        with reading(desk.engine) as conn:
            current = watches(conn, desk.sealer, now=desk.clock(), owner=owner)
        aircraft = _aircraft(desk)
        if output is TextOrJson.JSON:
            typer.echo(json.dumps([_document(w, aircraft.get(w.subject)) for w in current]))
            return
        for watch in current:
            typer.echo(_line(watch, aircraft.get(watch.subject)))
        if not current:
            say("Nothing is watched. Add an aircraft: `tailcheck watch add RA-64523`.")


@app.command("rm", context_settings={"ignore_unknown_options": True})
def remove_one(
    subject: Annotated[list[str], typer.Argument(help="As it was added.")],
    airport: o.Airport = False,
    aircraft_type: o.Type = False,
    operator: o.Operator = False,
    area: o.Area = False,
    check: o.Check = False,
    by_id: Annotated[bool, typer.Option("--id", help="It is the watch's number.")] = False,
    owner: o.Owner = o.OWNER,
) -> None:
    """Follow it no longer. What was found stays."""
    with told():
        kind = o.kind_of(
            airport=airport, aircraft_type=aircraft_type, operator=operator, area=area, check=check
        )
        desk = open_desk(settings())
        typed = o.typed_subject(subject)
        name = typed if by_id else subject_typed(desk, kind, typed)
        with writing(desk.engine) as conn:
            if by_id:
                number = _number(typed)
            else:
                found = find(conn, desk.sealer, kind, name, owner=owner)
                if found is None:
                    raise NotFound(f"{name} is not watched. `tailcheck watch list` shows who is.")
                number = found.id
            watch = unfollow(conn, desk, owner, number)
        typer.echo(f"No longer watching {watch.subject}.")


@app.command("feed")
def feed(watch_id: WatchId, owner: o.Owner = o.OWNER) -> None:
    """New addresses of the watch's Atom feed and calendar; those from before end. The address is
    the key: whoever has it can read the feed."""
    with told():
        chosen = settings()
        desk = open_desk(chosen)
        with writing(desk.engine) as conn:
            mine(conn, desk, owner, watch_id)
            token = new_feed_token(conn, watch_id, owner=owner)
        typer.echo(f"{chosen.reached_at}/v1/feeds/{token}.atom")
        typer.echo(f"{chosen.reached_at}/v1/feeds/{token}.ics")
        say(
            "These are shown once. They say that something happened, and with ?details=true what:"
            " a reader that is a service learns it too."
        )


def _number(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 19):
        raise BadInput(f"“{typed[:40]}” is no number of a watch.")
    return int(typed)


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
    parts += _wished(watch)
    parts += [text for text in (watch.label, watch.note) if text]
    return ", ".join((*parts, f"watch {watch.id}"))


def _wished(watch: Watch) -> Iterator[str]:
    """What differs from a watch of which nothing was said."""
    wishes, plain = watch.wishes, usual(watch.kind)
    if watch.expires_at is not None:
        yield f"until {watch.expires_at:%Y-%m-%d %H:%M} UTC"
    if wishes.triggers != plain.triggers:
        yield f"told: {' '.join(trigger for trigger in TRIGGERS if trigger in wishes.triggers)}"
    if wishes.at:
        yield f"only at {' '.join(wishes.at)}"
    if wishes.home is not None:
        yield f"home {wishes.home}"
    if wishes.min_grade != plain.min_grade:
        yield f"{wishes.min_grade} only"
    if wishes.quiet is not None:
        yield f"quiet {quiet_words(wishes.quiet)} {wishes.quiet.zone}"
    if wishes.digest != "none":
        yield f"{wishes.digest} digest"
    if wishes.to:
        yield f"to {' '.join(f'receiver {receiver}' for receiver in wishes.to)}"


def _document(watch: Watch, aircraft: WatchedAircraft | None) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(watch_document(watch))
    return said | {
        "icao24": list(aircraft.icao24) if aircraft is not None else [],
        "registrations": list(aircraft.registrations) if aircraft is not None else [],
    }


def _warnings(desk: Desk, chosen: Settings, watch: Watch) -> Iterator[str]:
    """What the worker will not do, or will give away."""
    if watch.kind in ("airport", "area", "check"):
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
