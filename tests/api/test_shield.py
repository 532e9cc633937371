"""Who is answered, and what leaves with an answer."""

from __future__ import annotations

import anyio
import pytest
from opentelemetry import trace
from starlette.types import Message

from service.api.app import create_app
from service.desk import Desk
from service.errors import StorageError
from tests.api.served import Client, serving, word

SUBJECT = "RA-64523"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8000",
        "127.0.0.1",
        "localhost",
        "LOCALHOST:1",
        "localhost.",
        "[::1]:8000",
        "[::1]",
        "192.168.1.5:8000",
        "tailcheck.example.org",
        "Tailcheck.Example.ORG:443",
    ],
)
def test_our_own_names_are_answered(client: Client, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.example:8000",
        "example.org",
        "",
        "[::1",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
    ],
)
def test_a_name_re_pointed_at_this_machine_is_not(client: Client, host: str) -> None:
    for _ in range(2):
        reply = client.get("/healthz", headers={"Host": host})

        assert (reply.status_code, word(reply)) == (421, "wrong-host")


@pytest.mark.parametrize(
    ("site", "mode", "status"),
    [
        ("cross-site", "no-cors", 403),
        ("cross-site", "cors", 403),
        ("cross-site", "navigate", 200),
        ("same-origin", "cors", 200),
        ("none", "navigate", 200),
    ],
)
def test_another_web_site_gets_nothing_a_followed_link_does(
    client: Client, site: str, mode: str, status: int
) -> None:
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}

    assert client.get("/healthz", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 405),
        ({"Sec-Fetch-Site": "same-origin"}, 405),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, 405),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403),
        ({"Sec-Fetch-Site": "?"}, 403),
        ({"Origin": "http://127.0.0.1:8000"}, 405),
        ({"Origin": "https://tailcheck.example.org"}, 405),
        ({"Origin": "http://127.0.0.1:3000"}, 403),
        ({"Origin": "http://localhost:8000"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://tailcheck.example.org.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8000"}, 405),
    ],
)
def test_what_changes_anything_is_never_asked_by_another_site(
    client: Client, headers: dict[str, str], status: int
) -> None:
    """405: it got past the shield, to a path where nothing can be changed."""
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert client.ask(method, "/healthz", headers=headers).status_code == status


@pytest.mark.parametrize(
    "path", ["/healthz", "/docs", "/openapi.json", "/v1/nothing", "/v1/aircraft/zzzzzz", "/"]
)
def test_every_reply_carries_the_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers

    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers


def test_refusals_carry_them_too(client: Client) -> None:
    headers = client.get("/healthz", headers={"Host": "evil.example"}).headers

    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"


def test_no_such_path_and_no_such_method(client: Client) -> None:
    nothing = client.get("/v1/nothing")
    post = client.ask("POST", "/v1/check")

    assert (nothing.status_code, word(nothing)) == (404, "not-found")
    assert (post.status_code, word(post)) == (405, "method-not-allowed")
    assert post.headers["allow"] == "GET"
    assert "GET" in post.json()["detail"]


def test_an_address_with_several_methods_names_all_of_them(desk: Desk) -> None:
    app = create_app(desk)
    for method in ("GET", "POST", "DELETE"):
        app.add_api_route("/v1/thing", nothing, methods=[method])
    with serving(app) as client:
        reply = client.ask("PUT", "/v1/thing")

    assert (reply.status_code, word(reply)) == (405, "method-not-allowed")
    assert reply.headers["allow"] == "DELETE, GET, POST"


async def nothing() -> None:
    """Does nothing."""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "X"])
def test_what_is_only_read_cannot_be_changed(client: Client, method: str) -> None:
    for path in ("/v1/check", "/v1/aircraft/N899DN", "/v1/captures/" + "0" * 64, "/docs"):
        assert client.ask(method, path).status_code == 405


def test_what_breaks_is_told_without_a_word_about_the_subject(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(desk)

    @app.get("/v1/broken/{subject}")
    async def broken(subject: str) -> None:
        raise KeyError(f"no {subject}")

    with serving(app) as client:
        reply = client.get(f"/v1/broken/{SUBJECT}", note=SUBJECT)
    document = reply.json()

    assert (reply.status_code, word(reply)) == (500, "internal")
    assert SUBJECT not in reply.text
    assert "Traceback" not in reply.text
    assert document["instance"].startswith("urn:uuid:")
    (record,) = [r for r in caplog.records if r.name == "tailcheck.api"]
    line = record.getMessage()
    assert document["instance"] in line
    assert "/v1/broken/{subject}" in line
    assert "KeyError" in line
    assert "test_shield.py:" in line
    assert SUBJECT not in line
    assert record.exc_info is None


@pytest.mark.parametrize(
    ("cause", "logged"),
    [
        (None, "The disk is full."),
        (ValueError(f"invalid input: {SUBJECT}"), "builtins.ValueError"),
    ],
)
def test_what_a_driver_says_may_quote_the_question_so_it_is_not_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture, cause: Exception | None, logged: str
) -> None:
    app = create_app(desk)
    said = "The disk is full." if cause is None else f"The database says: {cause}"

    @app.get("/v1/broken")
    async def broken() -> None:
        raise StorageError(said) from cause

    with serving(app) as client:
        reply = client.get("/v1/broken")

    (line,) = [r.getMessage() for r in caplog.records if r.name == "tailcheck.api"]
    assert (reply.status_code, word(reply)) == (503, "storage")
    assert line == f"StorageError on /v1/broken: {logged}"


def test_it_starts_without_telemetry_whatever_the_environment_says(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FastAPI can send its traces, queries and all, to where these point; it would refuse to
    start here, where the exporter for that is not installed."""
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    said: list[str] = []

    async def start() -> None:
        send, receive = anyio.create_memory_object_stream[Message](2)
        for kind in ("startup", "shutdown"):
            await send.send({"type": f"lifespan.{kind}"})

        async def note(message: Message) -> None:
            said.append(message["type"])

        with send, receive:
            await create_app(desk)({"type": "lifespan", "asgi": {}}, receive.receive, note)

    anyio.run(start)

    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


class _Tracing:
    """A tracer provider that an operator's own tooling put in place."""

    def __init__(self) -> None:
        self.asked = 0

    def get_tracer(self, *_: object, **__: object) -> trace.Tracer:
        self.asked += 1
        return trace.NoOpTracer()


def test_a_tracer_that_is_there_is_told_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracing = _Tracing()
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: tracing)

    assert client.get("/v1/aircraft/N899DN").status_code == 200
    assert tracing.asked == 0


def test_asking_leaves_no_line_in_any_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    client.get("/v1/check", aircraft=SUBJECT, airport="UMMS", date="2020-08-18")
    client.get("/v1/check", aircraft=SUBJECT, airport="Atlantis", date="2020-08-18")
    client.get(f"/v1/aircraft/{SUBJECT}/movements")

    said = [r for r in caplog.records if r.name != "httpx"]  # the asker's own
    assert not [r for r in said if SUBJECT in r.getMessage()]
