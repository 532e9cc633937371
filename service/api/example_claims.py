"""A worked claim for the OpenAPI document; what it lists is shortened."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from schemas.api_claims import ClaimAsked, FlightAsked, StopAsked
from schemas.claims import (
    AircraftRead,
    ClockTime,
    Leg,
    Mark,
    OutOfReach,
    Read,
    Reading,
    ReadingChoice,
    ReadingQuestion,
    Stop,
)
from schemas.judging import RESULT_SAYS, Judged, JudgedClaim, Origin, Voice
from service.api.example_verdicts import AS_OF, REPORTED

_TEXT: Final = (
    "Yesterday RA-64523, used by the director of the FSB, landed in Minsk. It took off from"
    " Vnukovo at 16:00 Moscow time."
)
_ASKED_BACK: Final = "RA-64523 landed in Minsk on 08/09/2020."


def _mark(piece: str, text: str = _TEXT) -> Mark:
    start = text.index(piece)
    return Mark(start=start, end=start + len(piece), text=piece)


_ON: Final = Read(
    value=date(2020, 8, 18),
    mark=_mark("Yesterday"),
    note="Counted from the publication on 2020-08-19.",
)
_READING: Final = Reading(
    published=date(2020, 8, 19),
    language="en",
    aircraft=(
        AircraftRead(
            name=Read(value="RA-64523", mark=_mark("RA-64523")),
            named_by="registration",
            legs=(
                Leg(
                    departure=Stop(
                        role="departure",
                        said=_mark("took off"),
                        place=Read(value="UUWW", mark=_mark("Vnukovo")),
                        at=Read(
                            value=ClockTime(at=time(16), zone="Europe/Moscow"),
                            mark=_mark("16:00 Moscow time"),
                        ),
                    ),
                    arrival=Stop(
                        role="arrival",
                        said=_mark("landed"),
                        place=Read(value="UMMS", mark=_mark("Minsk")),
                    ),
                    on=_ON,
                ),
            ),
        ),
    ),
    out_of_reach=(
        OutOfReach(
            mark=_mark("used by the director of the FSB"),
            why="Who uses it, nobody sees.",
        ),
    ),
)
_ARRIVAL: Final = Judged(
    kind="arrival",
    aircraft="RA-64523",
    leg=1,
    claimed="arrival at UMMS, 2020-08-18",
    result="fits",
    says=RESULT_SAYS["fits"],
    grade="reports_alone",
    sentence=REPORTED.sentence,
    marks=(_mark("landed"), _mark("Minsk")),
    reasons=REPORTED.reasons,
    verdict=REPORTED,
)
_VOICES: Final = tuple(
    Voice(name=name, url=url, rests_on=("flightradar24",), is_claim=False, counts=True)
    for name, url in (
        ("dolce24.ru", "https://dolce24.ru/iz-moskvy-v-minsk-priletel-lajner-fsb"),
        ("natpress.mirtesen.ru", "https://natpress.mirtesen.ru/blog/43389366025"),
    )
)
_JUDGED: Final = JudgedClaim(
    published=date(2020, 8, 19),
    reading=_READING,
    judged=(_ARRIVAL,),
    result="fits",
    says=RESULT_SAYS["fits"],
    grade="reports_alone",
    sentence="What is held fits the claim, though not each part of it was seen (arrival):"
    f" {REPORTED.sentence}",
    origins=(
        Origin(
            name="flightradar24",
            voices=_VOICES,
            has_claim=False,
            sentence="Two reports, one origin: flightradar24.",
        ),
    ),
    not_judged=("Out of reach: “used by the director of the FSB”. Who uses it, nobody sees.",),
    does_not_show=("Who or what was aboard, or who ordered or used the flight.",),
    as_of=AS_OF,
    rules_version="claims 1",
    reference_version=REPORTED.reference_version,
    attributions=REPORTED.attributions,
)
_WHICH_DAY: Final = "08/09/2020 is 8 September in some countries and 9 August in others."
_BACK: Final = JudgedClaim(
    published=date(2020, 9, 10),
    reading=Reading(
        published=date(2020, 9, 10),
        language="en",
        questions=(
            ReadingQuestion(
                field="aircraft[0].legs[0].on",
                text=_WHICH_DAY,
                choices=(
                    ReadingChoice(value="2020-08-09", text="9 August 2020"),
                    ReadingChoice(value="2020-09-08", text="8 September 2020"),
                ),
                mark=_mark("08/09/2020", _ASKED_BACK),
            ),
        ),
    ),
    judged=(),
    result=None,
    says="Nothing was judged",
    grade="",
    sentence="Nothing in the claim could be judged.",
    origins=(),
    not_judged=(f"Open until it is answered (aircraft[0].legs[0].on): {_WHICH_DAY}",),
    does_not_show=("Who or what was aboard, or who ordered or used the flight.",),
    as_of=AS_OF,
    rules_version="claims 1",
    reference_version=REPORTED.reference_version,
)

CLAIMS: Final = {
    "Fits, by reports alone; one part is out of reach": _JUDGED,
    "Asked back: the date can be read in two ways": _BACK,
}
ASKED: Final = {
    "A text": ClaimAsked(text=_TEXT, published="2020-08-19"),
    "With the answer to a question": ClaimAsked(
        text=_ASKED_BACK,
        published="2020-09-10",
        answers={"aircraft[0].legs[0].on": "2020-09-08"},
    ),
    "In fields": ClaimAsked(
        assertions=(
            FlightAsked(
                aircraft="RA-64523",
                type="T204",
                date="2020-08-18",
                departure=StopAsked(place="Vnukovo", time="16:00", zone="Europe/Moscow"),
                arrival=StopAsked(place="UMMS"),
                minutes=77,
            ),
        )
    ),
}
