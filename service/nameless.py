"""Errors as a log may hold them: what broke and where, never whom it was about."""

from __future__ import annotations

import traceback
from pathlib import PurePath


def without_names(error: BaseException) -> str:
    """The kind of error and the line it came from: ``KeyError at live.py:120``.

    What it says is left out: addresses, registrations and URLs stand in such texts.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    cause = f", from {type(error.__cause__).__name__}" if error.__cause__ is not None else ""
    return f"{type(error).__name__}{where}{cause}"
