"""Hypothesis strategies for every value that storage takes in and gives out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from schemas.movements import (
    Derived,
    Emergency,
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
    Squawk,
)
from schemas.records import (
    Capture,
    IdentityStatement,
    LedgerRow,
    Outcome,
    Rejected,
    Report,
    StatementBasis,
    TimeKind,
)
from service.storage.units import UnitKey

DAY = date(2024, 3, 30)
"""Most units of a test are of this day."""

START = datetime(2024, 3, 30, tzinfo=UTC)

ICAO24S = ("14fc0b", "ac671b", "3c6444")
SOURCES = ("adsblol", "opensky")
REGISTRATIONS = ("RA-64523", "N899DN", "РА-64523", "")


def words(most: int = 12) -> st.SearchStrategy[str]:
    """Texts that databases hold: any script, no NUL, no lone surrogates."""
    return st.text(
        st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=most
    )


def moments(
    earliest: datetime = datetime(1990, 1, 1, tzinfo=UTC),
    latest: datetime = datetime(2060, 1, 1, tzinfo=UTC),
) -> st.SearchStrategy[datetime]:
    """Aware UTC, to the microsecond."""
    span_us = (latest - earliest) // timedelta(microseconds=1)
    return st.integers(0, span_us).map(lambda us: earliest + timedelta(microseconds=us))


def numbers(low: float = -1e6, high: float = 1e6) -> st.SearchStrategy[float]:
    """Finite floats, every bit of them but the sign of zero, which SQLite does not keep."""
    return st.floats(low, high, allow_nan=False).map(lambda number: number + 0.0)


sha256s = st.binary(min_size=32, max_size=32).map(bytes.hex)
lats = numbers(-90, 90)
lons = numbers(-180, 180)
airports = st.sampled_from(("UUWW", "UMMS", "KMSP", "KGEG"))
marks = st.lists(st.sampled_from(get_args(Mark)), max_size=2, unique=True).map(tuple)
rivals = st.lists(
    st.builds(Rival, airport=airports, why=words(), runway=st.none() | st.just("18R")), max_size=2
).map(tuple)


def fixes(
    t: st.SearchStrategy[datetime], capture: st.SearchStrategy[str]
) -> st.SearchStrategy[FixPoint]:
    """One fix at `t`."""
    return st.builds(
        FixPoint,
        t=t,
        lat=lats,
        lon=lons,
        alt_ft=st.none() | numbers(),
        on_ground=st.booleans(),
        gs_kt=st.none() | numbers(0, 1e3),
        track_deg=st.none() | numbers(0, 360),
        rate_fpm=st.none() | numbers(-1e4, 1e4),
        capture=capture,
        row=st.integers(-1, 100_000),
    )


@st.composite
def stretches(draw: st.DrawFn) -> tuple[datetime, datetime]:
    """Two moments of `DAY`, in order; the second may be the midnight that ends it."""
    first = draw(moments(START, START + timedelta(days=1) - timedelta(microseconds=1)))
    return first, draw(moments(first, START + timedelta(days=1)))


@st.composite
def segments(draw: st.DrawFn, icao24: str, source: str, captures: Any) -> Segment:
    """A segment within `DAY`."""
    first, last = draw(stretches())
    path = st.builds(
        PathPoint,
        t=moments(first, last) if first < last else st.just(first),
        lat=lats,
        lon=lons,
        alt_ft=st.none() | numbers(),
        on_ground=st.booleans(),
    )
    return Segment(
        icao24=icao24,
        source=source,
        first=draw(fixes(st.just(first), captures)),
        last=draw(fixes(st.just(last), captures)),
        fixes=draw(st.integers(1, 10_000)),
        max_step_s=draw(numbers(0, 3_600)),
        path=tuple(draw(st.lists(path, max_size=4))),
        path_error_nm=draw(numbers(0, 5)),
        lat_min=draw(lats),
        lat_max=draw(lats),
        lon_min=draw(lons),
        lon_max=draw(lons),
        max_gs_kt=draw(st.none() | numbers(0, 1e3)),
        callsigns=tuple(draw(st.lists(words(8), max_size=2))),
        via_share_adsb=draw(numbers(0, 1)),
        usable=draw(st.booleans()),
        marks=draw(marks),
    )


@st.composite
def movements(draw: st.DrawFn, icao24: str, source: str, captures: Any) -> Movement:
    """A movement best placed within `DAY`; its bounds may lie far outside."""
    best = draw(moments(START, START + timedelta(days=1) - timedelta(microseconds=1)))
    return Movement(
        icao24=icao24,
        source=source,
        move=draw(st.sampled_from(get_args(Move))),
        airport=draw(st.none() | airports),
        runway=draw(st.none() | st.just("31L")),
        t_earliest=draw(moments(best - timedelta(days=4), best)),
        t_best=best,
        t_latest=draw(moments(best, best + timedelta(days=4))),
        method=draw(st.sampled_from(get_args(Method))),
        grade=draw(st.sampled_from(get_args(MovementGrade))),
        lat=draw(lats),
        lon=draw(lons),
        height_ft=draw(st.none() | numbers()),
        distance_nm=draw(st.none() | numbers(0, 100)),
        callsign=draw(words(8)),
        rivals=draw(rivals),
        marks=draw(marks),
        capture=draw(captures),
        row_from=draw(st.integers(-1, 100_000)),
        row_to=draw(st.integers(-1, 100_000)),
    )


def passes(icao24: str, source: str, captures: Any) -> st.SearchStrategy[Pass]:
    """A pass within `DAY`."""
    return st.builds(
        Pass,
        icao24=st.just(icao24),
        source=st.just(source),
        form=st.sampled_from(get_args(PassForm)),
        airport=airports,
        t_best=moments(START, START + timedelta(days=1) - timedelta(microseconds=1)),
        lat=lats,
        lon=lons,
        height_ft=st.none() | numbers(),
        distance_nm=numbers(0, 30),
        runway=st.none() | st.just("06"),
        marks=marks,
        capture=captures,
        row_from=st.integers(-1, 100_000),
        row_to=st.integers(-1, 100_000),
    )


@st.composite
def ground_spans(draw: st.DrawFn, icao24: str, source: str, captures: Any) -> GroundSpan:
    """A ground span within `DAY`."""
    first, last = draw(stretches())
    return GroundSpan(
        icao24=icao24,
        source=source,
        airport=draw(st.none() | airports),
        basis=draw(st.sampled_from(get_args(GroundBasis))),
        first=draw(fixes(st.just(first), captures)),
        last=draw(fixes(st.just(last), captures)),
        fixes=draw(st.integers(1, 10_000)),
        max_step_s=draw(numbers(0, 3_600)),
        air_change_in=draw(st.booleans()),
        air_change_out=draw(st.booleans()),
        tied=draw(st.booleans()),
        times=(first, last),
        rivals=draw(rivals),
        marks=draw(marks),
    )


def heard(icao24: str, source: str) -> st.SearchStrategy[tuple[Heard, ...]]:
    """Hours of `DAY`, each airport's once."""
    one = st.builds(
        Heard,
        icao24=st.just(icao24),
        source=st.just(source),
        airport=airports,
        hour=st.integers(0, 23).map(lambda hour: START + timedelta(hours=hour)),
        low_fixes=st.integers(0, 500),
        ground_fixes=st.integers(0, 500),
    )
    return st.lists(one, max_size=3, unique_by=lambda h: (h.hour, h.airport)).map(
        lambda rows: tuple(sorted(rows, key=lambda h: (h.hour, h.airport)))
    )


