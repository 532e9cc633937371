"""Who may ask over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

Scope = Literal["query", "evidence", "watch", "admin"]
"""Ask questions; read evidence as received; follow and be told; count what others have."""
SCOPES: Final[tuple[Scope, ...]] = ("query", "evidence", "watch", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """An access key without the part that proves it, which is stored nowhere."""

    id: str
    secret_hash: bytes
    """SHA-256."""
    owner: str
    label: str = ""
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
