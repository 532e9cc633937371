"""Worked examples about kept checks for the OpenAPI document."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from schemas.api_kept import CheckAsked, CheckWatch, KeptDocument, KeptLine, KeptList, KeptMade
from schemas.api_watching import WatchMade
from schemas.watching import Wishes
from service.api.example_verdicts import NAMED, OBSERVED, utc
from service.api.example_watching import A_WATCH, RECEIVER_MADE
from service.ask.document import verdict_json
from service.ask.followed import watch_document
from service.ask.kept_documents import document_of
from service.domain.verdict.changes import because
from service.storage.kept_checks import Asked, KeptCheck, Revision

ID: Final = "3f0c9a6b1d5e47288bd0c41e7a92f563"
_AT: Final = utc("2025-02-05T18:00:00Z")
_CHECK: Final = KeptCheck(
    id=ID,
    owner="local",
    asked=Asked(aircraft="N899DN", airport="KMSP", date="2025-02-04"),
    created_at=_AT,
)
_NOBODY_ASKED: Final = replace(
    OBSERVED,
    verdict="no_data",
    reads="Can't tell",
    grade="none",
    sentence="Public data held here cannot tell whether N899DN (address ac671b) was at"
    " Minneapolis-St Paul International (KMSP) on 2025-02-04 (America/Chicago date): no source has"
    " been asked about it for that time.",
    reasons=(
        replace(
            OBSERVED.reasons[0],
            code="not_asked",
            text="no source has been asked about it for that time",
        ),
    ),
    evidence=(),
    gaps=(),
    coverage=(),
    rivals=(),
    conflicts=(),
    other_date=None,
    attributions={},
    as_of=_AT,
)
_LATER: Final = replace(OBSERVED, attributions=NAMED)
_HISTORY: Final = (
    Revision(number=1, at=_AT, document=verdict_json(_NOBODY_ASKED)),
    Revision(
        number=2,
        at=_LATER.as_of,
        document=verdict_json(_LATER),
        because=because(_NOBODY_ASKED, _LATER),
    ),
)


def _shown(document: KeptDocument, answer: object) -> KeptDocument:
    """With the answer as a value: an example is taken apart once more."""
    return replace(document, answer=answer)  # type: ignore[arg-type]


_FIRST: Final = _shown(document_of(_CHECK, _HISTORY[:1]), _NOBODY_ASKED)
_NEWEST: Final = _shown(document_of(_CHECK, _HISTORY), _LATER)
_WATCH: Final = replace(
    A_WATCH,
    kind="check",
    subject=ID,
    label="",
    wishes=Wishes(triggers=frozenset({"verdict_changed"}), to=(1,)),
)

ASKED: Final = {
    "A question": CheckAsked(aircraft="N899DN", airport="MSP", date="2025-02-04"),
    "And a message when the answer changes": CheckAsked(
        aircraft="N899DN",
        airport="MSP",
        date="2025-02-04",
        watch=CheckWatch(to=("https://desk.example.org/hooks/tailcheck",)),
    ),
}
MADE: Final = {
    "Nobody had been asked yet": KeptMade(check=_FIRST, watch=None),
    "With a watch on it": KeptMade(
        check=_FIRST,
        watch=WatchMade(watch=watch_document(_WATCH), receivers=tuple(RECEIVER_MADE.values())),
    ),
}
MADE_BEFORE: Final = {"Sent twice, kept once": KeptMade(check=_NEWEST, watch=None)}
KEPT: Final = {"Late data turned the answer": _NEWEST}
REVISION: Final = {"The first answer, as it was": _NOBODY_ASKED}
LIST: Final = {
    "One": KeptList(
        checks=(
            KeptLine(
                id=ID,
                question=_NEWEST.question,
                created_at=_AT,
                newest=_NEWEST.revisions[-1],
            ),
        ),
        next=None,
    )
}
