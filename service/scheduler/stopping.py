"""Being told to stop: whatever sleeps or waits between two steps is let go at once."""

from __future__ import annotations

import threading
from typing import Final

LOOK_S: Final = 0.2
"""How often the main thread looks whether a signal came."""


class Stopped(Exception):
    """The worker was told to stop while it waited; what it was about was not done."""


class Stopping:
    """Says whether the worker was told to stop."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._signalled = False

    def __call__(self) -> bool:
        return self._signalled or self._told.is_set()

    def tell(self) -> None:
        """Stop."""
        self._told.set()

    def tell_from_signal(self, *_: object) -> None:
        """Stop; a signal handler.

        It runs in the middle of whatever the main thread does. That may be `wait`, which holds
        the event's lock for a moment, and to set the event from here would wait for it for ever.
        """
        self._signalled = True

    def wait(self) -> None:
        """Returns when it is told; for the main thread.

        Not one long wait: a signal that comes just before it would not break it off, and Python
        runs the handler only when the main thread runs.
        """
        while not self():
            self._told.wait(LOOK_S)
        self.tell()

    def sleep(self, seconds: float) -> None:
        """As `time.sleep`, for a `Pacer`. Raises `Stopped` when told to stop before or within."""
        if self._told.wait(max(0.0, seconds)):
            raise Stopped("The worker is stopping.")
