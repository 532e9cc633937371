"""Bringing a database to the tables of this program, from code: no alembic.ini, no shell.

The scripts lie in ``service/migrations`` of an installed wheel, in ``alembic/`` of a checkout.
A new one is drafted from the tables by::

    from alembic import command
    from service.storage import migrate
    with migrate.configured(engine) as config:      # an engine on a migrated scratch database
        command.revision(config, "what it does", rev_id="0002", autogenerate=True)
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine

import service
from schemas.tables import SCHEMA_REVISION
from service.errors import StorageError
from service.storage import database

_LOCK = 0x7461696C
"""PostgreSQL advisory lock: one migration at a time."""


def upgrade(url: str) -> None:
    """Make the database at `url` if need be, and bring its tables up to date.

    Doing it twice, or twice at once, is fine. Raises `StorageError` when the database cannot be
    reached or was written by a newer program.
    """
    engine = database.connect(url)
    try:
        database.create_file(engine)
        with configured(engine) as config:
            command.upgrade(config, "head")
    except CommandError as error:
        raise StorageError(
            f"The tables of {database.shown(engine)} are of a version this program does not know"
            f" ({error}). They were written by a newer Tailcheck: update the program."
        ) from error
    finally:
        engine.dispose()


def is_current(engine: Engine) -> bool:
    """Whether the tables are those of this program."""
    return database.revision(engine) == SCHEMA_REVISION


def head() -> str:
    """The newest migration there is."""
    newest = ScriptDirectory(str(scripts())).get_current_head()
    assert newest is not None, "no migrations packaged"
    return newest


def scripts() -> Path:
    """The folder of the migrations."""
    package = Path(service.__file__).parent
    packaged = package / "migrations"
    return packaged if packaged.is_dir() else package.parent / "alembic"


@contextmanager
def configured(engine: Engine) -> Iterator[Config]:
    """Alembic's configuration around one transaction on `engine`, which `env.py` uses."""
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    with database.writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = connection
        yield config
