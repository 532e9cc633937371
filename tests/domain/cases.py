"""Builders for verdict tests: one aircraft, a few airports, and evidence in a line or two.

Everything happens around 2024-05-10 at Minsk (UTC+3, so the local day is 2024-05-09T21:00Z to
2024-05-10T21:00Z). Times are written as `at("13:05")` or `at("22:10", day=9)`, places as
`off(MINSK, 270, 30)`: 30 NM west of Minsk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import numpy as np

from schemas.movements import (
    FixPoint,
    GroundBasis,
    GroundSpan,
    Heard,
    Mark,
    Method,
    Move,
    Movement,
    MovementGrade,
    Pass,
    PassForm,
    PathPoint,
    Rival,
    Segment,
)
from schemas.places import Airport
from schemas.records import IdentityStatement, LedgerRow, Outcome, Report
from schemas.sources import Pace, Reach, Source, SourceKind, Terms
from schemas.verdicts import Candidate, Evidence, Identity, Question, Verdict
from service.domain.geo import destination
from service.domain.verdict import judge

DAY = date(2024, 5, 10)
NOW = datetime(2024, 6, 1, tzinfo=UTC)
ICAO24 = "14fc0b"
REGISTRATION = "RA-64523"
OTHER = "abcdef"
"""Another aircraft."""

Place = tuple[float, float]
"""Latitude, longitude."""


def airport(
    ident: str,
    lat: float,
    lon: float,
    zone: str,
    elevation_ft: float | None = 0.0,
    *,
    name: str = "",
    closed: bool = False,
    aliases: tuple[str, ...] = (),
) -> Airport:
    """An airport without runways: the verdict asks for its place and its time only."""
    return Airport(
        ident=ident,
        name=name or ident,
        city="",
        country="XX",
        lat=lat,
        lon=lon,
        elevation_ft=elevation_ft,
        zone=zone,
        closed=closed,
        aliases=aliases,
    )


MINSK = airport("UMMS", 53.8825, 28.0307, "Europe/Minsk", 670.0, name="Minsk National")
VNUKOVO = airport("UUWW", 55.5915, 37.2615, "Europe/Moscow", 685.0, name="Vnukovo")
VILNIUS = airport("EYVI", 54.6341, 25.2858, "Europe/Vilnius", 646.0, name="Vilnius")
HEATHROW = airport("EGLL", 51.4706, -0.4619, "Europe/London", 83.0, name="Heathrow")
APIA = airport("NSFA", -13.83, -172.008, "Pacific/Apia", 58.0, name="Faleolo")
NADI = airport("NFFN", -17.7554, 177.443, "Pacific/Fiji", 59.0, name="Nadi")
SOUTH_POLE = airport("NZSP", -89.99, 0.0, "Antarctica/McMurdo", 9300.0, name="South Pole")
LONGYEAR = airport("ENSB", 78.2461, 15.4656, "Arctic/Longyearbyen", 88.0, name="Longyear")
OLD_MINSK = airport("UMMM", 53.8645, 27.5396, "Europe/Minsk", 748.0, name="Minsk-1", closed=True)


def at(clock: str, day: int = 10) -> datetime:
    """A moment of May 2024, UTC: ``at("13:05:30")``. Hours past 24 run into the next day."""
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return datetime(2024, 5, day, tzinfo=UTC) + timedelta(
        hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0
    )


def off(place: Airport, course_deg: float, run_nm: float) -> Place:
    """So many NM from an airport on a true course."""
    lat, lon = destination(place.lat, place.lon, course_deg, run_nm)
    return float(lat), float(lon)


def on(place: Airport) -> Place:
    """The airport itself."""
    return place.lat, place.lon


def fix(t: datetime, place: Place, alt_ft: float | None = 30_000.0, *, row: int = 0) -> FixPoint:
    """One fix; `alt_ft` None is on the ground."""
    return FixPoint(
        t=t,
        lat=place[0],
        lon=place[1],
        alt_ft=alt_ft,
        on_ground=alt_ft is None,
        capture="c" * 64,
        row=row,
    )


def turned(lon: float) -> float:
    """A longitude within ±180."""
    return (lon + 180.0) % 360.0 - 180.0


Point = tuple[datetime, Place] | tuple[datetime, Place, float | None]


def segment(
    *points: Point,
    source: str = "adsblol",
    icao24: str = ICAO24,
    max_step_s: float = 10.0,
    path_error_nm: float = 0.5,
    usable: bool = True,
    marks: tuple[Mark, ...] = (),
    max_gs_kt: float | None = 450.0,
) -> Segment:
    """A segment along points (time, place[, altitude; None = on the ground])."""
    path = [
        PathPoint(
            t=p[0],
            lat=p[1][0],
            lon=p[1][1],
            alt_ft=p[2] if len(p) > 2 else 30_000.0,
            on_ground=len(p) > 2 and p[2] is None,
        )
        for p in points
    ]
    lats, lons = [p.lat for p in path], np.unwrap([p.lon for p in path], period=360.0)
    all_round = float(np.ptp(lons)) >= 360.0
    return Segment(
        icao24=icao24,
        source=source,
        first=fix(path[0].t, (path[0].lat, path[0].lon), path[0].alt_ft, row=0),
        last=fix(path[-1].t, (path[-1].lat, path[-1].lon), path[-1].alt_ft, row=len(path)),
        fixes=len(path) * 20,
        max_step_s=max_step_s,
        path=tuple(path),
        path_error_nm=path_error_nm,
        lat_min=min(lats),
        lat_max=max(lats),
        lon_min=-180.0 if all_round else turned(float(lons.min())),
        lon_max=180.0 if all_round else turned(float(lons.max())),
        max_gs_kt=max_gs_kt,
        usable=usable,
        marks=marks,
    )


def leg(
    t_from: datetime,
    t_to: datetime,
    start: Place,
    end: Place,
    *,
    alt_ft: float | None = 30_000.0,
    source: str = "adsblol",
    max_step_s: float = 10.0,
    usable: bool = True,
    marks: tuple[Mark, ...] = (),
) -> Segment:
    """A segment with two points."""
    return segment(
        (t_from, start, alt_ft),
        (t_to, end, alt_ft),
        source=source,
        max_step_s=max_step_s,
        usable=usable,
        marks=marks,
    )


def parked(
    t_from: datetime,
    t_to: datetime,
    place: Place,
    source: str = "adsblol",
    *,
    usable: bool = True,
    max_gs_kt: float | None = 450.0,
) -> Segment:
    """Received on the ground at one place throughout."""
    return segment(
        (t_from, place, None),
        (t_to, place, None),
        source=source,
        usable=usable,
        max_gs_kt=max_gs_kt,
    )


def span(
    t_from: datetime,
    t_to: datetime,
    place: Airport = MINSK,
    *,
    times: Sequence[datetime] | None = None,
    source: str = "adsblol",
    tied: bool = True,
    air_change_in: bool = False,
    air_change_out: bool = False,
    marks: tuple[Mark, ...] = (),
    rivals: tuple[Rival, ...] = (),
    basis: GroundBasis = "surface",
    icao24: str = ICAO24,
) -> GroundSpan:
    """On the ground at an airport, a fix every 30 s unless `times` says when."""
    if times is None:
        steps = int((t_to - t_from) / timedelta(seconds=30))
        times = [*(t_from + timedelta(seconds=30 * k) for k in range(steps + 1)), t_to]
    known = tuple(sorted(times))
    return GroundSpan(
        icao24=icao24,
        source=source,
        airport=place.ident,
        basis=basis,
        first=fix(t_from, on(place), None),
        last=fix(t_to, on(place), None, row=len(known)),
        fixes=len(known),
        max_step_s=30.0,
        air_change_in=air_change_in,
        air_change_out=air_change_out,
        tied=tied,
        times=known,
        marks=marks,
        rivals=rivals,
    )


def movement(
    move: Move,
    t: datetime,
    place: Airport | None = MINSK,
    *,
    method: Method = "lost_low",
    grade: MovementGrade = "inferred",
    height_ft: float | None = 1_000.0,
    earliest: datetime | None = None,
    latest: datetime | None = None,
    source: str = "adsblol",
    marks: tuple[Mark, ...] = (),
    rivals: tuple[Rival, ...] = (),
    icao24: str = ICAO24,
) -> Movement:
    """A take-off or landing."""
    lat, lon = on(place) if place is not None else (52.0, 27.0)
    return Movement(
        icao24=icao24,
        source=source,
        move=move,
        airport=place.ident if place is not None else None,
        runway=None,
        t_earliest=earliest or t,
        t_best=t,
        t_latest=latest or t,
        method=method,
        grade=grade,
        lat=lat,
        lon=lon,
        height_ft=height_ft,
        marks=marks,
        rivals=rivals,
        capture="c" * 64,
        row_from=1,
        row_to=2,
    )


def observed(move: Move, t: datetime, place: Airport = MINSK, source: str = "adsblol") -> Movement:
    """A take-off or landing that was seen to the ground."""
    return movement(
        move, t, place, method="ground", grade="observed", height_ft=50.0, source=source
    )


def passed(
    form: PassForm,
    t: datetime,
    place: Airport = MINSK,
    *,
    height_ft: float | None = 300.0,
    distance_nm: float = 1.0,
    marks: tuple[Mark, ...] = (),
    source: str = "adsblol",
    icao24: str = ICAO24,
) -> Pass:
    """A pass."""
    return Pass(
        icao24=icao24,
        source=source,
        form=form,
        airport=place.ident,
        t_best=t,
        lat=place.lat,
        lon=place.lon,
        height_ft=height_ft,
        distance_nm=distance_nm,
        marks=marks,
    )


def rival(place: Airport, why: str = "2 NM farther") -> Rival:
    """Another airport that fits."""
    return Rival(airport=place.ident, why=why)


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


HEARD_ALL_DAY = heard(at("21:00", 9), at("21:00"))


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


def away_all_day(
    place: Airport = HEATHROW, source: str = "adsblol", t_to: datetime | None = None
) -> Segment:
    """Received on the ground elsewhere throughout, well past both readings of the date."""
    return parked(at("20:00", 9), t_to or at("25:00"), on(place), source)


def tour(
    distance_nm: float,
    alt_ft: float | None = 30_000.0,
    *,
    max_step_s: float = 10.0,
    source: str = "adsblol",
    course_deg: float = 280.0,
    t_from: datetime | None = None,
    t_to: datetime | None = None,
) -> Segment:
    """From Heathrow past Minsk and back, heard throughout, closest (so far from it) at 10:00."""
    points: list[Point] = [
        (at("20:00", 9), on(HEATHROW), None),
        (at("07:00"), on(HEATHROW), None),
        (at("10:00"), off(MINSK, course_deg, distance_nm), alt_ft),
        (at("13:00"), on(HEATHROW), None),
        (at("25:00"), on(HEATHROW), None),
    ]
    kept = [p for p in points if (not t_from or p[0] >= t_from) and (not t_to or p[0] <= t_to)]
    return segment(*kept, source=source, max_step_s=max_step_s)


def flight_of(minutes: float, v_max_kt: float = 720.0) -> float:
    """How far off, NM, an airport takes so many minutes to reach at the bound, as the verdict
    counts: 0.6 % of the distance and 4 NM around the reference point are given away."""
    return (minutes / 60.0 * v_max_kt + 4.0) / 0.994


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: a question, and the answer it must have."""

    name: str
    asked: Asked
    word: str
    grade: str
    codes: tuple[str, ...]
    """Of the reasons."""
    other: str | None = None
    """The answer for the date read another way, where it differs."""
    conflicts: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    possible: tuple[bool, ...] | None = None
    """Which of the silences told leave time for a visit; None = not looked at."""
    covered: int | None = None
    """Hours in which others were heard; None = not looked at."""
    kinds: str | None = None
    """Kinds of the evidence items, with spaces; None = not looked at."""
    says: tuple[str, ...] = ()
    """What the sentence must contain."""


