"""An answer as a document: the same one on the command line and over HTTP."""

from __future__ import annotations

import msgspec

from schemas.verdicts import Verdict
from service.formats.plain import every_text
from service.storage.codec import clean


def verdict_json(verdict: Verdict) -> bytes:
    """The whole answer as JSON, UTF-8, times as RFC 3339 in UTC. Text is as it was read; only what
    UTF-8 cannot hold (half of a character) is U+FFFD."""
    try:
        return msgspec.json.encode(verdict)
    except UnicodeEncodeError:
        return msgspec.json.encode(every_text(verdict, clean))
