"""Which sources are asked here: what `sources.toml` may say, and where secrets may lie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from adapters._contract import discover
from service.desk import Desk
from service.errors import BadInput
from service.settings import Settings
from service.sources import Setup, set_up

ADAPTERS = discover()
OPENSKY = ("opensky_states", "opensky_flights", "opensky_tracks")


def _settings(home: Path, **said: Any) -> Settings:
    return Settings(home=home, **said)


def _set_up(home: Path, toml: str = "") -> Setup:
    if toml:
        (home / "sources.toml").write_text(toml, encoding="utf-8")
    return set_up(_settings(home), ADAPTERS)


def _secret(home: Path, name: str, value: bytes, mode: int = 0o600) -> Path:
    (home / "secrets").mkdir(mode=0o700, exist_ok=True)
    path = home / "secrets" / name
    path.write_bytes(value)
    path.chmod(mode)
    return path


def _opensky_secrets(home: Path) -> None:
    _secret(home, "opensky_client_id", b"me\n")
    _secret(home, "opensky_client_secret", b"hush hush\n")


def test_with_nothing_said_nothing_is_changed(tmp_path: Path) -> None:
    setup = _set_up(tmp_path)

    assert dict(setup.adapters) == dict(ADAPTERS)
    assert setup.secrets == {}


def test_a_source_whose_terms_ask_for_it_is_off_until_there_is_an_agreement(tmp_path: Path) -> None:
    off = _set_up(tmp_path).off
    needing = {key for key, a in ADAPTERS.items() if a.source.terms.needs_agreement}

    assert needing >= {"airplaneslive", "adsbexchange", *OPENSKY}
    for key in needing:
        assert "agreement" in off[key]
        assert f"[{key}]" in off[key]
        assert str(tmp_path / "sources.toml") in off[key]
    assert "written agreement" in off["opensky_states"]
    assert "airplaneslive" not in _set_up(tmp_path, '[airplaneslive]\nagreed = "mail"').off


def test_agreeing_is_saying_which_agreement(tmp_path: Path) -> None:
    for said in ("true", '""', '"  "', "1", "2026-01-02"):
        with pytest.raises(BadInput, match="which agreement"):
            _set_up(tmp_path, f"[airplaneslive]\nagreed = {said}")
    assert "airplaneslive" in _set_up(tmp_path, "[airplaneslive]\non = true").off


def test_a_source_can_be_switched_off(tmp_path: Path) -> None:
    setup = _set_up(tmp_path, "[adsbfi]\non = false\n[airplaneslive]\nagreed = 'yes'\non = false")

    assert setup.off["adsbfi"] == f"Switched off in {tmp_path / 'sources.toml'}."
    assert setup.off["airplaneslive"] == f"Switched off in {tmp_path / 'sources.toml'}."
    assert "adsbfi" in setup.adapters, "what it once sent can still be read"


def test_files_are_never_asked_for(tmp_path: Path) -> None:
    off = _set_up(tmp_path).off

    for key in ("press", "trace_file"):
        assert "hand over" in off[key]
        with pytest.raises(BadInput, match="has no url"):
            _set_up(tmp_path, f'[{key}]\nurl = "https://example.org"')
        (tmp_path / "sources.toml").unlink()


def test_a_receiver_waits_for_its_address(tmp_path: Path) -> None:
    assert "no address yet" in _set_up(tmp_path).off["readsb_local"]

    setup = _set_up(tmp_path, '[readsb_local]\nurl = "http://192.168.1.20/tar1090/"')

    assert "readsb_local" not in setup.off
    assert setup.adapters["readsb_local"].source.url == "http://192.168.1.20/tar1090"


def test_facts_are_corrected(tmp_path: Path) -> None:
    setup = _set_up(
        tmp_path,
        """
        [adsblol_history]
        url = "https://mirror.example.org/globe_history"
        title = "A mirror"
        attribution = "© adsb.lol contributors, by a mirror"
        requests_per_s = 0.25
        burst = 2
        daily_credits = 500
        lag_h = 1.5
        first_day = 2024-01-01
        last_day = 2025-12-31
        days_back = 400
        """,
    )
    was = ADAPTERS["adsblol_history"].source
    source = setup.adapters["adsblol_history"].source

    assert source == replace(
        was,
        url="https://mirror.example.org/globe_history",
        title="A mirror",
        terms=replace(was.terms, attribution="© adsb.lol contributors, by a mirror"),
        pace=replace(was.pace, requests_per_s=0.25, burst=2, daily_credits=500),
        lag=timedelta(hours=1.5),
        reach=replace(
            was.reach, first_day=date(2024, 1, 1), last_day=date(2025, 12, 31), days_back=400
        ),
    )
    assert ADAPTERS["adsblol_history"].source is was


def test_two_sources_that_share_receivers_stay_one_witness(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="one witness"):
        _set_up(tmp_path, '[adsblol]\nindependence_group = "mine"')
    with pytest.raises(BadInput, match="many origins"):
        _set_up(tmp_path, '[trace_file]\nindependence_group = "mine"')

    setup = _set_up(tmp_path, '[readsb_local]\nindependence_group = "own_roof"')

    assert setup.adapters["readsb_local"].source.independence_group == "own_roof"


def test_one_more_source_of_a_known_make(tmp_path: Path) -> None:
    setup = _set_up(
        tmp_path,
        """
        [roof]
        like = "readsb_local"
        url = "http://192.168.1.21/tar1090"
        attribution = "receiver on the roof"

        [globe_example]
        like = "adsblol_history"
        url = "https://globe.example.org/globe_history"
        attribution = "globe.example.org"
        title = "Another archive"
        """,
    )
    roof = setup.adapters["roof"].source
    archive = setup.adapters["globe_example"].source

    assert (roof.key, roof.url) == ("roof", "http://192.168.1.21/tar1090")
    assert roof.independence_group == "unstated"
    assert archive.title == "Another archive"
    assert archive.independence_group == ADAPTERS["adsblol_history"].source.independence_group
    for source in (roof, archive):
        assert source.terms.personal_only
        assert not source.terms.may_redistribute
        assert not source.open_archive
        assert source.key not in setup.off
    assert list(setup.adapters) == sorted([*ADAPTERS, "roof", "globe_example"])


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[adsblool]\non = false", "no source 'adsblool'"),
        ("[adsblol]\nonn = false", "does not know 'onn'"),
        ("adsblol = false", "write \\[adsblol\\] on a line of its own"),
        ("[adsblol]\non = 'no'", "on must be true or false"),
        ("[adsblol]\non = 0", "on must be true or false"),
        ("[adsblol", "cannot be read"),
        ("[adsblol]\nurl = 'ftp://x'", "url must be"),
        ("[adsblol]\nurl = 'https://user:pass@x'", "url must be"),
        ("[adsblol]\nurl = 'https://x/?key=1'", "url must be"),
        ("[adsblol]\nurl = 'https:///x'", "url must be"),
        ("[adsblol]\nurl = 'https://[x'", "url must be"),
        ("[adsblol]\nurl = 'https://x:99999'", "url must be"),
        ("[adsblol]\nurl = 'https://x y'", "url must be"),
        ("[adsblol]\nurl = 7", "url must be"),
        ("[adsblol]\nrequests_per_s = 0", "requests_per_s must be"),
        ("[adsblol]\nrequests_per_s = nan", "requests_per_s must be"),
        ("[adsblol]\nrequests_per_s = inf", "requests_per_s must be"),
        ("[adsblol]\nrequests_per_s = true", "requests_per_s must be"),
        ("[adsblol]\nrequests_per_s = '1'", "requests_per_s must be"),
        ("[adsblol]\nburst = 1.5", "burst must be"),
        ("[adsblol]\nburst = 0", "burst must be"),
        ("[adsblol]\ndaily_credits = -1", "daily_credits must be"),
        ("[adsblol]\nlag_h = -1", "lag_h must be"),
        ("[adsblol]\nlag_h = 1e9", "lag_h must be"),
        ("[adsblol]\nfirst_day = '2024-01-01'", "first_day must be"),
        ("[adsblol]\nfirst_day = 2024-01-01T00:00:00Z", "first_day must be"),
        ("[adsblol]\nfirst_day = 2024-01-02\nlast_day = 2024-01-01", "ends before it begins"),
        ("[adsblol]\ndays_back = -1", "days_back must be"),
        ("[adsblol]\ntoken_url = 'https://x'", "no token_url"),
        ("[adsblol]\nlike = 'adsbfi'", "a source of its own"),
        ("[readsb_local]\nindependence_group = 'Own Roof'", "independence_group must be"),
        ("[opensky_states]\nurl = 'http://mirror.example.org/api'", "must begin with https"),
        ("[opensky_states]\ntoken_url = 'http://mirror.example.org/t'", "must begin with https"),
        ("[x]\nlike = 'nothing'\nurl = 'https://x'\nattribution = 'x'", "like no source"),
        ("[x]\nlike = 'press'\nurl = 'https://x'\nattribution = 'x'", "read from files"),
        ("[x]\nlike = 'adsblol'\nattribution = 'x'", "must say its url"),
        ("[x]\nlike = 'adsblol'\nurl = 'https://x'", "must say its attribution"),
        ("['X y']\nlike = 'adsblol'\nurl = 'https://x'\nattribution = 'x'", "is no key"),
    ],
)
def test_what_is_not_understood_is_refused_and_named(tmp_path: Path, toml: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        _set_up(tmp_path, toml)

    assert str(tmp_path / "sources.toml") in str(refused.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_bytes(b"[adsblol]\n# \xff\xfe")
    with pytest.raises(BadInput, match="UTF-8"):
        _set_up(tmp_path)
    (tmp_path / "sources.toml").unlink()
    (tmp_path / "sources.toml").mkdir()
    with pytest.raises(BadInput, match="cannot be read"):
        _set_up(tmp_path)


def test_a_mark_that_windows_editors_leave_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_bytes(b"\xef\xbb\xbf[adsbfi]\non = false\n")

    assert "adsbfi" in _set_up(tmp_path).off


_TABLES = st.dictionaries(
    st.sampled_from(["on", "agreed", "url", "burst", "lag_h", "first_day", "like", "x", ""]),
    st.one_of(
        st.booleans(),
        st.integers(-(2**62), 2**62),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(codec="ascii", exclude_characters='"\\\x7f'), max_size=12),
    ),
    max_size=4,
)


def _toml(tables: Mapping[str, Mapping[str, object]]) -> str:
    lines = []
    for key, table in tables.items():
        lines.append(f'["{key}"]')
        for name, value in table.items():
            text = value if isinstance(value, str) else None
            shown = (
                str(value).lower()
                if text is None
                else '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text) + '"'
            )
            lines.append(f'"{name}" = {shown}')
    return "\n".join(lines)


@hypothesis_settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["adsblol", "press", "opensky_states", "y"]), _TABLES))
def test_whatever_is_said_is_understood_or_refused(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, dict[str, object]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    refusal, setup = "", None
    try:
        setup = _set_up(home, _toml(tables))
    except BadInput as error:
        refusal = str(error)

    assert (setup is None) == (str(home) in refusal)
    if setup is not None:
        assert setup.adapters.keys() >= ADAPTERS.keys()
        assert "opensky_states" in setup.off, "there are no secrets"


def test_a_source_without_its_secret_is_off_and_says_which_file_to_write(tmp_path: Path) -> None:
    agreed = "[opensky_states]\nagreed = 'letter'"

    for name in ("opensky_client_id", "opensky_client_secret"):
        setup = _set_up(tmp_path, agreed)
        assert str(tmp_path / "secrets" / name) in setup.off["opensky_states"]
        assert "opensky_states" not in setup.secrets
        _secret(tmp_path, name, b"x")
    assert "opensky_states" not in _set_up(tmp_path, agreed).off


def test_secrets_are_read_and_go_nowhere(tmp_path: Path) -> None:
    _opensky_secrets(tmp_path)
    setup = _set_up(
        tmp_path,
        "[opensky_states]\nagreed = 'letter'\ntoken_url = 'http://127.0.0.1:9/token'",
    )

    assert setup.secrets == {
        "opensky_states": {
            "opensky_client_id": "me",
            "opensky_client_secret": "hush hush",
        }
    }
    assert "hush" not in repr(setup)
    desk = Desk(None, None, None, {}, None, secrets=setup.secrets)  # type: ignore[arg-type]
    assert "hush" not in repr(desk)


def test_the_folder_of_secrets_can_be_set(tmp_path: Path) -> None:
    elsewhere = tmp_path / "run"
    elsewhere.mkdir()
    for name in ("opensky_client_id", "opensky_client_secret"):
        path = elsewhere / name
        path.write_text("x")
        path.chmod(0o400)
    (tmp_path / "sources.toml").write_text("[opensky_tracks]\nagreed = 'letter'")

    assert "opensky_tracks" not in set_up(_settings(tmp_path, secrets_dir=elsewhere), ADAPTERS).off
    assert "opensky_tracks" in set_up(_settings(tmp_path, secrets_dir=""), ADAPTERS).off


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o666, 0o601])
def test_a_secret_that_others_can_get_at_is_refused(tmp_path: Path, mode: int) -> None:
    _opensky_secrets(tmp_path)
    path = _secret(tmp_path, "opensky_client_id", b"me", mode)

    setup = _set_up(tmp_path, "[opensky_states]\nagreed = 'letter'")

    assert "chmod 600" in setup.off["opensky_states"]
    assert str(path) in setup.off["opensky_states"]
    assert setup.secrets == {}


def test_a_group_may_read_only_what_root_handed_over(tmp_path: Path) -> None:
    """systemd and Kubernetes hand a service its credentials as root's files of mode 0440."""
    _opensky_secrets(tmp_path)
    _secret(tmp_path, "opensky_client_id", b"me", 0o640)

    setup = _set_up(tmp_path, "[opensky_states]\nagreed = 'letter'")

    assert ("opensky_states" in setup.off) == (os.getuid() != 0)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"two\nlines", "one line"),
        (b"caf\xc3\xa9", "one line"),
        (b"nul\x00", "one line"),
        (b"x" * 8_193, "longer than"),
    ],
)
def test_a_secret_that_is_none_is_refused_and_not_shown(
    tmp_path: Path, value: bytes, says: str
) -> None:
    _opensky_secrets(tmp_path)
    _secret(tmp_path, "opensky_client_secret", value)

    why = _set_up(tmp_path, "[opensky_states]\nagreed = 'letter'").off["opensky_states"]

    assert says in why
    assert "lines" not in why


