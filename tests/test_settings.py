"""Settings that others see: where the service is reached, and by which names."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from service.settings import Settings


@pytest.mark.parametrize(
    ("host", "said", "reached"),
    [
        ("127.0.0.1", "", "http://127.0.0.1:8000"),
        ("::1", "", "http://[::1]:8000"),
        ("0.0.0.0", "", "http://127.0.0.1:8000"),
        ("::", "", "http://[::1]:8000"),
        ("0.0.0.0", "https://tail.example.org/", "https://tail.example.org"),
        ("0.0.0.0", "https://example.org:8443/tail", "https://example.org:8443/tail"),
    ],
)
def test_where_links_lead(host: str, said: str, reached: str) -> None:
    assert Settings(host=host, public_url=said).reached_at == reached


def test_the_public_name_is_one_that_it_answers_by() -> None:
    chosen = Settings(hosts="a.example, b.example", public_url="https://Tail.example.org:8443")

    assert chosen.served_names == ("a.example", "b.example", "tail.example.org")
    assert Settings().served_names == ()


@pytest.mark.parametrize(
    "url",
    [
        "tail.example.org",
        "ftp://tail.example.org",
        "https://",
        "https://user:pw@tail.example.org",
        "https://tail.example.org/?a=b",
        "https://tail.example.org/#a",
        "https://tail.example.org/a b",
        "https://tail.example.org:0",
        "https://tail.example.org:99999",
        "https://[::1",
        'https://tail.example.org/"',
    ],
)
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="http"):
        Settings(public_url=url)
