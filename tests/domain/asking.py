"""Builders for questions: who is meant, who was asked, what is reported and heard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from schemas.movements import (
    GroundSpan,
    Heard,
    Movement,
    Pass,
    Segment,
)
from schemas.places import Airport
from schemas.records import IdentityStatement, LedgerRow, Outcome, Report
from schemas.sources import Pace, Reach, Source, SourceKind, Terms
from schemas.verdicts import Candidate, Evidence, Identity, Question, Verdict
from service.domain.verdict.judge import judge
from tests.domain.cases import (
    APIA,
    DAY,
    HEATHROW,
    ICAO24,
    MINSK,
    NOW,
    OTHER,
    REGISTRATION,
    VILNIUS,
    VNUKOVO,
    at,
)


def report(
    t_on: datetime | None = None,
    destination: str = "UMMS",
    *,
    t_off: datetime | None = None,
    origin: str = "UUWW",
    publisher: str = "dolce24.ru",
    rests_on: tuple[str, ...] = (),
    registration: str = REGISTRATION,
    icao24: str = "",
    source: str = "press",
    url: str = "",
) -> Report:
    """A reported flight."""
    return Report(
        source=source,
        registration=registration,
        icao24=icao24,
        origin=origin,
        destination=destination,
        t_off=t_off,
        t_on=t_on,
        publisher=publisher,
        url=url or f"https://{publisher}/story",
        rests_on=rests_on,
    )


def asked(
    outcome: Outcome = "data",
    t_from: datetime | None = None,
    t_to: datetime | None = None,
    *,
    source: str = "adsblol",
    target: str = ICAO24,
) -> LedgerRow:
    """A source was asked; about the local day and both UTC days around it unless said."""
    return LedgerRow(
        source=source,
        target=target,
        t_from=t_from or at("00:00", 9),
        t_to=t_to or at("00:00", 12),
        outcome=outcome,
        asked_at=at("08:00", 15),
    )


def heard(
    t_from: datetime,
    t_to: datetime,
    *,
    source: str = "adsblol",
    icao24: str = OTHER,
    place: Airport = MINSK,
    without: Iterable[datetime] = (),
) -> tuple[Heard, ...]:
    """Another aircraft low at the airport in every hour that touches the stretch."""
    hour = t_from.replace(minute=0, second=0, microsecond=0)
    left_out = set(without)
    found = []
    while hour < t_to:
        if hour not in left_out:
            found.append(
                Heard(
                    icao24=icao24,
                    source=source,
                    airport=place.ident,
                    hour=hour,
                    low_fixes=20,
                    ground_fixes=0,
                )
            )
        hour += timedelta(hours=1)
    return tuple(found)


def source(
    key: str = "adsblol",
    group: str = "adsb.lol",
    *,
    kind: SourceKind = "history",
    reach: Reach | None = None,
    open_archive: bool = False,
) -> Source:
    """A source."""
    return Source(
        key=key,
        title=key.title(),
        url=f"https://{key}.example",
        kind=kind,
        terms=Terms(licence="ODbL-1.0", attribution=key),
        pace=Pace(requests_per_s=1.0),
        lag=timedelta(hours=1),
        reach=reach or Reach(),
        independence_group=group,
        open_archive=open_archive,
    )


SOURCES: Mapping[str, Source] = {
    s.key: s
    for s in (
        source("adsblol", "adsb.lol"),
        source("opensky", "opensky"),
        source("adsblol_mirror", "adsb.lol"),
        source("stranger", "unstated"),
    )
}


def statement(
    type_code: str = "T204", source: str = "tar1090db", icao24: str = ICAO24
) -> IdentityStatement:
    """A registry says so."""
    return IdentityStatement(
        source=source, registration=REGISTRATION, icao24=icao24, type_code=type_code
    )


def known_as(
    icao24: str = ICAO24,
    registration: str = REGISTRATION,
    type_code: str = "T204",
    *,
    by_rule: bool = False,
    statements: tuple[IdentityStatement, ...] | None = None,
) -> Candidate:
    """One aircraft that may be meant."""
    if statements is None:
        statements = () if by_rule else (statement(type_code, icao24=icao24),)
    return Candidate(
        icao24=icao24,
        registration=registration,
        type_code=type_code,
        by_rule=by_rule,
        statements=statements,
    )


def identity(
    *candidates: Candidate,
    asked_by: Literal["registration", "icao24"] = "registration",
    registration: str = REGISTRATION,
    note: str = "",
) -> Identity:
    """What the question means; established unless `candidates` says otherwise."""
    return Identity(
        typed=registration if asked_by == "registration" else ICAO24,
        asked_by=asked_by,
        registration=registration,
        candidates=candidates,
        note=note,
    )


ESTABLISHED = identity(known_as())


BY_RULE = identity(known_as(type_code="", by_rule=True))


NOBODY = identity()


TWO_ADDRESSES = identity(known_as(), known_as("15fffe"))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question with its evidence; `answer` judges it."""

    evidence: Evidence
    place: Airport = MINSK
    on: date = DAY
    zone: str = ""
    now: datetime = NOW

    @property
    def question(self) -> Question:
        return Question(
            aircraft=REGISTRATION, airport=self.place, on=self.on, zone=self.zone or self.place.zone
        )

    def answer(self) -> Verdict:
        return judge(
            self.question, self.evidence, now=self.now, as_of=self.now, reference_version="test"
        )


def evidence(
    *items: object,
    identity: Identity = ESTABLISHED,
    sources: Mapping[str, Source] = SOURCES,
    places: tuple[Airport, ...] = (MINSK, VNUKOVO, VILNIUS, HEATHROW, APIA),
) -> Evidence:
    """Items of any kind, or tuples of them, in one bag."""
    bag: list[object] = []
    for item in items:
        bag.extend(item if isinstance(item, tuple) else (item,))
    return Evidence(
        identity=identity,
        segments=tuple(x for x in bag if isinstance(x, Segment)),
        movements=tuple(x for x in bag if isinstance(x, Movement)),
        passes=tuple(x for x in bag if isinstance(x, Pass)),
        ground_spans=tuple(x for x in bag if isinstance(x, GroundSpan)),
        reports=tuple(x for x in bag if isinstance(x, Report)),
        ledger=tuple(x for x in bag if isinstance(x, LedgerRow)),
        heard=tuple(x for x in bag if isinstance(x, Heard)),
        sources=sources,
        places={place.ident: place for place in places},
    )


def ask(
    *items: object,
    identity: Identity = ESTABLISHED,
    sources: Mapping[str, Source] = SOURCES,
    place: Airport = MINSK,
    on: date = DAY,
    zone: str = "",
    now: datetime = NOW,
) -> Asked:
    """The question about Minsk on 2024-05-10 unless said, on these items."""
    return Asked(
        evidence=evidence(*items, identity=identity, sources=sources),
        place=place,
        on=on,
        zone=zone,
        now=now,
    )
