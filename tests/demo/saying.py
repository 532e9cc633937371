"""What the live half of the demo prints: each line marked, for none of it happened."""

from __future__ import annotations

import sys

SOURCE = "simulated"


def say(line: str) -> None:
    """One line, marked."""
    sys.stdout.write(f"[{SOURCE}] {line}\n")
    sys.stdout.flush()
