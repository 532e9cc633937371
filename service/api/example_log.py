"""Worked examples of the log for the OpenAPI document: two entries, two heads, all of it right."""

from __future__ import annotations

from typing import Final

from schemas.log import LogHead, LogHeads, LogProof, LogProofs
from service.api.example_verdicts import CAPTURE, NAMED, utc

_ORIGIN: Final = "tailcheck-log/d9298a10d1b07358"
_KEY: Final = f"{_ORIGIN}+dda18087+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
_OTHER_LEAF: Final = "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa"
_LEAF: Final = "a93bd668cbcb2082a03a41fc6014039557fa682010ee54245f20ddea3d60fdbc"

_FIRST: Final = LogHead(
    number=1,
    size=1,
    root=_OTHER_LEAF,
    at=utc("2026-02-26T00:00:04.120Z"),
    note=f"{_ORIGIN}\n1\n2SmKENGwc1g33EvYXaxkGw887yekfl1TpU8vP1svz/o=\n"
    "time 2026-02-26T00:00:04.120000Z\n"
    f"previous {'0' * 64}\n"
    "\n"
    f"— {_ORIGIN} 3aGAh81/B02KCqpv/8ihC2oQ4+oTguuyUc0dSx4WCQyBC5zjnT1JUfM8sVNREubBfwMEYUkjjcUv"
    "/U6ckNVt8jgiMAQ=\n",
    public_key=_KEY,
    consistency=(),
)
_SECOND: Final = LogHead(
    number=2,
    size=2,
    root="699708b35b3d9c724f4cc5e18a4bc5c6ef9106e22b8c5a43a3b9ff0c46872931",
    at=utc("2026-02-28T00:00:07.931Z"),
    note=f"{_ORIGIN}\n2\naZcIs1s9nHJPTMXhikvFxu+RBuIrjFpDo7n/DEaHKTE=\n"
    "time 2026-02-28T00:00:07.931000Z\n"
    "previous e83a46376b5bc14e14d259549fb087ad176b27f2ef63c6a3068f87cfff0f321e\n"
    "\n"
    f"— {_ORIGIN} 3aGAh6+3yLOhPPXt0DkBeGi7MDrn1oIpZkLFySwtevp/kgGu3Eoqq4FjNCiiayPN+quEaSgCBCFP"
    "QqxtMykRn1ESgQ8=\n",
    public_key=_KEY,
    consistency=(_LEAF,),
)
HEAD: Final = {"Two receptions": _SECOND}
HEADS: Final = {"Two heads": LogHeads(heads=(_FIRST, _SECOND), next=None)}
PROOFS: Final = {
    "A file handed over": LogProofs(
        sha256=CAPTURE,
        proofs=(
            LogProof(
                record={
                    "headers": {},
                    "received_at_us": 1_772_208_251_000_000,
                    "requested_at_us": None,
                    "sha256": CAPTURE,
                    "size_bytes": 439_804,
                    "source": "trace_file",
                    "status": None,
                    "url": "trace_full_ac671b.json",
                },
                salt="631d68ed55cfd01386f47c4bc82e8ad24c5f0476196cda56edfa9272cdd61cc5",
                position=1,
                path=(_OTHER_LEAF,),
                head=_SECOND,
            ),
        ),
        attributions=NAMED,
    )
}
