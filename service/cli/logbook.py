"""`tailcheck log`: the log of what was received, its heads, and what proves what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from schemas.log import LogHead
from service.ask import log as asked
from service.cli.common import open_desk, open_engine, say, settings, told
from service.clock import system_clock
from service.errors import BadInput, NotFound
from service.evidence import log_key
from service.evidence.log_check import Checked, differences, must_hold_true
from service.evidence.log_files import exported, looked_at
from service.evidence.log_heads import make_head, sequence
from service.evidence.log_stamps import NoStamp, verify
from service.evidence.logbook import Logging, ask_for_stamps
from service.storage.database import Engine, reading
from service.storage.log_heads import heads_after, last_head

app = typer.Typer(no_args_is_help=True, help="The log of what was received, and its proofs.")


@app.command("head")
def head(
    new_key: Annotated[
        bool,
        typer.Option("--new-key", help="Sign with the key here, whoever signed before."),
    ] = False,
) -> None:
    """Make a head over all that was received so far, and print it, to be published elsewhere."""
    with told():
        chosen = Logging.by(settings())
        engine = open_engine(settings())
        sequence(engine)
        made = make_head(engine, chosen.secrets, now=system_clock(), new_key=new_key)
        if made is None:
            raise NotFound("Nothing was received yet, so there is nothing to make a head over.")
        if made.unsigned_because:
            say(f"The head is not signed. {made.unsigned_because}")
        for sentence in ask_for_stamps(engine, chosen, system_clock):
            say(sentence)
        with reading(engine) as conn:
            found = last_head(conn)
        engine.dispose()
        assert found is not None
        typer.echo(found.note, nl=False)
        say(_line(found))


@app.command("export")
def export() -> None:
    """Every head as JSON, each with the proof that it holds the one before, and its time stamps."""
    with told():
        engine = open_engine(settings())
        with reading(engine) as conn:
            document = exported(conn)
        engine.dispose()
        _print(document)


@app.command("prove")
def prove(
    sha256: Annotated[str, typer.Argument(metavar="SHA256", help="As answers name bytes.")],
) -> None:
    """What proves that these bytes are in the log, as JSON: all that is needed to verify it."""
    with told():
        desk = open_desk(settings())
        document = asked.proofs(desk, sha256)
        desk.engine.dispose()
        _print(document)
        if any(proof.head is None for proof in document.proofs):
            say("No head covers all of it yet: `tailcheck log head` makes one.")


@app.command("verify")
def verify_all(
    file: Annotated[
        Path | None, typer.Argument(help="What `log export` or `log prove` wrote.")
    ] = None,
    key: Annotated[
        str, typer.Option(metavar="KEY", help="The public key that must have signed.")
    ] = "",
) -> None:
    """Look at the whole log and tell all that does not hold; or at a file, needing nothing else."""
    with told():
        if file is not None:
            _verify_file(file, key.strip())
            return
        chosen = settings()
        engine = open_engine(chosen)
        amiss, checked = differences(engine, chosen.secrets_folder)
        if not amiss:
            amiss = _stamps_amiss(engine)
        engine.dispose()
        for what in amiss:
            typer.echo(f"FAIL {what}")
        if amiss:
            say("Keep a copy of this database as it is, then restore a backup from before.")
            raise typer.Exit(5)
        typer.echo(f"ok   {in_words(checked)}")


@app.command("new-key")
def new_key() -> None:
    """Print a new key to sign heads with, for secrets that are handed in from outside."""
    with told():
        typer.echo(log_key.new_key())
        say(
            f"Hand it in as `{log_key.KEY_NAME}` among the secrets, readable by you alone. Where"
            " the folder of secrets can be written to, one is made by itself."
        )


def holds(engine: Engine, secrets: Path) -> str:
    """What the log is, in words. Raises `StorageError` when it does not hold."""
    return in_words(must_hold_true(engine, secrets))


def in_words(checked: Checked) -> str:
    """What was found to be right."""
    parts = [f"{checked.size} entries, {checked.heads} heads"]
    if checked.waiting:
        parts.append(f"{checked.waiting} wait for their place")
    if checked.unsigned:
        parts.append(f"{checked.unsigned} heads are not signed")
    return "; ".join(parts)


def _verify_file(file: Path, key: str) -> None:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror or error}.") from error
    looked = looked_at(content, key)
    for what in looked.amiss:
        typer.echo(f"FAIL {what}")
    if looked.amiss:
        raise typer.Exit(1)
    typer.echo(f"ok   {looked.what}")
    if looked.unsigned:
        say(f"{looked.unsigned} heads are not signed: whoever made the file may have made them up.")
    if not key:
        for one in looked.keys:
            say(f"Signed by {one}: compare it with the one that was published.")


def _stamps_amiss(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        heads = heads_after(conn)
    amiss = []
    for one in heads:
        for stamp in one.stamps:
            try:
                verify(one.note, stamp)
            except NoStamp as error:
                amiss.append(f"head {one.number}: {error}")
    return amiss


def _line(made: LogHead) -> str:
    signed = f"signed by {made.public_key}" if made.public_key else "not signed"
    stamps = "".join(
        f"; stamped {one.at:%Y-%m-%d %H:%M:%S} UTC by {one.authority}" for one in made.stamps
    )
    return f"Head {made.number}, {made.size} entries, {signed}{stamps}."


def _print(document: object) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(document), indent=1).decode())
