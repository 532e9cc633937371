"""Traces as served, as kept by hand, and of an old archive."""

from __future__ import annotations

from collections.abc import Sequence

from tests.adapters.samples import Samples
from tests.adapters.traces import packed, row, trace


def trace_pages() -> Sequence[bytes]:
    """One flight, three ways to write it."""
    details = {"flight": "RSD010  ", "squawk": "1200", "nic": 8, "nac_p": 9, "sil": 3}
    rows = [row(60.0 * i, details=details if i % 4 == 0 else None) for i in range(40)]
    old = [short[:9] for short in rows]
    return packed(trace(rows)), trace(rows), trace(old, timestamp=None, date="2016-08-01")


SAMPLES: Samples = {
    "adsblol_history": trace_pages,
    "adsbx_samples": trace_pages,
    "trace_file": trace_pages,
}
