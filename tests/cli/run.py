"""Running the real command in a home of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def tailcheck(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`tailcheck WORDS…` with nothing of the caller's environment but a path."""
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *words],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TAILCHECK_HOME": str(home)},
        check=False,
        timeout=300,
    )
