"""How long a source asks us to wait: ``Retry-After``, seconds or a date, and OpenSky's header."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_WAIT: Final = timedelta(days=1)
"""However long a source says."""

_SECONDS: Final = re.compile(r"(\d{1,12})(?:\.\d*)?", re.ASCII)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the source asks us to wait, from 0 to a day; None = it does not say.

    A date is measured from the source's own ``Date``, since its clock need not be ours. Names of
    the headers in lower case.
    """
    waits = [
        wait
        for name in ("retry-after", "x-rate-limit-retry-after-seconds")
        if (wait := _wait(headers.get(name, ""), headers, now)) is not None
    ]
    return min(max(waits), LONGEST_WAIT) if waits else None


def _wait(value: str, headers: Mapping[str, str], now: datetime) -> timedelta | None:
    value = value.strip()
    if seconds := _SECONDS.fullmatch(value):
        return timedelta(seconds=min(int(seconds[1]), int(LONGEST_WAIT.total_seconds())))
    when = http_date(value)
    if when is None:
        return None
    return max(when - (http_date(headers.get("date", "")) or now), timedelta())


def http_date(value: str) -> datetime | None:
    """The moment that an HTTP date names; None for what is none."""
    try:
        when = parsedate_to_datetime(value)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
