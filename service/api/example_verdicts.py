"""Two worked verdicts for the OpenAPI document; what they list is shortened."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from schemas.records import IdentityStatement
from schemas.verdicts import (
    READS,
    Candidate,
    EvidenceItem,
    GapFinding,
    Identity,
    Interval,
    OtherDate,
    Reason,
    Verdict,
)

CAPTURE: Final = "995347cbfe9fedb93aa731db145a5bec8ab53d605c7068e7f47da55b60a47d43"
_PRESS: Final = "89a514d2dc021bc416f2d3b72fe0cd9b3dce60ec3c0064dad993d0cdea4772e2"


def utc(text: str) -> datetime:
    """A moment as aware UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


AS_OF: Final = utc("2026-03-01T09:30:00Z")

SAID: Final = IdentityStatement(
    source="trace_file",
    registration="N899DN",
    icao24="ac671b",
    type_code="B739",
    operator="DELTA AIR LINES INC",
    valid_from=date(2025, 2, 4),
    valid_to=date(2025, 2, 6),
    basis="lookup",
    capture=CAPTURE,
)
N899DN: Final = Identity(
    typed="N899DN",
    asked_by="registration",
    registration="N899DN",
    candidates=(
        Candidate(icao24="ac671b", registration="N899DN", type_code="B739", statements=(SAID,)),
    ),
)
RULE_ONLY: Final = Identity(
    typed="RA-64523",
    asked_by="registration",
    registration="RA-64523",
    candidates=(
        Candidate(
            icao24="14fc0b",
            registration="RA-64523",
            statements=(
                IdentityStatement(
                    source="rule", registration="RA-64523", icao24="14fc0b", basis="rule"
                ),
            ),
            by_rule=True,
        ),
    ),
    note="For 2020-08-18 no source gives RA-64523 an address: 14fc0b is what the state's numbering"
    " rule gives, a fallback and no fact.",
)
_ON_GROUND: Final = (
    "positions on the ground there from 2025-02-05 01:12:35Z to 2025-02-05 03:43:06Z, received by"
    " trace_file and joined to its track"
)
_ARRIVING: Final = (
    "dolce24.ru, citing flightradar24 has it arriving at UMMS at 2020-08-18 14:17:00Z"
)
_REPORTS: Final = f"2 reports, one origin (flightradar24); {_ARRIVING}; no positions are held"

NAMED: Final = {"trace_file": "trace file, origin as stated by whoever handed it over"}
OBSERVED: Final = Verdict(
    aircraft="N899DN",
    airport="KMSP",
    airport_name="Minneapolis-St Paul International/Wold-Chamberlain Airport",
    on=date(2025, 2, 4),
    zone="America/Chicago",
    interval=Interval(t_from=utc("2025-02-04T06:00:00Z"), t_to=utc("2025-02-05T06:00:00Z")),
    identity=N899DN,
    verdict="observed",
    reads=READS["observed"],
    grade="single_source",
    sentence="N899DN (address ac671b) was seen on the ground at Minneapolis-St Paul"
    " International/Wold-Chamberlain Airport (KMSP) on 2025-02-04 (America/Chicago date):"
    f" {_ON_GROUND}.",
    reasons=(Reason(code="on_ground", text=_ON_GROUND),),
    evidence=(
        EvidenceItem(
            kind="ground_span",
            text="positions on the ground at KMSP from 2025-02-05 01:12:35Z to 2025-02-05"
            " 01:15:17Z, 39 of them (surface positions)",
            source="trace_file",
            t_from=utc("2025-02-05T01:12:35.269Z"),
            t_to=utc("2025-02-05T01:15:17.229Z"),
            grade="surface",
            lat=44.879883,
            lon=-93.215888,
            capture=CAPTURE,
            row_from=731,
            row_to=769,
        ),
        EvidenceItem(
            kind="movement",
            text="landing at KMSP at 2025-02-05 01:12:24Z (air, then ground)",
            source="trace_file",
            t_from=utc("2025-02-05T01:12:22.359Z"),
            t_to=utc("2025-02-05T01:12:35.269Z"),
            grade="observed",
            lat=44.879883,
            lon=-93.215888,
            capture=CAPTURE,
            row_from=722,
            row_to=731,
        ),
    ),
    assumptions=(
        "The date is read in America/Chicago: 2025-02-04 06:00:00Z to 2025-02-05 06:00:00Z.",
        "N899DN is address ac671b, as trace_file says.",
    ),
    other_date=OtherDate(
        zone="UTC",
        interval=Interval(t_from=utc("2025-02-04T00:00:00Z"), t_to=utc("2025-02-05T00:00:00Z")),
        verdict="elsewhere",
        reads=READS["elsewhere"],
        text="Read as a UTC date, 2025-02-04 gives another answer: seen elsewhere: could not have"
        " been there.",
    ),
    would_change=("Proof that the positions were forged or that the address was another's.",),
    does_not_show=(
        "Who or what was aboard, or who ordered the flight.",
        "That nobody forged the signal; no sign of that was found.",
    ),
    as_of=AS_OF,
    rules_version="verdict 1",
    reference_version="airportsdata 20260905; own fields 1",
    attributions=NAMED,
)
REPORTED: Final = Verdict(
    aircraft="RA-64523",
    airport="UMMS",
    airport_name="Minsk International Airport",
    on=date(2020, 8, 18),
    zone="Europe/Minsk",
    interval=Interval(t_from=utc("2020-08-17T21:00:00Z"), t_to=utc("2020-08-18T21:00:00Z")),
    identity=RULE_ONLY,
    verdict="consistent",
    reads=READS["consistent"],
    grade="reports_alone",
    sentence="Only reports place RA-64523 (address 14fc0b) at Minsk International Airport (UMMS)"
    f" on 2020-08-18 (Europe/Minsk date): {_REPORTS}.",
    reasons=(Reason(code="reported", text=_REPORTS),),
    evidence=(
        EvidenceItem(
            kind="report",
            text=_ARRIVING,
            source="press",
            t_from=utc("2020-08-18T14:17:00Z"),
            t_to=utc("2020-08-18T14:17:00Z"),
            grade="airborne",
            capture=_PRESS,
            row_from=0,
            url="https://dolce24.ru/iz-moskvy-v-minsk-priletel-lajner-fsb",
        ),
    ),
    gaps=(
        GapFinding(
            before=None,
            after=None,
            seconds=None,
            needed_s=None,
            possible=True,
            text="nothing was received from it around that time",
        ),
    ),
    would_change=(
        "Positions on the ground at the airport, from any receiver in range.",
        "OpenSky flight list reaches that date and has not been asked: https://zenodo.org/…",
    ),
    does_not_show=(
        "Who or what was aboard, or who ordered the flight.",
        "That it was not there: a transponder may be off or out of reach.",
    ),
    as_of=AS_OF,
    rules_version="verdict 1",
    reference_version="airportsdata 20260905; own fields 1",
    attributions={"press": "the publisher of each report"},
)
