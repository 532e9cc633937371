"""What is stored, as SQLModel tables: the schema, and nothing but the schema.

Hot paths in `service.storage` use prebuilt statements; these classes are what migrations are
checked against. Four habits hold throughout:

- Times are integer microseconds since 1970 UTC in columns named ``…_us``.
- What a source said (`capture`, `identity_statement`, `report`, `ledger`) is append-only:
  `recorded_at_us` is when we learnt it, `digest` keeps the same fact from being stored twice.
- What we derive belongs to a `unit` (aircraft, source, UTC day). A unit is replaced whole; the
  former one gets `superseded_at_us`, its rows get `superseded`, and all of them stay, so that
  any answer can be given as of a past moment. `superseded` leads every index behind the key, so
  that history costs present reads nothing.
- Indexes end in what a reader filters by, so that only rows it wants are fetched.
- `body` is the whole value as it was derived (`service.storage.codec`); the columns beside it
  are there to find it by.

``WITHOUT ROWID`` stands where the key is most of the row: it halves `heard` and `capture_span`.
"""

from __future__ import annotations

from schemas.tables.base import NAMES, Table
from schemas.tables.derived import (
    LONG_MOVEMENT,
    EmergencyTable,
    GroundSpanTable,
    HeardTable,
    MovementTable,
    PassTable,
    SegmentTable,
    UnitTable,
)
from schemas.tables.kept import CheckRevisionTable, KeptCheckTable
from schemas.tables.log import LogHeadTable, LogLeafTable, LogNodeTable, LogStampTable
from schemas.tables.running import (
    FileVersionTable,
    LeaseTable,
    PaceTable,
    QuarantineTable,
)
from schemas.tables.said import (
    LONG_LEDGER,
    TIMELESS,
    CaptureSpanTable,
    CaptureTable,
    IdentityStatementTable,
    LedgerTable,
    ReportTable,
)
from schemas.tables.watching import (
    AlertTable,
    ApiKeyTable,
    DeliveryTable,
    ReceiverTable,
    RosterTable,
    WatchTable,
)

SCHEMA_REVISION = "0004"
"""The migration that leads to these tables; a test holds it to the newest in ``alembic/``."""

__all__ = [
    "LONG_LEDGER",
    "LONG_MOVEMENT",
    "NAMES",
    "SCHEMA_REVISION",
    "TIMELESS",
    "AlertTable",
    "ApiKeyTable",
    "CaptureSpanTable",
    "CaptureTable",
    "CheckRevisionTable",
    "DeliveryTable",
    "EmergencyTable",
    "FileVersionTable",
    "GroundSpanTable",
    "HeardTable",
    "IdentityStatementTable",
    "KeptCheckTable",
    "LeaseTable",
    "LedgerTable",
    "LogHeadTable",
    "LogLeafTable",
    "LogNodeTable",
    "LogStampTable",
    "MovementTable",
    "PaceTable",
    "PassTable",
    "QuarantineTable",
    "ReceiverTable",
    "ReportTable",
    "RosterTable",
    "SegmentTable",
    "Table",
    "UnitTable",
    "WatchTable",
]
