"""Dates and moments as people type them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from service.errors import BadInput


def parse_date(text: str) -> date:
    """A date as typed.

    Raises:
        BadInput: it is not YYYY-MM-DD, or does not exist.
    """
    advice = f"{text!r} is not a date; write it as 2020-08-18."
    # The library also takes 20200818 and 2020-W34-2: nobody types these on purpose.
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip(), re.ASCII):
        raise BadInput(advice)
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput(advice) from error


def parse_moment(text: str) -> datetime:
    """A moment as typed, with its zone.

    Raises:
        BadInput: it cannot be read, or has no zone.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput(f"{text!r} is not a time; write it as 2020-08-18T13:00:00Z.") from error
    if moment.tzinfo is None:
        raise BadInput(f"{text!r} has no time zone; write it as 2020-08-18T13:00:00Z.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise BadInput(f"{text!r} is outside of the calendar; check the year.") from error
