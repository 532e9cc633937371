"""Where the real tracks lie: beside the project, and inside the installed `traffic` wheel.

Nothing is copied into the repository; each origin keeps its own terms.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def shared(relative: str) -> Path:
    """A file of the real data beside the project; skips the test when it is not there."""
    root = Path(os.environ.get("TAILCHECK_REALDATA", PROJECT.parent / "shared" / "data"))
    path = root / relative
    if not path.exists():
        pytest.skip(f"real data not here: {path} (set TAILCHECK_REALDATA)")
    return path


def traffic_sample(relative: str) -> Path:
    """A file below `traffic/data/samples/` of the installed wheel, found without importing it."""
    spec = importlib.util.find_spec("traffic")
    assert spec is not None, "the `traffic` wheel is missing: run `make setup`"
    assert spec.origin is not None
    path = Path(spec.origin).parent / "data" / "samples" / relative
    assert path.exists(), path
    return path