def emergencies(
    icao24: str, source: str, captures: st.SearchStrategy[str]
) -> st.SearchStrategy[Emergency]:
    """An emergency that began within `DAY`."""
    return st.builds(
        Emergency,
        icao24=st.just(icao24),
        source=st.just(source),
        squawk=st.sampled_from(get_args(Squawk)),
        t_first=moments(START, START + timedelta(days=1) - timedelta(microseconds=1)),
        t_last=moments(START + timedelta(days=1)),
        lat=st.none() | lats,
        lon=st.none() | lons,
        capture=captures,
        row=st.integers(-1, 100_000),
    )


@st.composite
def units(
    draw: st.DrawFn, icao24s: tuple[str, ...] = ICAO24S, sources: tuple[str, ...] = SOURCES
) -> tuple[UnitKey, Derived, tuple[str, ...]]:
    """A unit of `DAY`, what it shows, and the captures it comes from."""
    key = UnitKey(draw(st.sampled_from(icao24s)), draw(st.sampled_from(sources)), DAY)
    captures = tuple(draw(st.lists(sha256s, min_size=1, max_size=2, unique=True)))
    named = st.sampled_from((*captures, ""))
    derived = Derived(
        segments=tuple(draw(st.lists(segments(key.icao24, key.source, named), max_size=2))),
        movements=tuple(draw(st.lists(movements(key.icao24, key.source, named), max_size=3))),
        passes=tuple(draw(st.lists(passes(key.icao24, key.source, named), max_size=1))),
        ground_spans=tuple(draw(st.lists(ground_spans(key.icao24, key.source, named), max_size=2))),
        heard=draw(heard(key.icao24, key.source)),
        emergencies=tuple(draw(st.lists(emergencies(key.icao24, key.source, named), max_size=1))),
        rejected=tuple(
            draw(
                st.lists(
                    st.builds(Rejected, why=words(), count=st.integers(1, 9), sample=words()),
                    max_size=1,
                )
            )
        ),
    )
    return key, derived, captures


