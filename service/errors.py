"""Errors that people read. Few, named; each says what went wrong and what to do.

TailcheckError
├── BadInput            the asker can mend it: a typo, a date that does not exist
│   ├── UnknownAircraft
│   ├── UnknownAirport
│   └── AmbiguousAirport    carries the choices
├── Unreadable          bytes that are not what they should be; they are kept all the same
├── NotFound            no such thing stored
├── Conflict            it is otherwise already
├── StorageError        database or disk, with the sentence what to do
└── SourceFailed        a public source did not answer as it should
"""

from __future__ import annotations

from dataclasses import dataclass


class TailcheckError(Exception):
    """Root of all errors we raise on purpose; `str()` is a sentence for people."""

    code = "error"
    """Stable word, the last part of the problem+json `type`."""


class BadInput(TailcheckError):
    """What was asked makes no sense as it stands."""

    code = "bad-input"


class UnknownAircraft(BadInput):
    """Neither a registration nor a 24-bit address."""

    code = "unknown-aircraft"


class UnknownAirport(BadInput):
    """No airport by that code or name."""

    code = "unknown-airport"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that the asker may have meant."""

    code: str
    text: str


class AmbiguousAirport(BadInput):
    """Several airports by that name: a choice, never a silent guess."""

    code = "ambiguous-airport"

    def __init__(self, message: str, choices: tuple[Choice, ...]) -> None:
        super().__init__(message)
        self.choices = choices


class UnsettledAircraft(BadInput):
    """Sources do not settle which address is meant, so there is no one aircraft to list."""

    code = "unsettled-aircraft"

    def __init__(self, message: str, choices: tuple[Choice, ...]) -> None:
        super().__init__(message)
        self.choices = choices


class Unreadable(TailcheckError):
    """Bytes that cannot be read as what they should be."""

    code = "unreadable"


class NotFound(TailcheckError):
    """Nothing is stored under that name."""

    code = "not-found"


class Conflict(TailcheckError):
    """What is asked does not go together with how things are."""

    code = "conflict"


class StorageError(TailcheckError):
    """The database or the disk is not as it should be."""

    code = "storage"


class SourceFailed(TailcheckError):
    """A public source did not answer as it should."""

    code = "source-failed"
