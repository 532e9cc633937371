"""The example that is shipped."""

from __future__ import annotations

from collections.abc import Sequence

from tests.adapters.samples import Samples
from tests.realdata import PROJECT


def press_pages() -> Sequence[bytes]:
    """Two reports."""
    return ((PROJECT / "examples" / "ra-64523.yaml").read_bytes(),)


SAMPLES: Samples = {"press": press_pages}
