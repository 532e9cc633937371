"""Runs migrations on the connection that `service.storage.migrate` hands over.

There is no alembic.ini and no offline mode: the configuration is built in code, inside one
transaction, so that a migration is done whole or not at all on both databases.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from schemas.tables import Table


def _plain_text(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """SQLModel's text type as SQLAlchemy's own, so that migrations need no SQLModel."""
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    compare_type=True,
    render_as_batch=True,
    render_item=_plain_text,
)
context.run_migrations()
