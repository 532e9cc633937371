"""What messages say: thin unless details are asked for, the same bytes every time, and no name is
taken for markup."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.watching import TRIGGERS, Alert, AlertForm, Receiver, Trigger, Watch
from service.notify.channels import Message
from service.notify.message import cloud_event, harmless, text
from tests.notify.outbox_filled import occasion

TOLD_AT = datetime(2026, 3, 5, 1, 2, 3, tzinfo=UTC)
HAPPENED_AT = datetime(2019, 11, 21, 22, 23, tzinfo=UTC)
BASE = "https://tail.example"

CANARIES = {
    "registration": "RA-64777",
    "icao24": "14fd09",
    "airport": "ZZQQ",
    "words": "RA-64777 landed at Canary International at 22:23",
    "other": "RF-99123",
    "label": "LABELCANARY",
    "note": "NOTECANARY",
    "subject": "SUBJECTCANARY",
    "because": "BECAUSECANARY",
    "source": "sourcecanary",
    "capture": "cafe0123",
    "place": "-37.125",
    "when": "2019-11-21",
    "url": "hook.canary.example",
    "secret": "whsec_Q0FOQVJZ",
}


def canary_message(
    *forms: AlertForm, details: bool = False, trigger: Trigger = "landing"
) -> Message:
    """Every word of it gives something away."""
    told = occasion(
        trigger=trigger,
        icao24=CANARIES["icao24"],
        registration=CANARIES["registration"],
        at=HAPPENED_AT,
        t_earliest=HAPPENED_AT - timedelta(minutes=1),
        t_latest=HAPPENED_AT + timedelta(minutes=1),
        airport=CANARIES["airport"],
        rivals=(CANARIES["airport"],),
        words=CANARIES["words"],
        other=CANARIES["other"],
        sources=(CANARIES["source"],),
        captures=(CANARIES["capture"],),
        lat=float(CANARIES["place"]),
        lon=float(CANARIES["place"]),
    )
    watch = Watch(
        id=3,
        kind="aircraft",
        subject=CANARIES["subject"],
        label=CANARIES["label"],
        note=CANARIES["note"],
        added_at=HAPPENED_AT,
    )
    receiver = Receiver(
        id=7,
        owner="local",
        kind="webhook",
        url=f"https://{CANARIES['url']}/in",
        label=CANARIES["label"],
        details=details,
        secrets=(CANARIES["secret"],),
        added_at=HAPPENED_AT,
    )
    alerts = tuple(
        Alert(
            id=40 + number,
            watch_id=3,
            owner="local",
            form=form,
            refers_to=None if form == "new" else 17,
            occasion=told,
            because="" if form == "new" else CANARIES["because"],
            created_at=TOLD_AT + timedelta(seconds=number),
        )
        for number, form in enumerate(forms)
    )
    return Message(
        id="msg_7_40",
        receiver=receiver,
        alerts=alerts,
        watches={3: watch},
        sent_at=TOLD_AT + timedelta(hours=5),
        public_url=BASE,
    )


def all_said(message: Message) -> str:
    return "\n".join([cloud_event(message).decode(), *text(message)])


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize(
    "forms", [("new",), ("correction",), ("withdrawal",), ("new", "correction", "withdrawal")]
)
def test_a_thin_message_gives_nothing_away(forms: tuple[AlertForm, ...], trigger: Trigger) -> None:
    said = all_said(canary_message(*forms, trigger=trigger))
    assert not [name for name, canary in CANARIES.items() if canary in said]
    assert trigger not in said
    assert f"{BASE}/v1/alerts/40" in said
    assert "atch 3" in said


def test_details_say_everything_but_notes_addresses_and_keys() -> None:
    said = all_said(canary_message("correction", details=True))
    kept = {"note", "url", "secret"}
    assert {name for name, canary in CANARIES.items() if canary not in said} == kept


def test_it_is_a_cloud_event_and_a_standard_webhook() -> None:
    event = json.loads(cloud_event(canary_message("new")))
    assert event == {
        "specversion": "1.0",
        "id": "msg_7_40",
        "source": BASE,
        "type": "tailcheck.alert.new",
        "time": "2026-03-05T01:02:03Z",
        "datacontenttype": "application/json",
        "timestamp": "2026-03-05T01:02:03Z",
        "data": {
            "alerts": [
                {
                    "alert": 40,
                    "watch": 3,
                    "form": "new",
                    "refers_to": None,
                    "link": f"{BASE}/v1/alerts/40",
                    "refers_to_link": None,
                    "details": None,
                }
            ]
        },
    }


@pytest.mark.parametrize(
    ("forms", "kind"),
    [
        (("new",), "tailcheck.alert.new"),
        (("correction",), "tailcheck.alert.correction"),
        (("withdrawal",), "tailcheck.alert.withdrawal"),
        (("new", "withdrawal"), "tailcheck.digest"),
    ],
)
def test_the_type_says_what_kind_of_message_it_is(forms: tuple[AlertForm, ...], kind: str) -> None:
    event = json.loads(cloud_event(canary_message(*forms)))
    assert event["type"] == kind
    assert [said["form"] for said in event["data"]["alerts"]] == list(forms)


@pytest.mark.parametrize("details", [False, True])
@pytest.mark.parametrize("form", ["correction", "withdrawal"])
def test_what_corrects_or_withdraws_says_what(form: AlertForm, details: bool) -> None:
    message = canary_message(form, details=details)
    (said,) = json.loads(cloud_event(message))["data"]["alerts"]
    assert (said["refers_to"], said["refers_to_link"]) == (17, f"{BASE}/v1/alerts/17")
    title, body = text(message)
    assert f"{BASE}/v1/alerts/17" in body
    assert form[:7] in f"{title} {body}".lower()


@pytest.mark.parametrize("details", [False, True])
def test_every_try_has_the_same_body(details: bool) -> None:
    message = canary_message("new", "correction", details=details)
    later = replace(message, sent_at=message.sent_at + timedelta(days=2))
    assert cloud_event(later) == cloud_event(message)
    assert text(later) == text(message)


def test_a_digest_lists_its_alerts_and_says_how_many_more() -> None:
    forms: list[AlertForm] = ["new"] * 25
    message = canary_message(*forms)
    title, body = text(message)
    assert title == "Tailcheck: 25 alerts"
    assert body.count("Watch 3 moved: ") == 20
    assert body.endswith(f"And 5 more: {BASE}/v1/alerts")
    assert len(json.loads(cloud_event(message))["data"]["alerts"]) == 25


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        ("landing", "moved"),
        ("takeoff", "moved"),
        ("signal_lost", "has news"),
        ("reappeared", "has news"),
        ("emergency", "has news"),
        ("meeting", "has news"),
        ("verdict_changed", "has news"),
    ],
)
def test_nothing_is_said_to_move_that_did_not(trigger: Trigger, words: str) -> None:
    assert text(canary_message("new", trigger=trigger))[0] == f"Tailcheck: watch 3 {words}"


names = st.text(max_size=40) | st.sampled_from(
    [
        "@everyone",
        "<!channel>",
        "[click](https://evil.example)",
        "**bold**\n# Title",
        "a\u202eb",
        "x\x00y",
        "\ud800",
        "`code`",
        "<script>alert(1)</script>",
        "A" * 5_000,
    ]
)


@given(names, names, names)
def test_hostile_names_are_no_markup_and_break_nothing(one: str, two: str, three: str) -> None:
    message = canary_message("new", details=True)
    (alert,) = message.alerts
    told = replace(alert.occasion, registration=one, words=two)
    message = replace(
        message,
        alerts=(replace(alert, occasion=told),),
        watches={3: replace(message.watches[3], label=three)},
    )
    json.loads(cloud_event(message))
    title, body = text(message)
    assert "\n" not in title
    assert len(body.splitlines()) == 2
    for said in (title, body.replace(BASE, "")):
        said.encode()
        assert not set(said) & set("<>@`*[]#|~\\\x00\u202e")
        assert "://" not in said
    assert len(title) <= 100
    assert len(body) <= 2_200


def test_what_speaks_against_it_is_not_cut_off() -> None:
    message = canary_message("correction", details=True)
    (alert,) = message.alerts
    caveat, reason = "its positions may be forged; source adsblol.", "It was at one of two places."
    told = replace(alert.occasion, words=f"RA-64777 landed at {'Long Name ' * 60}; {caveat}")
    alert = replace(alert, occasion=told, because=f"{'It was later. ' * 40}{reason}")
    _, body = text(replace(message, alerts=(alert,)))
    happened, because, *_ = body.split("\n")
    assert happened.endswith(caveat)
    assert because.endswith(reason)


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_grade_stands_only_where_there_is_one(trigger: Trigger) -> None:
    message = canary_message("new", details=True, trigger=trigger)
    (alert,) = message.alerts
    is_move = trigger not in {
        "reappeared",
        "signal_lost",
        "emergency",
        "meeting",
        "verdict_changed",
    }
    told = replace(alert.occasion, move="landing" if is_move else None)
    _, body = text(replace(message, alerts=(replace(alert, occasion=told),)))
    assert ("Observed" in body) == (is_move or trigger == "meeting")
    assert f"Watch 3: {BASE}" in body


@given(names)
def test_harmless_is_settled_at_once(name: str) -> None:
    assert harmless(harmless(name)) == harmless(name)
