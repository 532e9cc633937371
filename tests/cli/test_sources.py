"""`tailcheck sources`, and how a mistake in what is said of them is told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from adapters._contract import Area, Wanted, discover
from schemas.api import SourceDocument
from schemas.records import LedgerRow
from schemas.sources import Reach, SourceHealth
from service.ask.sources import source_lines
from service.cli.common import open_desk, open_fetcher, settings
from service.ingest.fetching.driving import drive
from service.settings import Settings
from service.storage.database import writing
from service.storage.ledger import add_ledger_rows
from tests.cli.run import tailcheck
from tests.upstream import World, upstream
from tests.upstream.world import secret

KEYS = sorted(discover())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """adsb.lol was asked an hour ago and had nothing; adsb.fi is switched off."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "sources.toml").write_text(
        "[adsbfi]\non = false\n[airplaneslive]\nagreed = 'mail of 2026-01-02'\n"
    )
    desk = open_desk(Settings(home=folder))
    asked_at = desk.clock() - timedelta(hours=1)
    row = LedgerRow(
        source="adsblol",
        target="*",
        t_from=asked_at - timedelta(minutes=1),
        t_to=asked_at,
        outcome="empty",
        asked_at=asked_at,
    )
    with writing(desk.engine) as conn:
        add_ledger_rows(conn, [row], now=desk.clock())
    desk.engine.dispose()
    return folder


def test_every_source_is_named_with_its_terms(home: Path) -> None:
    done = tailcheck(home, "sources")

    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    named = [line.split(":")[0] for line in lines if not line.startswith(" ")]
    assert [line.split()[1] for line in named] == KEYS
    assert "on   adsblol" in named
    assert "off  adsbfi" in named
    assert "on   airplaneslive" in named
    for adapter in discover().values():
        assert f"     {adapter.source.terms.attribution}; {adapter.source.terms.licence}" in (
            done.stdout
        )
    assert f"     Switched off in {home / 'sources.toml'}." in lines
    assert "     last 7 days: 1 empty" in lines


def test_one_source_for_programs(home: Path) -> None:
    done = tailcheck(home, "sources", "adsblol", "--format", "json")

    (document,) = json.loads(done.stdout)
    assert document["source"]["key"] == "adsblol"
    assert document["on"] is True
    assert document["health"]["outcomes"] == {"empty": 1}


def test_a_source_that_does_not_exist_is_a_mistake(home: Path) -> None:
    done = tailcheck(home, "sources", "adsblool")

    assert (done.returncode, done.stdout) == (2, "")
    assert "adsblol," in done.stderr


@pytest.mark.parametrize(
    "words", [("sources",), ("check", "N1", "--at", "MSP", "--on", "2025-01-01")]
)
def test_a_mistake_in_the_file_ends_with_a_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "sources.toml").write_text("[adsblol]\nonn = false")

    done = tailcheck(tmp_path, *words)

    assert (done.returncode, done.stdout) == (2, "")
    (said,) = done.stderr.splitlines()
    assert said.startswith(f"{tmp_path / 'sources.toml'}: [adsblol] does not know 'onn'")


def test_doctor_names_who_is_asked_and_a_mistake_in_the_file(home: Path, tmp_path: Path) -> None:
    (well,) = [line for line in tailcheck(home, "doctor").stdout.splitlines() if "sources" in line]
    (tmp_path / "sources.toml").write_text("[adsblol]\nonn = false")
    ill = tailcheck(tmp_path, "doctor")

    assert well.startswith("ok   sources: adsbdb, adsblol, adsblol_history,")
    assert "airplaneslive" in well
    assert "adsbfi" not in well
    assert ill.returncode == 5
    assert "FAIL sources: " in ill.stdout
    assert "does not know 'onn'" in ill.stdout


def test_a_mistake_in_a_setting_ends_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TAILCHECK_CONTACT", "nobody")
    with pytest.raises(typer.Exit) as ended:
        settings()

    assert ended.value.exit_code == 2
    assert capsys.readouterr().err == (
        "TAILCHECK_CONTACT: it must be a mail address or the https:// address of a page.\n"
    )


def test_sources_are_asked_as_the_file_says(tmp_path: Path) -> None:
    """At the corrected addresses, with the secrets, and told whom to write to."""
    chosen = Settings(home=tmp_path, contact="desk@example.org")
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in ("opensky_client_id", "opensky_client_secret"):
        (secrets / name).write_text(secret(name))
        (secrets / name).chmod(0o600)
    with upstream(World()) as up:
        (tmp_path / "sources.toml").write_text(
            f"""
            [adsblol]
            url = "{up.url}/adsblol"
            [opensky_states]
            agreed = "for this test"
            url = "{up.url}/opensky_states"
            token_url = "{up.url}/opensky_auth/token"
            requests_per_s = 50
            """
        )
        desk = open_desk(chosen)
        wanted = Wanted(area=Area(lat=55.59, lon=37.26, radius_nm=30))
        with open_fetcher(desk, chosen) as fetcher:
            answers = [
                drive(desk.adapters[key], wanted, fetcher, desk.secrets.get(key, {}))
                for key in ("adsblol", "opensky_states")
            ]
        desk.engine.dispose()

        assert [answer.covered != () for answer in answers] == [True, True], answers
        for site in ("adsblol", "opensky_auth", "opensky_states"):
            (asked,) = up.asked(site)
            assert "desk@example.org" in asked.headers["user-agent"]
            assert asked.headers["user-agent"].startswith("tailcheck/")


def test_closings_credits_and_unread_pages_are_told() -> None:
    source = discover()["opensky_tracks"].source
    health = SourceHealth(
        last_success=datetime(2025, 2, 5, 1, 2, tzinfo=UTC),
        closed_until=datetime(2025, 2, 6, 1, 2, tzinfo=UTC),
        why_closed="It refused.",
        credits_spent=7,
        credits_left=3993,
        unread=2,
    )
    document = SourceDocument(source=source, on=True, why_off="", health=health)
    lines = list(source_lines(document))

    assert "     last success: 2025-02-05 01:02:00Z" in lines
    assert "     closed until 2025-02-06 01:02:00Z: It refused." in lines
    assert "     credits today: 7 of 4000 spent; 3993 left, it says" in lines
    assert "     pages that could not be read: 2 (kept; `tailcheck rederive`)" in lines
    assert any(
        "reaches: the last 30 days; speaks after 30 h; at most a request every 2 s" in line
        for line in lines
    )

    everything = replace(document, source=replace(source, reach=Reach()))
    assert any("no limit known to its reach" in line for line in source_lines(everything))