statements = st.builds(
    IdentityStatement,
    source=st.sampled_from(SOURCES),
    registration=st.sampled_from(REGISTRATIONS),
    icao24=st.sampled_from((*ICAO24S, "")),
    type_code=st.sampled_from(("T204", "A321", "")),
    serial=words(),
    operator=words(),
    valid_from=st.none() | st.dates(),
    valid_to=st.none() | st.dates(),
    basis=st.sampled_from(get_args(StatementBasis)),
    capture=sha256s | st.just(""),
    row=st.none() | st.integers(0, 1_000_000),
)

reports = st.builds(
    Report,
    source=st.sampled_from(("press", "opensky-flightlist")),
    registration=st.sampled_from(REGISTRATIONS),
    icao24=st.sampled_from((*ICAO24S, "")),
    type_code=st.sampled_from(("T204", "")),
    callsign=words(8),
    origin=st.sampled_from(("UUWW", "")),
    destination=st.sampled_from(("UMMS", "")),
    t_off=st.none() | moments(),
    t_on=st.none() | moments(),
    time_kind=st.sampled_from(get_args(TimeKind)),
    publisher=words(),
    url=words(),
    published=st.none() | st.dates(date(1990, 1, 1), date(2060, 1, 1)),
    rests_on=st.lists(words(), max_size=2).map(tuple),
    note=words(),
    capture=sha256s | st.just(""),
    row=st.none() | st.integers(0, 1_000_000),
)

captures = st.builds(
    Capture,
    sha256=sha256s,
    source=st.sampled_from(SOURCES),
    url=words(40),
    received_at=moments(),
    size_bytes=st.integers(0, 2**40),
    status=st.none() | st.integers(100, 599),
    requested_at=st.none() | moments(),
    headers=st.dictionaries(words(), words(), max_size=3),
)


@st.composite
def ledger_rows(draw: st.DrawFn) -> LedgerRow:
    """A row whose window may be seconds or years."""
    t_from = draw(moments(START - timedelta(days=9), START + timedelta(days=9)))
    return LedgerRow(
        source=draw(st.sampled_from(SOURCES)),
        target=draw(st.sampled_from((*ICAO24S, "RA-64523", "*", "area:53.9,28.0,40"))),
        t_from=t_from,
        t_to=t_from + timedelta(seconds=draw(st.integers(1, 86_400 * 900))),
        outcome=draw(st.sampled_from(get_args(Outcome))),
        asked_at=draw(moments()),
        capture=draw(sha256s | st.just("")),
        note=draw(words()),
    )


def moved_by(derived: Derived, days: int) -> Derived:
    """The same, some days later."""
    later = timedelta(days=days)

    def fix(point: FixPoint) -> FixPoint:
        return replace(point, t=point.t + later)

    return replace(
        derived,
        segments=tuple(
            replace(
                s,
                first=fix(s.first),
                last=fix(s.last),
                path=tuple(replace(p, t=p.t + later) for p in s.path),
            )
            for s in derived.segments
        ),
        movements=tuple(
            replace(
                m,
                t_earliest=m.t_earliest + later,
                t_best=m.t_best + later,
                t_latest=m.t_latest + later,
            )
            for m in derived.movements
        ),
        passes=tuple(replace(p, t_best=p.t_best + later) for p in derived.passes),
        ground_spans=tuple(
            replace(
                g,
                first=fix(g.first),
                last=fix(g.last),
                times=tuple(t + later for t in g.times),
            )
            for g in derived.ground_spans
        ),
        heard=tuple(replace(h, hour=h.hour + later) for h in derived.heard),
        emergencies=tuple(
            replace(e, t_first=e.t_first + later, t_last=e.t_last + later)
            for e in derived.emergencies
        ),
    )
