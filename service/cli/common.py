"""What the commands share: putting the rooms together, and how errors end a command.

Exit codes (DESIGN §7): 0 observed or consistent, or simply done; 1 elsewhere, not_seen or near, or
a file that could not be read; 2 a mistake in what was asked; 3 can't tell; 4 a source failed;
5 the database or the disk failed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console

from adapters._contract import discover
from schemas.verdicts import VerdictWord
from service.clock import system_clock
from service.desk import Desk
from service.domain.airports.table import Airports
from service.errors import (
    AmbiguousAirport,
    BadInput,
    NotFound,
    SourceFailed,
    StorageError,
    TailcheckError,
    Unreadable,
    UnsettledAircraft,
)
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.fetching.pacing import Pacer
from service.ingest.reference.in_force import stored_airports
from service.sealing import FORMER_KEY_NAME, KEY_NAME, Sealer
from service.secret_files import NoSecret, read_secrets
from service.settings import Settings
from service.sources import set_up
from service.storage.captures import CaptureStore
from service.storage.database import (
    Engine,
    connect,
    open_database,
    reading,
    sqlite_path,
    writing,
)
from service.storage.migrate import upgrade
from service.storage.resealing import is_sealed_as_now, reseal
from service.storage.scrubbing import scrub


class TextOrJson(StrEnum):
    """How something is printed."""

    TEXT = "text"
    JSON = "json"


Format = Annotated[TextOrJson, typer.Option("--format")]

EXIT_OF_VERDICT: dict[VerdictWord, int] = {
    "observed": 0,
    "consistent": 0,
    "elsewhere": 1,
    "not_seen": 1,
    "near": 1,
    "identity_uncertain": 3,
    "conflicting": 3,
    "no_data": 3,
}
EXIT_OF_ERROR: tuple[tuple[type[TailcheckError], int], ...] = (
    (BadInput, 2),
    (NotFound, 2),
    (Unreadable, 1),
    (SourceFailed, 4),
    (StorageError, 5),
)

progress = Console(stderr=True, highlight=False)
"""Progress bars; data goes to stdout."""


def settings() -> Settings:
    """The settings from the environment; a mistake in one ends the command with a sentence."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "TAILCHECK_" + "_".join(str(part) for part in first["loc"]).upper()
        fail(f"{name}: {first['msg'].removeprefix('Value error, ')}.", 2)


def open_desk(chosen: Settings) -> Desk:
    """Everything a question or an import needs.

    A SQLite database that does not exist yet is made; one that exists with older tables is not
    touched: the error says to run `tailcheck migrate`.
    """
    engine = open_engine(chosen)
    setup = set_up(chosen, discover())
    captures = CaptureStore(chosen.captures_dir)
    return Desk(
        engine=engine,
        captures=captures,
        airports=airports(chosen),
        adapters=setup.adapters,
        clock=system_clock,
        off=setup.off,
        secrets=setup.secrets,
        sealer=open_sealer(chosen),
    )


def open_engine(chosen: Settings) -> Engine:
    """The database alone, made first if it is a SQLite file that does not exist yet."""
    path = sqlite_path(connect(chosen.url).url)
    if path is not None and not path.exists():
        upgrade(chosen.url)
    return open_database(chosen.url)


def open_sealer(chosen: Settings) -> Sealer:
    """Seals who is followed, by the keys among the secrets; without them, nothing.

    Raises:
        BadInput: there is a key that cannot be used. To go on without it would store in the clear
            what was meant to be sealed.
    """
    folder = chosen.secrets_folder
    return Sealer(*(_seal_key(folder, name) for name in (KEY_NAME, FORMER_KEY_NAME)))


def _seal_key(folder: Path, name: str) -> str:
    if not os.path.lexists(folder / name):
        return ""
    try:
        return read_secrets((name,), folder)[name]
    except NoSecret as error:
        raise BadInput(
            f"Watches are to be sealed with a key, which cannot be used. {error}"
        ) from error


def seal_anew(engine: Engine, sealer: Sealer) -> None:
    """Bring what is stored to the keys that are here now: sealed, unsealed or sealed otherwise.

    Raises:
        StorageError: something was sealed with a key that is not here.
    """
    with reading(engine) as conn:
        if is_sealed_as_now(conn, sealer):
            return
    with writing(engine) as conn:
        rows = reseal(conn, sealer)
    if not sealer.is_keyed:
        say(f"{rows} rows about watches are no longer sealed.")
    elif scrub(engine):
        say(f"{rows} rows about watches are sealed now; nothing of what they were is left.")
    else:
        say(
            f"{rows} rows about watches are sealed now. What they were may be left in unused parts"
            " of the database, which another program holds: run `tailcheck migrate` alone."
        )


def open_fetcher(
    desk: Desk, chosen: Settings, *, sleep: Callable[[float], None] = time.sleep
) -> Fetcher:
    """Whoever asks the sources on behalf of `desk`, at their pace. Close it, or use `with`.

    `sleep` waits for a source's turn, in seconds; it may raise, to be let go.
    """
    return Fetcher(desk, Pacer(desk.engine, desk.clock, sleep), contact=chosen.contact)


def airports(chosen: Settings) -> Airports:
    """The airport table with whatever reference data has been loaded; needs no database."""
    return stored_airports(chosen.home_dir, CaptureStore(chosen.captures_dir), system_clock)


@contextmanager
def told() -> Iterator[None]:
    """Turn the errors we raise on purpose into a sentence on stderr and an exit code."""
    try:
        yield
    except TailcheckError as error:
        if isinstance(error, AmbiguousAirport | UnsettledAircraft):
            for choice in error.choices:
                say(f"  {choice.code}  {choice.text}")
        fail(str(error), next(code for kind, code in EXIT_OF_ERROR if isinstance(error, kind)))
    except BrokenPipeError:
        # The reader (`head`, a pager) has seen enough.
        sys.stderr.close()
        raise typer.Exit(0) from None


def fail(message: str, code: int) -> NoReturn:
    """Say one sentence on stderr and end."""
    say(message)
    raise typer.Exit(code)


def say(message: str) -> None:
    """One line on stderr, never wrapped: other programs read it too."""
    typer.echo(message, err=True)