def test_what_is_no_file_is_no_secret(tmp_path: Path) -> None:
    _opensky_secrets(tmp_path)
    path = tmp_path / "secrets" / "opensky_client_id"
    path.unlink()
    os.mkfifo(path, 0o600)
    setup = _set_up(tmp_path, "[opensky_states]\nagreed = 'letter'")

    assert "is no file" in setup.off["opensky_states"]


def test_requests_and_secrets_go_to_the_corrected_address(tmp_path: Path) -> None:
    _opensky_secrets(tmp_path)
    setup = _set_up(
        tmp_path,
        "[opensky_states]\nagreed = 'letter'\nurl = 'http://127.0.0.1:9/api/'\n"
        "token_url = 'http://127.0.0.1:9/token'",
    )
    adapter: Any = setup.adapters["opensky_states"]

    assert adapter.access.token_url == "http://127.0.0.1:9/token"
    assert adapter.source.url == "http://127.0.0.1:9/api"


@pytest.mark.parametrize(
    "contact", ["", "desk@example.org", "https://example.org/tailcheck", " me@example.org "]
)
def test_a_contact_is_a_mail_address_or_a_page(contact: str) -> None:
    assert Settings(contact=contact).contact == contact.strip()


@pytest.mark.parametrize(
    "contact", ["me", "me@example.org\r\nX-Evil: 1", "м@example.org", "a@b (c)", "@" * 300]
)
def test_a_contact_that_no_header_can_carry_is_refused(contact: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        Settings(contact=contact)
