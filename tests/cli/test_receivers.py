"""`tailcheck receivers` and `tailcheck alerts`."""

from __future__ import annotations

import json
from pathlib import Path

from schemas.watching import Wishes
from service.cli.common import open_desk
from service.settings import Settings
from service.storage.database import writing
from service.storage.deliveries import mark_dead
from tests.api.told import OCCASION, tell, watch_on
from tests.cli.test_watch import tailcheck
from tests.storage.tellings import deliveries_of

HOOK = "https://desk.example.org/hooks/7"


def test_the_life_of_a_receiver(tmp_path: Path) -> None:
    made = tailcheck(tmp_path, "receivers", "add", HOOK, "--label", "The desk")
    assert made.exit_code == 0, made.stderr
    secret = made.stdout.split("shown this once: ")[1].strip()
    assert secret.startswith("whsec_")
    assert secret not in tailcheck(tmp_path, "receivers", "add", HOOK).stdout
    assert tailcheck(tmp_path, "receivers", "list").stdout == (
        "receiver 1, https://desk.example.org/…, The desk, without details\n"
    )
    turned = tailcheck(tmp_path, "receivers", "rotate", "1").stdout
    assert "whsec_" in turned
    assert secret not in turned
    (one,) = json.loads(tailcheck(tmp_path, "receivers", "list", "--format", "json").stdout)
    assert (one["keys"], one["address"]) == (2, "https://desk.example.org/…")
    assert tailcheck(tmp_path, "receivers", "rotate", "1", "--retire").exit_code == 0
    assert tailcheck(tmp_path, "receivers", "resume", "1").exit_code == 0
    assert tailcheck(tmp_path, "receivers", "rm", "1").exit_code == 0
    assert tailcheck(tmp_path, "receivers", "rm", "1").exit_code == 2
    assert "no receivers" in tailcheck(tmp_path, "receivers", "list").stderr


def test_a_key_pair_shows_its_public_half(tmp_path: Path) -> None:
    made = tailcheck(tmp_path, "receivers", "add", HOOK, "--ed25519").stdout
    assert "whpk_" in made
    assert "whsk_" not in made


def test_alerts_and_dead_letters(tmp_path: Path) -> None:
    assert "Nothing was told yet" in tailcheck(tmp_path, "alerts", "list").stderr
    tailcheck(tmp_path, "receivers", "add", HOOK)
    desk = open_desk(Settings(home=tmp_path))
    alert = tell(desk, watch_on(desk, label="x", wishes=Wishes(to=(1,))))
    with writing(desk.engine) as conn:
        (delivery,) = deliveries_of(conn, alert.id)
        mark_dead(conn, [delivery.id], why="The receiver answered 500.", now=desk.clock())
    desk.engine.dispose()

    (line,) = tailcheck(tmp_path, "alerts", "list").stdout.splitlines()
    assert line.endswith(f"watch 1  observed: {OCCASION.words}")
    (told,) = json.loads(tailcheck(tmp_path, "alerts", "list", "--format", "json").stdout)
    assert told["id"] == alert.id
    dead = tailcheck(tmp_path, "alerts", "list", "--dead").stdout
    assert "1 tries; The receiver answered 500." in dead
    assert tailcheck(tmp_path, "alerts", "resend").exit_code == 2
    sent = tailcheck(tmp_path, "alerts", "resend", "--all")
    assert (sent.exit_code, sent.stdout) == (0, "1 on their way again.\n")
    again = tailcheck(tmp_path, "alerts", "resend", str(delivery.id))
    assert (again.exit_code, again.stdout) == (1, "0 on their way again.\n")
    assert "no such dead letter" in again.stderr
