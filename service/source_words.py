"""The words that `HOME/sources.toml` may say about a source, and what each may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from service.errors import BadInput

UNSTATED: Final = "unstated"
"""The independence group of a source that nobody knows to be independent of any other."""
KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_URL: Final = re.compile(r"https?://[!-~]{1,500}", re.ASCII)
_OWN_MACHINE: Final = frozenset(("127.0.0.1", "::1", "localhost"))


@dataclass(frozen=True, slots=True)
class Words:
    """The table of one source, each word in it known and sound."""

    path: Path
    key: str
    said: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path, key: str, table: object) -> Words:
        """Raises `BadInput` for a word that is not known, or says what it cannot say."""
        if not isinstance(table, dict):
            raise BadInput(f"{path}: write [{key}] on a line of its own, then what is to be said.")
        words = cls(path, key, table)
        for name, value in table.items():
            if name not in WORDS:
                raise words.wrong(f"does not know {name!r}; it knows: {', '.join(WORDS)}")
            kinds, sound, wanted = WORDS[name]
            if type(value) not in kinds or not sound(value):  # exactly: True is an int
                raise words.wrong(f"{name} must be {wanted}")
        return words

    def wrong(self, what: str) -> BadInput:
        """What is wrong with the table, as an error to raise."""
        return BadInput(f"{self.path}: [{self.key}] {what}.")


def keeps_secrets(url: str) -> bool:
    """On the way there nobody else reads along: it is encrypted, or stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in _OWN_MACHINE


def _is_text(value: str) -> bool:
    return bool(value.strip()) and value.isprintable() and len(value) <= 200


def _is_url(value: str) -> bool:
    if not _URL.fullmatch(value) or set(value) & {"@", "?", "#"}:
        return False
    try:
        parts = urlsplit(value)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_any(_: object) -> bool:
    return True


_WEB: Final = "an http:// or https:// address without user, password or question mark"
_DAY: Final = "a date without quotes, e.g. 2023-01-01"

WORDS: Final[Mapping[str, tuple[tuple[type, ...], Callable[[Any], bool], str]]] = {
    "on": ((bool,), _is_any, "true or false"),
    "agreed": ((str,), _is_text, 'a text that says which agreement, e.g. "letter of 2026-01-02"'),
    "like": ((str,), _is_text, "the key of a source"),
    "title": ((str,), _is_text, "a short text"),
    "attribution": ((str,), _is_text, "a short text"),
    "url": ((str,), _is_url, _WEB),
    "token_url": ((str,), _is_url, _WEB),
    "requests_per_s": (
        (int, float),
        lambda n: isfinite(n) and 0.0001 <= n <= 100,
        "a number from 0.0001 to 100",
    ),
    "burst": ((int,), lambda n: 1 <= n <= 1_000, "a whole number from 1 to 1000"),
    "daily_credits": ((int,), lambda n: 1 <= n <= 10**9, "a whole number above 0"),
    "lag_h": (
        (int, float),
        lambda n: isfinite(n) and 0 <= n <= 8_784,
        "a number of hours, at most a year of them",
    ),
    "first_day": ((date,), _is_any, _DAY),
    "last_day": ((date,), _is_any, _DAY),
    "days_back": ((int,), lambda n: 0 <= n <= 36_600, "a whole number of days"),
    "independence_group": (
        (str,),
        lambda word: bool(KEY.fullmatch(word)),
        "a word of small letters, digits and _",
    ),
}
"""By word: its types, whether a value is sound, and what it must be."""
