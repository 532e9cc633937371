"""Press reports, as people write them and as they get them wrong."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._contract import Record, UnreadablePage, Wanted
from adapters._yaml import CAP_BYTES
from adapters.press import adapter
from schemas.records import IdentityStatement, Rejected, Report
from tests.adapters.pages import assert_sentence, page
from tests.realdata import PROJECT

EXAMPLE = PROJECT / "examples" / "ra-64523.yaml"

SOUND = {
    "aircraft": "RA-64523",
    "from": "UUWW",
    "to": "UMMS",
    "departed": "2020-08-18 16:00 MSK",
    "arrived": "2020-08-18 17:17 MSK",
    "publisher": "example.org",
}


def read(content: str | bytes) -> list[Record | Rejected]:
    raw = content.encode() if isinstance(content, str) else content
    return list(adapter.parse(page("press", raw, url="reports.yaml")))


def entry(**changed: Any) -> str:
    """One entry; a field that is changed to None is left out."""
    fields = {k.rstrip("_"): v for k, v in (SOUND | changed).items() if v is not None}
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def only_report(content: str) -> Report:
    (report,) = read(content)
    assert isinstance(report, Report)
    return report


def mistake(content: str) -> str:
    (rejected,) = read(content)
    assert isinstance(rejected, Rejected)
    assert rejected.why.startswith("Report 1 (line ")
    assert rejected.why.isprintable()
    return rejected.why


def refusal(content: str | bytes) -> str:
    with pytest.raises(UnreadablePage) as caught:
        read(content)
    assert str(caught.value).endswith(".")
    return str(caught.value)


def test_the_example_tells_the_case_of_ra_64523() -> None:
    reports = read(EXAMPLE.read_bytes())
    assert len(reports) == 2
    for number, report in enumerate(reports):
        assert isinstance(report, Report)
        assert report.source == "press"
        assert report.registration == "RA-64523"
        assert report.type_code == "T204"
        assert report.callsign == "RSD010"
        assert (report.origin, report.destination) == ("UUWW", "UMMS")
        assert report.t_off == datetime(2020, 8, 18, 13, 0, tzinfo=UTC)
        assert report.t_on == datetime(2020, 8, 18, 14, 17, tzinfo=UTC)
        assert report.rests_on == ("flightradar24",)
        assert report.published is None
        assert report.icao24 == ""
        assert report.row == number
    assert [r.url for r in reports if isinstance(r, Report)] == [
        "https://dolce24.ru/iz-moskvy-v-minsk-priletel-lajner-fsb",
        "https://natpress.mirtesen.ru/blog/43389366025",
    ]
    assert [r.publisher for r in reports if isinstance(r, Report)] == [
        "dolce24.ru",
        "natpress.mirtesen.ru",
    ]


def test_the_example_is_the_only_thing_in_its_folder_that_is_read_as_one() -> None:
    assert [path.name for path in Path(PROJECT / "examples").glob("*.yaml")] == [EXAMPLE.name]


@pytest.mark.parametrize("shape", ["{}", "- {}", "reports:\n- {}", "---\n{}"])
def test_one_report_a_list_or_a_list_under_a_name(shape: str) -> None:
    body = entry()
    if "- " in shape:
        body = body.replace("\n", "\n  ").rstrip() + "\n"
    report = only_report(shape.format(body))
    assert report.origin == "UUWW"


def test_every_field_finds_its_place() -> None:
    report = only_report(
        entry(
            callsign="rsd010",
            type="t204",
            times="block",
            url="https://example.org/a?b=c",
            published="2020-08-19",
            rests_on="[Flightradar24, 'Telegram channel', flightradar24]",
            note="a  note\n  on two lines",
        )
    )
    assert report.callsign == "RSD010"
    assert report.type_code == "T204"
    assert report.time_kind == "block"
    assert report.url == "https://example.org/a?b=c"
    assert report.published == date(2020, 8, 19)
    assert report.rests_on == ("flightradar24", "telegram channel")
    assert report.note == "a note on two lines"
    assert (report.source, report.row) == ("press", 0)
    assert len(report.capture) == 64


def test_what_yaml_would_guess_is_read_as_written() -> None:
    """Norway is not false, a time is not sixty times something, an octal is a callsign."""
    report = only_report(entry(from_="NO", to="0x12", callsign="010", note="16:00", aircraft="1e3"))
    assert (report.origin, report.destination) == ("NO", "0x12")
    assert report.callsign == "010"
    assert report.note == "16:00"
    assert report.registration == "1E3"


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_an_empty_field_is_a_field_left_out(nothing: str) -> None:
    assert only_report(entry(url=nothing, rests_on=nothing, published=nothing)).url == ""
    assert "from and to" in mistake(entry(from_=nothing, to=nothing))


def test_cyrillic_is_kept_for_those_who_can_read_it() -> None:
    report = only_report(entry(aircraft="ра-64523", from_="Внуково", to="Мінск"))
    assert report.registration == "РА-64523"
    assert (report.origin, report.destination) == ("Внуково", "Мінск")


def test_an_address_in_the_text_is_an_identity_statement_for_those_days() -> None:
    report, statement = read(entry(address="14FC0B", arrived="2020-08-19 00:30 UTC"))
    assert isinstance(report, Report)
    assert report.icao24 == "14fc0b"
    assert isinstance(statement, IdentityStatement)
    assert statement.basis == "report"
    assert (statement.registration, statement.icao24) == ("RA-64523", "14fc0b")
    assert (statement.valid_from, statement.valid_to) == (date(2020, 8, 18), date(2020, 8, 20))


def test_an_address_alone_names_the_aircraft_and_states_nothing() -> None:
    assert only_report(entry(aircraft=None, address="14fc0b")).icao24 == "14fc0b"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"aircraft": None}, "aircraft is missing"),
        ({"aircraft": "RA-" + "6" * 40}, "too long for a registration"),
        ({"address": "zzzzzz"}, "address is not six hex digits"),
        ({"address": "../../etc/passwd"}, "address is not six hex digits"),
        ({"departed": None, "arrived": None}, "departed and arrived are both missing"),
        ({"departed": "2020-08-18 16:00"}, "departed has no time zone"),
        ({"arrived": "2020-08-18 17:17"}, "write it as 2020-08-18 16:00 Europe/Moscow"),
        ({"arrived": "2020-02-30 17:17 MSK"}, "arrived is a date or a time that does not exist"),
        ({"departed": "2020-08-18 16:00 EST"}, "departed has a zone that is not clear"),
        ({"arrived": "2020-08-18 15:00 MSK"}, "does not follow departed"),
        ({"arrived": "2020-08-18 16:00 MSK"}, "does not follow departed"),
        ({"arrived": "2020-08-28 17:17 MSK"}, "does not follow departed"),
        ({"from": None, "to": None}, "from and to are both missing"),
        ({"publisher": None}, "publisher and url are both missing"),
        ({"url": "javascript:alert(1)"}, "url is not a web address"),
        ({"url": "example.org/x"}, "url is not a web address"),
        ({"url": "https://"}, "url is not a web address"),
        ({"published": "2020-02-30"}, "published is a date that does not exist"),
        ({"published": "19 August"}, "published is not a date"),
        ({"times": "gate"}, "times is not one of airborne, block, unknown"),
        ({"type": "Tupolev Tu-214"}, "type is not a type designator"),
        ({"callsign": "RSD 010 (FSB)"}, "callsign is not a callsign"),
        ({"note": "x" * 2_001}, "note is longer than 2,000 characters"),
        ({"publisher": "[a, b]"}, "publisher is a list"),
        ({"publisher": '"a\\u202eb"'}, "publisher holds characters that cannot be shown"),
        ({"rests_on": "{a: b}"}, "rests_on is a list"),
    ],
)
def test_each_mistake_gets_a_sentence_that_names_the_field(
    changed: dict[str, Any], says: str
) -> None:
    assert says in mistake(entry(**changed))


def test_a_field_written_twice_is_a_mistake() -> None:
    assert "arrived is written twice" in mistake(entry() + "arrived: 2020-08-19 01:00 UTC\n")


def test_a_mistake_costs_only_its_own_entry() -> None:
    def listed(body: str) -> str:
        return "- " + body.replace("\n", "\n  ").rstrip() + "\n"

    first, second, third = read(
        listed(entry()) + listed(entry(arrived="soon")) + listed(entry(to="UMMM"))
    )
    assert isinstance(first, Report)
    assert isinstance(second, Rejected)
    assert second.why.startswith("Report 2 (line 7): arrived is no date")
    assert isinstance(third, Report)
    assert third.row == 2


def test_an_unknown_field_is_reported_and_not_absorbed() -> None:
    rejected, report = read(entry(publisehd="2020-08-19"))
    assert isinstance(rejected, Rejected)
    assert "unknown field publisehd" in rejected.why
    assert isinstance(report, Report)


def test_an_entry_that_is_no_report_is_rejected() -> None:
    assert "not a list of fields" in mistake("- RA-64523\n")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no report"),
        (b"# nothing\n", "holds no report"),
        (b"reports:\n", "holds no report"),
        (b"a: [1, 2", "not YAML: line"),
        (b"a: b: c", "not YAML"),
        (b"\xff\xfea\x00", "UTF-8"),
        (b"a: \x00", "not YAML"),
        (b"a: &x 1\nb: *x\n", "anchor or alias"),
        (b"a: !!python/object/apply:os.system ['true']\n", "tag"),
        (b"[" * 50, "nested deeper"),
        (b"? [a]\n: b\n", "a name is expected"),
        (b"x" * (CAP_BYTES + 1), "larger than"),
    ],
)
def test_what_is_no_list_of_reports_is_refused(content: bytes, says: str) -> None:
    assert says in refusal(content)


def test_a_yaml_bomb_is_refused_before_it_grows() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join(['*' + a] * 9)}]" for a, b in pairwise("abcdefghi")]
    assert "anchor or alias" in refusal("\n".join(lines))


@given(st.binary(max_size=200))
def test_any_bytes_are_reports_or_a_sentence(content: bytes) -> None:
    try:
        read(content)
    except UnreadablePage as error:
        assert_sentence(error)


@given(
    st.dictionaries(
        st.sampled_from([*SOUND, "url", "rests_on", "note", "times", "published", "x"]),
        st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=2),
    )
)
def test_any_fields_are_a_report_or_a_sentence(changed: dict[str, Any]) -> None:
    content = json.dumps([{**SOUND, **changed}], ensure_ascii=False, default=str)
    try:
        found = read(content.encode())
    except UnreadablePage as error:
        assert_sentence(error)  # a sign that YAML does not take
    else:
        assert all(isinstance(one, Report | Rejected | IdentityStatement) for one in found)


def test_nobody_is_asked() -> None:
    with pytest.raises(StopIteration) as end:
        next(adapter.fetch(Wanted(), {}))
    assert end.value.value == ()
