"""`tailcheck keys`: who may ask over HTTP, and the key that watches are sealed with."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Final

import typer

from schemas.access import SCOPES, ApiKey, Scope
from schemas.watching import LOCAL
from service.api.access import hash_of, new_secret, spelled
from service.ask.typed import parse_date
from service.cli.common import Format, TextOrJson, open_engine, say, settings, told
from service.clock import system_clock
from service.errors import BadInput, NotFound
from service.sealing import FORMER_KEY_NAME, KEY_NAME, new_key
from service.storage.api_keys import add_key, keys, revoke
from service.storage.database import reading, writing

app = typer.Typer(no_args_is_help=True, help="Who may ask over HTTP.")

USUAL: Final = "query,evidence,watch"
_OWNER: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}", re.ASCII)
_KEY: Final = re.compile(r"(?:tck_)?([0-9a-f]{8})(?:_[A-Za-z0-9_-]{43})?", re.ASCII)
_LONGEST_LABEL: Final = 200


@app.command("create")
def create(
    owner: Annotated[
        str, typer.Option(help="Whose watches and alerts it opens; nobody else's.")
    ] = LOCAL,
    label: Annotated[str, typer.Option(help="For yourself, to know it by.")] = "",
    scopes: Annotated[
        str, typer.Option(help="What it allows, comma-separated: query, evidence, watch, admin.")
    ] = USUAL,
    expires: Annotated[
        str | None, typer.Option(metavar="DATE", help="From this day on (UTC) it opens nothing.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, max=36_600, help="Good for so long.")] = None,
) -> None:
    """Make an access key. It is shown this once; only its hash is kept."""
    with told():
        now = system_clock()
        key_id, secret = new_secret()
        key = ApiKey(
            id=key_id,
            secret_hash=hash_of(secret),
            owner=_owner(owner),
            label=_label(label),
            scopes=_scopes(scopes),
            created_at=now,
            expires_at=_expiry(expires, days, now),
        )
        engine = open_engine(settings())
        with writing(engine) as conn:
            is_first = not keys(conn)
            add_key(conn, key)
        engine.dispose()
        typer.echo(spelled(key_id, secret))
        say(f"This is shown once. {_line(key, now)}")
        if is_first:
            say("It is the first: from now on, whoever asks over HTTP needs a key.")


@app.command("list")
def list_all(
    output: Format = TextOrJson.TEXT,
) -> None:
    """Every key there ever was; never what proves it."""
    with told():
        engine = open_engine(settings())
        with reading(engine) as conn:
            made = keys(conn)
        engine.dispose()
        now = system_clock()
        if output is TextOrJson.JSON:
            typer.echo(json.dumps([_document(key, now) for key in made]))
            return
        for key in made:
            typer.echo(_line(key, now))
        if not made:
            say("There is no key. Make one: `tailcheck keys create`.")


@app.command("revoke")
def revoke_one(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id, as `keys list` shows it.")],
) -> None:
    """Let a key in no longer: at once, and within a second in servers that run."""
    with told():
        found = _KEY.fullmatch(key.strip())
        if found is None:
            raise BadInput("A key is named by its id, eight digits as in 0b8f9b5e.")
        engine = open_engine(settings())
        now = system_clock()
        with writing(engine) as conn:
            if not revoke(conn, found[1], now=now):
                raise NotFound(
                    f"No key {found[1]} is in use. `tailcheck keys list` shows which are."
                )
            rest = sum(one.is_valid(now) for one in keys(conn))
        engine.dispose()
        typer.echo(f"Revoked {found[1]}.")
        if not rest:
            say("No key is valid any more, so nobody is let in. Make one: `tailcheck keys create`.")


@app.command("seal")
def seal() -> None:
    """Print a new key to seal watches with, for a file that lies outside of the database."""
    with told():
        path = settings().secrets_folder / KEY_NAME
        typer.echo(new_key())
        if path.exists() and path.stat().st_size:
            say(f"There is a key already: first rename {path} to {FORMER_KEY_NAME}.")
        say(f"Write it into {path}, readable by you alone, and never over another:")
        say(f"  (umask 077; set -C; mkdir -p {path.parent}; tailcheck keys seal > {path})")
        say(
            "Then run `tailcheck migrate`. Keep a copy elsewhere, and not beside the database:"
            " without it, watches, receivers and alerts can be read by nobody."
        )


def _owner(typed: str) -> str:
    owner = typed.strip()
    if not _OWNER.fullmatch(owner):
        raise BadInput(
            "An owner is named by small letters, digits, dots, dashes and @: --owner desk-2."
        )
    return owner


def _label(typed: str) -> str:
    label = typed.strip()
    if len(label) > _LONGEST_LABEL or not label.isprintable():
        raise BadInput(f"A label is one line of at most {_LONGEST_LABEL} characters.")
    return label


def _scopes(typed: str) -> frozenset[Scope]:
    words = [word.strip() for word in typed.split(",") if word.strip()]
    unknown = [word for word in words if word not in SCOPES]
    if unknown or not words:
        what = f"There is no scope {unknown[0]!r}" if unknown else "A key allows something"
        raise BadInput(f"{what}. There are: {', '.join(SCOPES)}.")
    return frozenset(scope for scope in SCOPES if scope in words)


def _expiry(expires: str | None, days: int | None, now: datetime) -> datetime | None:
    if expires is None:
        return None if days is None else now + timedelta(days=days)
    if days is not None:
        raise BadInput("Give either --expires or --days.")
    moment = datetime.combine(parse_date(expires), time(), UTC)
    if moment <= now:
        raise BadInput("--expires lies in the past: the key would open nothing.")
    return moment


def _line(key: ApiKey, now: datetime) -> str:
    parts = [
        f"{key.id}  {key.owner}",
        ", ".join(scope for scope in SCOPES if scope in key.scopes),
        f"made {key.created_at:%Y-%m-%d}",
        _until(key, now),
    ]
    return "; ".join([*parts, key.label] if key.label else parts)


def _until(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at is None:
        return "until revoked"
    word = "until" if key.is_valid(now) else "ran out"
    return f"{word} {key.expires_at:%Y-%m-%d %H:%M} UTC"


def _document(key: ApiKey, now: datetime) -> dict[str, Any]:
    return {
        "id": key.id,
        "owner": key.owner,
        "label": key.label,
        "scopes": [scope for scope in SCOPES if scope in key.scopes],
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "valid": key.is_valid(now),
    }
