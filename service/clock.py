"""The one place that reads the time. Everything else is handed a `Clock`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment, aware UTC."""


def system_clock() -> datetime:
    """The present moment by this machine's clock, aware UTC."""
    return datetime.now(UTC)
