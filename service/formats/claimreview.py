"""An answer as the draft of a ClaimReview (schema.org, JSON-LD).

It has no `reviewRating`, and never gets one here: whether a claim is false is a human's word. Nor
has it an author or a date of publication, which are the publisher's.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from service.formats.plain import plain
from service.formats.shown import Shown

DRAFT: Final = (
    "Draft, made by a program and rated by nobody: a human adds the rating, the author, the claim"
    " as it was made and who made it, and takes out this line."
)


def claim_review(shown: Shown) -> bytes:
    """The draft as JSON in UTF-8; may stand in a page as it is, since it has no ``<``."""
    verdict = shown.verdict
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "creativeWorkStatus": "Draft",
        "comment": {"@type": "Comment", "text": DRAFT},
        "claimReviewed": plain(
            f"{verdict.aircraft} was at {verdict.airport_name} ({verdict.airport}) on {verdict.on}"
            f" ({verdict.zone})."
        ),
        "itemReviewed": {"@type": "Claim"},
        "reviewBody": plain(verdict.sentence),
        "temporalCoverage": f"{_second(verdict.interval.t_from)}/{_second(verdict.interval.t_to)}",
        "contentReferenceTime": _second(verdict.as_of),
        "abstract": plain(" ".join(verdict.does_not_show)),
        "creditText": plain("; ".join(verdict.attributions.values())),
        "isBasedOn": _captures(shown),
        "citation": [
            {"@type": "CreativeWork", "url": plain(url)}
            for url in dict.fromkeys(item.url for item in verdict.evidence)
            if url.startswith(("https://", "http://"))
        ],
    }
    encoded: bytes = msgspec.json.encode(document)
    # Inside of strings alone, so it stays the same JSON; without it `</script>` ends a script.
    return encoded.replace(b"<", b"\\u003c")


def _captures(shown: Shown) -> list[dict[str, str]]:
    captures = dict.fromkeys(item.capture for item in shown.verdict.evidence if item.capture)
    return [
        {"@type": "MediaObject", "sha256": sha256, "url": shown.capture_url(sha256)}
        for sha256 in captures
    ]


def _second(t: datetime) -> str:
    return f"{t:%Y-%m-%dT%H:%M:%SZ}"
