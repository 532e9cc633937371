"""Whether our clock and a source's agree, by the ``Date`` of its replies.

A clock that is wrong by hours would say that a source has spoken about hours to come.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from service.ingest.fetching.waits import http_date

NOTICED: Final = timedelta(seconds=60)
"""Less is nothing: ``Date`` has whole seconds, and clocks without a time server drift."""

_AGE: Final = re.compile(r"\d{1,9}", re.ASCII)


def skew_of(
    headers: Mapping[str, str], requested_at: datetime, answered_at: datetime
) -> timedelta | None:
    """How far our clock is ahead of the source's; negative = behind; None = it does not say.

    `headers` by name in lower case. The reply was made between the two moments, or ``Age`` seconds
    earlier where a cache has kept it.
    """
    theirs = http_date(headers.get("date", ""))
    if theirs is None:
        return None
    age = headers.get("age", "").strip()
    if _AGE.fullmatch(age):
        theirs += timedelta(seconds=int(age))
    if theirs < requested_at:
        skew = requested_at - theirs
    else:
        skew = min(answered_at - theirs, timedelta())
    return skew if abs(skew) > NOTICED else timedelta()


def sentence(skew: timedelta) -> str:
    """In words: ``our clock is 2 h 3 min ahead of the source's``; empty when they agree."""
    if not skew:
        return ""
    minutes = round(abs(skew).total_seconds() / 60)
    hours, minutes = divmod(minutes, 60)
    long = f"{hours:,} h {minutes} min" if hours else f"{minutes} min"
    return f"our clock is {long} {'ahead of' if skew > timedelta() else 'behind'} the source's"
