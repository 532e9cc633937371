"""Messages through apprise that really arrive on loopback, and what its plugins would do beside
sending them."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from service.errors import BadInput
from service.notify.chat import ChatChannel, _plugin, target_of
from service.notify.policy import Policy
from service.notify.services import services
from service.notify.ways import check_url
from tests.notify.outward import Loopback, failure, loopback, message, run

NOBODY = Policy()
ALLOWED = Policy.read("127.0.0.1")


@pytest.fixture
def receiver() -> Iterator[Loopback]:
    with loopback() as running:
        running.status = 200
        yield running


async def send(url: str, policy: Policy = ALLOWED, limit_s: float = 30.0) -> None:
    channel = ChatChannel(policy, limit_s=limit_s)
    await channel.send(message(url, kind="apprise"))
    await channel.aclose()


def test_a_message_arrives_at_an_allowed_host(receiver: Loopback) -> None:
    run(send(f"apprise:json://127.0.0.1:{receiver.port}/in"))
    (had,) = receiver.had
    said = json.loads(had.body)
    assert said["title"] == "Tailcheck: watch 3 moved"
    assert "http://tailcheck.example.org/v1/alerts/7" in said["message"]
    assert "RA-64523" not in had.body.decode()  # thin, unless details are asked for


def test_without_leave_nothing_is_sent(receiver: Loopback) -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        url = f"apprise:json://{host}:{receiver.port}/in"
        with pytest.raises(BadInput, match="TAILCHECK_SEND_TO"):
            check_url("apprise", url, NOBODY)
        error = failure(send(url, NOBODY))
        assert "TAILCHECK_SEND_TO" in str(error)
        assert not error.permanent
        assert str(receiver.port) not in str(error)
    assert receiver.had == []


def test_a_failure_is_said_without_what_was_answered(receiver: Loopback) -> None:
    receiver.body = b"secret words"
    for status in (301, 400, 401, 404, 429, 500):
        receiver.status = status
        receiver.headers = {"Location": receiver.url("/elsewhere")}
        error = failure(send(f"apprise:json://u:pw-secret@127.0.0.1:{receiver.port}/in"))
        assert "did not take the message" in str(error)
        assert "secret" not in str(error)
    assert {had.path for had in receiver.had} == {"/in"}  # no redirect is followed
    receiver.status = 200
    with loopback() as gone:
        url = f"apprise:json://127.0.0.1:{gone.port}/in"
    assert "could not be reached" in str(failure(send(url)))


def test_a_redirect_is_not_followed_although_the_url_asks_for_it(receiver: Loopback) -> None:
    receiver.status, receiver.headers = 307, {"Location": receiver.url("/elsewhere")}
    failure(send(f"apprise:json://127.0.0.1:{receiver.port}/in?redirect=yes"))
    assert [had.path for had in receiver.had] == ["/in"]


def test_a_service_that_does_not_answer_is_given_up(receiver: Loopback) -> None:
    def silent(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.5)
        handler.close_connection = True

    receiver.talk = silent
    run(warm_up(receiver))
    error = failure(send(f"apprise:json://127.0.0.1:{receiver.port}/in", limit_s=0.2))
    assert str(error) == "The service did not answer in time."


def test_a_url_cannot_hold_a_thread_for_long_nor_switch_certificates_off() -> None:
    url = "apprise:discord://4111111111/token?rto=99999&cto=99999&verify=no&redirect=yes"
    plugin = _plugin(target_of(url, NOBODY))
    assert max(plugin.socket_connect_timeout, plugin.socket_read_timeout) <= 10
    assert plugin.verify_certificate
    assert not plugin.redirects


async def warm_up(receiver: Loopback) -> None:
    """Plugins are loaded, so that the limit is for the sending."""
    target_of(f"apprise:json://127.0.0.1:{receiver.port}/in", ALLOWED)


# what a plugin would do beside sending


def redirected(receiver: Loopback, monkeypatch: pytest.MonkeyPatch, attribute: str) -> None:
    """Discord's plugin, which believes that Discord is on loopback: a service at an address of its
    own that leads astray."""
    from apprise.plugins.discord import NotifyDiscord

    monkeypatch.setattr(NotifyDiscord, attribute, receiver.url("/discord"))


def test_a_service_of_its_own_address_does_not_lead_to_a_private_one(
    receiver: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    redirected(receiver, monkeypatch, "notify_url")
    url = "apprise:discord://4111111111/secret-token"
    error = failure(send(url, NOBODY))
    assert "leads astray" in str(error)
    assert "not of a public machine" in str(error)
    assert receiver.had == []
    run(send(url, ALLOWED))  # and it is the address alone that was in the way
    assert len(receiver.had) == 1


def test_a_template_is_no_way_to_read_a_file(
    receiver: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    redirected(receiver, monkeypatch, "notify_url")
    secret = tmp_path / "secret.json"
    secret.write_text('{"content": "secret of this machine"}')
    for template in (str(secret), f"file://{secret}"):
        url = f"apprise:discord://4111111111/token?template={template}"
        error = failure(send(url, ALLOWED))
        assert "file of this machine" in str(error)
        assert str(secret) not in str(error)
    assert receiver.had == []


def test_a_template_is_no_way_to_reach_another_machine(
    receiver: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    with loopback() as discord:
        redirected(discord, monkeypatch, "notify_url")
        url = f"apprise:discord://4111111111/token?template={receiver.url('/secret.json')}"
        failure(send(url, NOBODY))
        assert discord.had == receiver.had == []


def test_passwords_of_the_user_are_not_read(
    receiver: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    run(send(f"apprise:json://127.0.0.1:{receiver.port}/in"))
    assert "authorization" not in receiver.had[0].headers


def test_a_proxy_of_the_environment_in_our_own_network_is_not_used(
    receiver: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", receiver.url("/"))
    monkeypatch.setenv("https_proxy", receiver.url("/"))
    error = failure(send("apprise:discord://4111111111/secret-token", NOBODY))
    assert "not of a public machine" in str(error)
    assert receiver.had == []


def test_nothing_of_a_url_is_logged(
    receiver: Loopback, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    services()
    with caplog.at_level(0):
        logging.getLogger().setLevel(0)
        run(send(f"apprise:json://u:canary@127.0.0.1:{receiver.port}/canary"))
        receiver.status = 500
        failure(send(f"apprise:json://u:canary@127.0.0.1:{receiver.port}/canary"))
        failure(send("apprise:tgram://canary", NOBODY))
        failure(send("apprise:discord://4111111111/canary?format=canary", NOBODY))
    captured = capfd.readouterr()
    assert "canary" not in caplog.text + captured.out + captured.err


def test_apprise_is_not_loaded_before_it_is_needed() -> None:
    code = (
        "import sys; from service.notify import ways; ways.channels(ways.Policy());"
        " print('apprise' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
