"""Options that several commands about watches share, and what they mean together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from schemas.watching import LOCAL, TRIGGERS, WatchKind
from service.errors import BadInput

Owner = Annotated[str, typer.Option(help="Whose it is, where several people have keys.")]
OWNER = LOCAL

Airport = Annotated[bool, typer.Option("--airport", help="It is an airport, not an aircraft.")]
Type = Annotated[bool, typer.Option("--type", help="It is an ICAO type designator, as T204.")]
Operator = Annotated[bool, typer.Option("--operator", help="It is an operator's name.")]
Area = Annotated[bool, typer.Option("--area", help="It is a circle: lat,lon,radius in NM.")]
Check = Annotated[bool, typer.Option("--check", help="It is a kept check, by its id.")]

Triggers = Annotated[
    list[str] | None,
    typer.Option("--trigger", help=f"What is told: {', '.join(TRIGGERS)}. May be repeated."),
]
At = Annotated[
    list[str] | None,
    typer.Option("--at", help="Only at this airport or in this country. May be repeated."),
]
Home = Annotated[str | None, typer.Option(help="The home base, for away_from_home.")]
SilentDays = Annotated[int | None, typer.Option(help="For reappeared: days without a sign.")]
LostMinutes = Annotated[int | None, typer.Option(help="For signal_lost: minutes of silence.")]
MinGrade = Annotated[
    str | None, typer.Option(help="observed: no move that is merely inferred; inferred: both.")
]
Quiet = Annotated[str | None, typer.Option(help="Hours in which nothing is sent, as 22:00-07:00.")]
Zone = Annotated[str | None, typer.Option(help="Of --quiet and --until, as Europe/Minsk.")]
Digest = Annotated[str | None, typer.Option(help="none, hourly or daily.")]
To = Annotated[
    list[str] | None,
    typer.Option("--to", help="Receiver: https://…, apprise:…, or its number. May be repeated."),
]
Details = Annotated[
    bool | None,
    typer.Option(
        "--details/--no-details",
        help="Whether messages to these receivers say what happened, or only that something did.",
    ),
]
Label = Annotated[str | None, typer.Option(help="A name for it.")]
Note = Annotated[str | None, typer.Option(help="For yourself; never sent anywhere.")]
Until = Annotated[str | None, typer.Option(help="Until this date, or moment, and no longer.")]


def kind_of(
    *, airport: bool, aircraft_type: bool, operator: bool, area: bool, check: bool
) -> WatchKind:
    """Which kind of subject the flags say that it is. Raises `BadInput` when several."""
    flags: dict[WatchKind, bool] = {
        "airport": airport,
        "type": aircraft_type,
        "operator": operator,
        "area": area,
        "check": check,
    }
    said = [kind for kind, given in flags.items() if given]
    if len(said) > 1:
        raise BadInput(f"It cannot be {' and '.join(said)} at once: give one of these.")
    return said[0] if said else "aircraft"


def typed_subject(words: Sequence[str]) -> str:
    """What stands on the command line beside the options.

    An area in the south or west begins with a minus sign, so unknown options get here as well.

    Raises:
        BadInput: nothing stands there, or too much, or an option that does not exist.
    """
    for word in words:
        if word.startswith("--"):
            raise BadInput(f"There is no option {word.partition('=')[0]}; --help lists them.")
    if len(words) != 1:
        raise BadInput("Give one subject; put quotes round a name of several words.")
    return words[0]
