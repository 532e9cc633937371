"""Chats through apprise: which services are offered, which URLs are refused, what is shown."""

from __future__ import annotations

import pytest

from service.errors import BadInput
from service.notify.chat import canonical, target_of
from service.notify.policy import Policy
from service.notify.services import Place, Service, services
from service.notify.ways import channels, check_url, describe, kind_of

NOBODY = Policy()
TELEGRAM = "apprise:tgram://123456789:AAE_secret-token_of_a_bot_35_letters/4711"


def each() -> list[Service]:
    return sorted(set(services().values()), key=lambda service: service.schemas)


# what is offered


def test_every_plugin_of_apprise_is_sorted() -> None:
    from apprise import Apprise

    services()  # loads the plugins
    known = Apprise().details(show_disabled=True)["schemas"]
    schemas = {
        schema
        for about in known
        for schema in (*(about["protocols"] or ()), *(about["secure_protocols"] or ()))
    }
    assert len(known) == len(each()) > 100
    assert schemas == set(services())
    for about in known:
        schema = (about["secure_protocols"] or about["protocols"])[0]
        templates = about["details"]["templates"]
        place = services()[schema].place
        assert (place is Place.HERE) is ("{schema}://" in templates)
        if any("{host}" in template for template in templates):
            assert place is Place.NAMED
            assert "host" in services()[schema].host_tokens


def test_what_is_on_this_machine_is_never_offered() -> None:
    here = {
        schema for service in each() if service.place is Place.HERE for schema in service.schemas
    }
    assert here >= {"dbus", "kde", "qt", "glib", "gnome", "macosx", "windows", "syslog", "blink1"}
    for schema in here:
        with pytest.raises(BadInput, match="this very machine"):
            target_of(f"apprise:{schema}://", Policy.read("0.0.0.0/0"))


def test_services_people_use_are_where_they_should_be() -> None:
    places = {schema: services()[schema].place for schema in services()}
    for schema in ("tgram", "slack", "discord", "pover", "pbul", "twilio", "sendgrid", "gchat"):
        assert places[schema] is Place.FIXED, schema
    for schema in (
        *("mailto", "mailtos", "ntfy", "ntfys", "matrix", "matrixs", "mmost", "signal", "rocket"),
        *("json", "xml", "form", "gotify", "apprise", "irc", "mqtt", "rsyslog", "xmpp", "acs"),
    ):
        assert places[schema] is Place.NAMED, schema


def test_a_host_of_its_own_must_be_allowed_for_every_such_service() -> None:
    named = [service for service in each() if service.place is Place.NAMED and service.is_ready]
    assert len(named) > 40
    by_the_host = set()
    for service in named:
        for schema in service.schemas:
            for url in (f"{schema}://u:p@169.254.169.254/a/b/c", f"{schema}://10.0.0.1:99/a/b/c/d"):
                with pytest.raises(BadInput) as refused:
                    target_of(f"apprise:{url}", Policy.read("example.org"))
                if "TAILCHECK_SEND_TO" in str(refused.value):
                    by_the_host.add(service)
    # the others want more of a URL before they read it at all
    assert len(by_the_host) > 0.9 * len(named)


@pytest.mark.parametrize(
    "url",
    [
        "mailtos://me:pw@example.org?smtp=10.0.0.1",
        "mailtos://me:pw@example.org?smtp=mail.internal",
        "mailtos://me:pw@example.org?SMTP=mail.internal",
        "nostr://nsec1secret/npub1other?relay=ws://10.0.0.1",
        "nostr://nsec1secret/npub1other?relay=wss://example.org,wss://evil.example",
        "nostr://nsec1secret/npub1other?blossom=http://10.0.0.1:80/x",
        "json://user:pw@example.org.evil.example/",
        "json://example.org@10.0.0.1/",
        "json://2130706433/",
        "ntfy://10.0.0.1/topic-of-mine",
        "lametrics://8b799edf-6f98-4d3a-9be7-2862fb4e5752@10.0.0.1",
        "fluxers://[fd00::1]/4111111111/token",
        "acs://me@example.org/c2VjcmV0LWtleS1vZi1taW5l/other.example.net/you@example.org",
    ],
)
def test_no_host_slips_in_beside_an_allowed_one(url: str) -> None:
    with pytest.raises(BadInput, match="names a host of its own"):
        target_of(f"apprise:{url}", Policy.read("example.org"))


