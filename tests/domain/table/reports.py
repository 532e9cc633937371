"""Reports: how many voices they are, and what its own track leaves of them."""

from __future__ import annotations

from tests.domain.asking import ask, identity, known_as, report
from tests.domain.cases import HEATHROW, MINSK, VILNIUS, at, leg, movement, off, on, parked
from tests.domain.rows import row

UUWW_UMMS = report(at("14:17"), t_off=at("13:00"), rests_on=("Flightradar24",))
SECOND = report(at("14:20"), publisher="natpress.mirtesen.ru", rests_on=("flightradar24.com",))

ROWS = (
    row(
        "a report alone",
        ask(UUWW_UMMS),
        "consistent reports_alone",
        "reported",
        kinds="report",
        says=(
            "Only reports place",
            "1 report, one origin (flightradar24)",
            "citing Flightradar24",
            "no positions are held",
        ),
    ),
    row(
        "two reports on one origin are one voice",
        ask(UUWW_UMMS, SECOND),
        "consistent reports_alone",
        "reported",
        says=("2 reports, one origin (flightradar24)",),
    ),
    row(
        "two reports on two origins",
        ask(UUWW_UMMS, report(at("14:20"), publisher="b.by", rests_on=("airport staff",))),
        "consistent reports_alone",
        "reported",
        says=("2 reports, 2 origins",),
    ),
    row(
        "a report that cites another report",
        ask(UUWW_UMMS, report(at("14:20"), publisher="b.by", rests_on=("dolce24.ru",))),
        "consistent reports_alone",
        "reported",
        says=("2 reports, one origin",),
    ),
    row(
        "two reports that cite nobody",
        ask(report(at("14:17")), report(at("14:17"), publisher="b.by")),
        "consistent reports_alone",
        "reported",
        says=("2 origins (b; dolce24)",),
    ),
    row(
        "one report of arrival and departure",
        ask(report(at("14:17"), t_off=at("16:00"), origin="UMMS")),
        "consistent reports_alone",
        "reported",
        says=("1 report, ",),
        kinds="report report",
    ),
    row(
        "a report of a departure",
        ask(report(None, t_off=at("14:17"), origin="UMMS")),
        "consistent reports_alone",
        "reported",
        says=("leaving UMMS",),
    ),
    row(
        "a report by the airport's IATA code and the old code",
        ask(report(at("14:17"), "MSQ"), place=MINSK),
        "no_data none",
        "not_asked",
    ),
    row(
        "a report exactly at the midnight before",
        ask(report(at("21:00", 9))),
        "consistent reports_alone",
        "reported",
        other="no_data",
    ),
    row(
        "a report exactly at the midnight after",
        ask(report(at("21:00"))),
        "no_data none",
        "not_asked",
        other="consistent",
    ),
    row("a report without a time", ask(report(None)), "no_data none", "not_asked"),
    row(
        "a report of another aircraft",
        ask(report(at("14:17"), registration="RA-64524")),
        "no_data none",
        "not_asked",
    ),
    row(
        "a report that names only the address",
        ask(report(at("14:17"), registration="", icao24="14fc0b")),
        "consistent reports_alone",
        "reported",
    ),
    row(
        "a report that names another address only",
        ask(report(at("14:17"), registration="", icao24="abcdef")),
        "no_data none",
        "not_asked",
    ),
    row(
        "a report that its own track refutes",
        ask(UUWW_UMMS, parked(at("20:00", 9), at("25:00"), on(HEATHROW))),
        "elsewhere tracked_throughout",
        "no_time",
        conflicts=("report_against_track",),
    ),
    row(
        "a report at a time when its track was elsewhere",
        ask(UUWW_UMMS, parked(at("13:00"), at("15:00"), on(VILNIUS))),
        "no_data none",
        "coverage_unknown",
        conflicts=("report_against_track",),
    ),
    row(
        "a report that may be half an hour off",
        ask(UUWW_UMMS, parked(at("14:00"), at("15:00"), on(VILNIUS))),
        "consistent reports_alone",
        "reported",
    ),
    row(
        "a report that would have to be more than half an hour off",
        ask(UUWW_UMMS, parked(at("13:54"), at("15:00"), on(VILNIUS))),
        "no_data none",
        "coverage_unknown",
        conflicts=("report_against_track",),
    ),
    row(
        "a report borne out by a low approach",
        ask(UUWW_UMMS, movement("landing", at("14:16"), height_ft=180.0)),
        "consistent followed_to_runway",
        "lost_low reported",
    ),
    row(
        "a report, and its own track passes by at that time",
        ask(
            UUWW_UMMS,
            leg(at("14:10"), at("14:20"), off(MINSK, 90, 2), off(MINSK, 90, 2)),
            parked(at("20:00", 9), at("14:00"), off(MINSK, 90, 40)),
            parked(at("14:30"), at("25:00"), off(MINSK, 90, 40)),
        ),
        "near passed",
        "came_near",
    ),
    row(
        "positions are held, and do not show it there",
        ask(UUWW_UMMS, parked(at("09:00"), at("09:10"), on(VILNIUS))),
        "consistent reports_alone",
        "reported",
        says=("citing Flightradar24 has it arriving at UMMS at 2024-05-10 14:17:00Z.",),
    ),
    row(
        "asked by address, the report names the registration",
        ask(UUWW_UMMS, identity=identity(known_as(), asked_by="icao24", registration="")),
        "consistent reports_alone",
        "reported",
    ),
)