def row(name: str, asked: Asked, answer: str, codes: str, **expected: object) -> Row:
    """A `Row` in one line: `answer` is word and grade, `codes` the reasons' codes."""
    word, grade = answer.split()
    return Row(
        name=name,
        asked=asked,
        word=word,
        grade=grade,
        codes=tuple(codes.split()),
        **expected,  # type: ignore[arg-type]
    )


def complaints(row: Row, found: Verdict) -> list[str]:
    """What in the answer is not as the row says."""
    seen: list[tuple[str, object, object]] = [
        ("verdict", row.word, found.verdict),
        ("grade", row.grade, found.grade),
        ("reasons", row.codes, tuple(reason.code for reason in found.reasons)),
        ("other date", row.other, found.other_date and found.other_date.verdict),
        ("conflicts", row.conflicts, tuple(reason.code for reason in found.conflicts)),
        ("rivals", row.rivals, tuple(rival.airport for rival in found.rivals)),
    ]
    if row.possible is not None:
        seen.append(("silences", row.possible, tuple(gap.possible for gap in found.gaps)))
    if row.covered is not None:
        seen.append(("hours covered", row.covered, len(found.coverage)))
    if row.kinds is not None:
        seen.append(("evidence", row.kinds, " ".join(item.kind for item in found.evidence)))
    seen += [(f"says {text!r}", True, text in found.sentence) for text in row.says]
    return [f"{what}: {want!r} wanted, {got!r} given" for what, want, got in seen if want != got]
