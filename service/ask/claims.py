"""What does this text claim, and how much of it do the data bear out? Read first, then judged.

A claim is judged without what merely repeats it: reports of its own publisher, and those that rest
on whom it cites, are shown in the chain of voices and left out of the evidence. The text itself is
kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from schemas.claims import Assertion, Reading, StatedLeg
from schemas.judging import ClaimOrigin, JudgedClaim
from schemas.places import Airport
from schemas.records import Report
from schemas.verdicts import Identity, Interval, Verdict
from service.ask.check import check, resolve_identity, settled, utc_dates
from service.ask.sources import attributions
from service.desk import Desk
from service.domain.airports.table import Airports
from service.domain.claims.assertions import from_fields, from_reading
from service.domain.claims.reader import Reader
from service.domain.dates import FIRST_DAY, local_day
from service.domain.judging.answering import answered
from service.domain.judging.citing import cited
from service.domain.judging.judge import DOES_NOT_SHOW, RULES_VERSION, judge_claim, whole
from service.domain.judging.known import Ask, Known, Unasked, is_about
from service.domain.judging.origins import chain, echo_of
from service.domain.ordering import in_order
from service.errors import BadInput
from service.storage.database import Connection, reading
from service.storage.history import shown_between
from service.storage.reports import reports_naming

MAX_FLIGHTS = 20
"""More flights than that are not judged in one go."""
_AROUND = timedelta(days=1)
"""What happened so long before and after a stated date is looked at too."""


def read_claim(
    desk: Desk, text: str, published: date, answers: Mapping[str, str] | None = None
) -> Reading:
    """How a text is read, with these answers to the questions it raises; nothing is judged.

    Raises:
        BadInput: the text is too long, an answer answers nothing, or cannot be.
    """
    found = reader(desk.airports).read(text, published)
    return answered(found, answers or {}, desk.airports)


def judge_text(
    desk: Desk,
    text: str,
    published: date,
    *,
    answers: Mapping[str, str] | None = None,
    origin: ClaimOrigin | None = None,
) -> JudgedClaim:
    """Read a text and judge what was read. What an open question concerns is not judged.

    `origin` says whose text it is; whom it cites is read from it. Raises as `read_claim`.
    """
    known_origin = origin or ClaimOrigin()
    names = tuple(dict.fromkeys((*known_origin.cites, *cited(text))))
    found = read_claim(desk, text, published, answers)
    claims = from_reading(found, desk.airports)
    return _judge(desk, claims, replace(known_origin, cites=names), published, found)


def judge_fields(
    desk: Desk,
    legs: Sequence[StatedLeg],
    *,
    published: date | None = None,
    origin: ClaimOrigin | None = None,
) -> JudgedClaim:
    """Judge what is said in fields.

    Raises:
        BadInput: a field makes no sense, or there are too many flights.
    """
    if not legs:
        raise BadInput("There is nothing to judge: say at least one flight.")
    if len(legs) > MAX_FLIGHTS:
        raise BadInput(f"At most {MAX_FLIGHTS} flights are judged in one go.")
    claims = from_fields(legs, desk.airports)
    return _judge(desk, claims, origin or ClaimOrigin(), published, None)


@lru_cache(maxsize=2)
def reader(airports: Airports) -> Reader:
    """Learns the names of all airports on first use."""
    return Reader(airports)


def _judge(
    desk: Desk,
    claims: Sequence[Assertion],
    origin: ClaimOrigin,
    published: date | None,
    found: Reading | None,
) -> JudgedClaim:
    now = desk.clock()
    numbers = sorted({c.leg for c in claims if c.leg})
    kept = [c for c in claims if not c.leg or c.leg in numbers[:MAX_FLIGHTS]]
    told = origin.as_report
    by_aircraft: dict[str, list[Assertion]] = {}
    for claim in kept:
        by_aircraft.setdefault(claim.aircraft, []).append(claim)
    known: dict[str, Known] = {}
    reports: dict[Report, None] = {}
    for aircraft, parts in by_aircraft.items():
        known[aircraft], heard = _known(desk, aircraft, parts, published, told, now)
        reports |= dict.fromkeys(heard)
    judged = judge_claim(kept, known)
    total = whole(judged)
    named = {
        key: text for one in judged if one.verdict for key, text in one.verdict.attributions.items()
    }
    used = {movement.source for one in known.values() for movement in one.movements}
    used |= {segment.source for one in known.values() for segment in one.segments}
    used |= {report.source for report in reports}
    return JudgedClaim(
        published=published,
        reading=found,
        judged=judged,
        result=total.result,
        says=total.says,
        grade=total.grade,
        sentence=total.sentence,
        origins=chain(origin, reports) if judged else (),
        not_judged=tuple(_not_judged(found, len(numbers) - MAX_FLIGHTS)),
        does_not_show=DOES_NOT_SHOW,
        as_of=now,
        rules_version=RULES_VERSION,
        reference_version=desk.airports.version,
        attributions=dict(sorted({**named, **attributions(desk, used)}.items())),
    )


def _not_judged(found: Reading | None, too_many: int) -> Iterable[str]:
    if too_many > 0:
        yield f"{too_many} more flights: at most {MAX_FLIGHTS} are judged in one go."
    if found is None:
        return
    for question in found.questions:
        yield f"Open until it is answered ({question.field}): {question.text}"
    for beyond in found.out_of_reach:
        yield f"Out of reach: “{beyond.mark.text}”. {beyond.why}"


def _known(
    desk: Desk,
    aircraft: str,
    parts: Sequence[Assertion],
    published: date | None,
    told: Report,
    now: datetime,
) -> tuple[Known, tuple[Report, ...]]:
    """What is held about one aircraft, and every report that names it, echoes included."""
    airports = {
        code: airport
        for part in parts
        for code in part.places
        if (airport := desk.airports.get(code)) is not None
    }
    stated = _days(parts, now)
    days = stated or ([published] if published is not None else [])
    windows = [w for day in days if (w := _window(day)) is not None]
    dates = sorted({day for part in parts for day in _utc_dates(part, airports, now)})
    with reading(desk.engine) as conn:
        asked_for = dates or days or [now.date()]  # not judged when it is for today alone
        identity = resolve_identity(conn, aircraft, asked_for, None)
        heard = _reports(conn, identity, windows)
        if echo := echo_of(told, heard):
            identity = resolve_identity(conn, aircraft, asked_for, None, besides=echo)
        icao24 = _settled(identity)
        shown = [shown_between(conn, icao24, w) for w in windows] if icao24 else []
    return Known(
        identity=identity,
        is_dated=bool(stated),
        published=published,
        ask=_asking(desk, aircraft, told),
        airports=airports,
        movements=tuple(dict.fromkeys(m for one in shown for m in one.movements)),
        segments=tuple(dict.fromkeys(s for one in shown for s in one.segments)),
        reports=settled(desk, [report for report in heard if report not in echo]),
    ), heard


def _asking(desk: Desk, aircraft: str, told: Report) -> Ask:
    """Asks the verdict, once for each question."""
    answers: dict[tuple[str, date, str | None], Verdict | Unasked] = {}

    def ask(airport: str, on: date, zone: str | None) -> Verdict | Unasked:
        key = (airport, on, zone)
        if key not in answers:
            try:
                answers[key] = check(
                    desk, aircraft=aircraft, airport=airport, on=on, zone=zone, told_by=told
                )
            except BadInput as error:
                answers[key] = Unasked(str(error))
        return answers[key]

    return ask


def _days(parts: Iterable[Assertion], now: datetime) -> list[date]:
    """The stated dates that anything can be known of."""
    last = now.date() + _AROUND
    return sorted({p.on for p in parts if p.on is not None and FIRST_DAY <= p.on <= last})


def _utc_dates(part: Assertion, airports: Mapping[str, Airport], now: datetime) -> list[date]:
    found: list[date] = []
    for day in _days([part], now):
        for code in part.places:
            try:
                found += utc_dates(local_day(day, airports[code].zone)) if code in airports else []
            except BadInput:  # a date that the calendar skipped there
                continue
    return found


def _window(day: date) -> Interval | None:
    try:
        whole_day = local_day(day, "UTC")
    except BadInput:
        return None
    return Interval(t_from=whole_day.t_from - _AROUND, t_to=whole_day.t_to + _AROUND)


def _reports(
    conn: Connection, identity: Identity, windows: Iterable[Interval]
) -> tuple[Report, ...]:
    names = {(identity.registration, "")}
    names |= {(one.registration, one.icao24) for one in identity.candidates}
    found: dict[int, Report] = {}
    for window in windows:
        for registration, icao24 in sorted(names):
            found |= reports_naming(conn, registration=registration, icao24=icao24, window=window)
    about = (report for report in found.values() if is_about(identity, report))
    return in_order(about, lambda report: (report.publisher, report.url))


def _settled(identity: Identity) -> str:
    """The address that positions are looked up by; "" unless a source ties it to the aircraft."""
    one = identity.established
    if one is None or (one.by_rule and identity.asked_by == "registration"):
        return ""
    return one.icao24