def test_hosts_that_are_allowed_by_name_are_accepted() -> None:
    policy = Policy.read("example.org, ntfy.sh, mail.example.org")
    for url in (
        *("mailtos://me:pw@example.org?smtp=mail.example.org", "ntfys://ntfy.sh/topic"),
        *(
            "matrixs://me:pw@example.org/#room",
            "mmosts://example.org/3ccdd113474722377935511fc85d3dd4",
        ),
    ):
        assert check_url("apprise", f"apprise:{url}", policy) == f"apprise:{url}"


def test_without_a_host_it_goes_to_the_services_own_address() -> None:
    for url in ("apprise:ntfys://topic-of-mine", "apprise:notica://token1"):
        assert check_url("apprise", url, NOBODY) == url
        assert target_of(url, NOBODY).hosts == ()
    with pytest.raises(BadInput, match="must name a host"):
        target_of("apprise:mailtos://", NOBODY)


# how it is written


def test_both_spellings_become_one() -> None:
    assert canonical(TELEGRAM) == TELEGRAM
    assert canonical(TELEGRAM.replace("apprise:", "apprise://")) == TELEGRAM
    assert canonical(TELEGRAM.replace("apprise:", "Apprise:")) == TELEGRAM
    assert check_url("apprise", f" {TELEGRAM.replace(':', '://', 1)}\n", NOBODY) == TELEGRAM
    assert canonical("apprise:apprise://example.org/token") == "apprise:apprise://example.org/token"


@pytest.mark.parametrize(
    "url",
    [
        *("", "apprise:", "apprise:tgram", "tgram://x/y", "apprise:tgram:x", "apprise:///x"),
        *(
            "apprise:nosuch://x",
            "apprise:https://discord.com/api/webhooks/1/secret",
            "apprise:x y://",
        ),
        *(
            "apprise:file:///etc/passwd",
            "apprise:tgram://bad",
            "apprise:slack://x",
            "apprise:tgram://",
        ),
        *("apprise:tgram://a\nb", "apprise:tgram://" + "x" * 2000, "apprise:json://"),
    ],
)
def test_what_cannot_be_read_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_url("apprise", url, NOBODY)
    assert "secret" not in str(refused.value)
    assert str(refused.value)[-1] in ".…"


def test_the_kind_is_told_by_the_beginning() -> None:
    assert kind_of(TELEGRAM) == kind_of("Apprise://tgram://x") == "apprise"
    assert kind_of("https://apprise.example.org/") == kind_of("") == "webhook"
    assert set(channels(NOBODY)) == {"webhook", "apprise"}
    with pytest.raises(BadInput):
        check_url("webhook", TELEGRAM, NOBODY)
    assert check_url("webhook", " https://a.example.org/in ", NOBODY) == "https://a.example.org/in"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (TELEGRAM, "apprise:tgram://…"),
        ("apprise://ntfys://topic-of-mine/x", "apprise:ntfys://…"),
        ("apprise:", "apprise:…"),
        ("https://hooks.example.org/secret?key=secret", "https://hooks.example.org/…"),
        ("https://hooks.example.org:8443/secret", "https://hooks.example.org:8443/…"),
        ("https://user:secret@hooks.example.org/", "…"),
        ("secret", "…"),
        ("", "…"),
    ],
)
def test_people_are_shown_no_secret(url: str, shown: str) -> None:
    assert describe(url) == shown
