"""Addresses of receivers are read strictly, and go nowhere unless they may."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest

from service.errors import BadInput
from service.notify.addresses import is_public, read_address, read_network
from service.notify.policy import Policy, read_url

NOBODY = Policy()


@pytest.mark.parametrize(
    ("url", "host", "port", "target"),
    [
        ("https://hooks.example.org", "hooks.example.org", 443, "/"),
        ("HTTPS://Hooks.Example.org/A?b=%20c", "hooks.example.org", 443, "/A?b=%20c"),
        ("https://hooks.example.org?x=1", "hooks.example.org", 443, "/?x=1"),
        ("https://xn--e1afmkfd.example:8443/in", "xn--e1afmkfd.example", 8443, "/in"),
        ("https://8.8.8.8/in", "8.8.8.8", 443, "/in"),
        ("https://[2606:4700::1111]:444/", "2606:4700::1111", 444, "/"),
        ("https://hooks.example.org/@user:x", "hooks.example.org", 443, "/@user:x"),
        ("https://a_b.example.org/", "a_b.example.org", 443, "/"),
    ],
)
def test_what_is_in_order_is_read_as_it_is(url: str, host: str, port: int, target: str) -> None:
    there = read_url(url)
    assert (there.host, there.port, there.target, there.secure) == (host, port, target, True)
    NOBODY.check(there)


def test_host_header_has_the_port_only_if_it_is_unusual() -> None:
    assert read_url("https://a.example.org:443/").host_header == "a.example.org"
    assert read_url("https://a.example.org:80/").host_header == "a.example.org:80"
    assert read_url("http://a.example.org:80/").host_header == "a.example.org"
    assert read_url("https://[2606:4700::1]:8443/").host_header == "[2606:4700::1]:8443"


ODD = [
    *("", "https:", "https:/a.example.org/", "https://", "https:///in", "ftp://a.example.org/"),
    *("//a.example.org/", "a.example.org", "file:///etc/passwd", "gopher://a.example.org/"),
    *("javascript:alert(1)", "https://a.example.org:0/", "https://a.example.org:65536/"),
    *("https://a.example.org:/", "https://a.example.org:080/", "https://a.example.org:8o/"),
    *("https://a.example.org:-1/", "https://a.example.org:443:80/", "https://:443/"),
    *("https://user@a.example.org/", "https://user:pw@a.example.org/", "https://@a.example.org/"),
    *("https://a.example.org@127.0.0.1/", "https://a.example.org%40127.0.0.1/"),
    *("https://a.example.org\\@127.0.0.1/", "https:\\\\127.0.0.1/", "https://127.0.0.1\\/in"),
    *("https://a.example.org/#x", "https://a.example.org#@127.0.0.1/"),
    *("https://a.example.org/a b", "https://a.example.org/\t", "https://a.exa\tmple.org/"),
    *(
        "https://a.example.org/\r\nHost: b",
        "\nhttps://a.example.org/",
        "https://a.example.org/\x00",
    ),
    *("https://127.1/", "https://127.0.1/", "https://2130706433/", "https://0x7f000001/"),
    *("https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://017700000001/", "https://127.0.0.01/"),
    *("https://127.0.0.0x1/", "https://1.2.3.4.5/", "https://256.1.1.1/", "https://1.2.3/"),
    *("https://8.8.8.8./", "https://a.example.org./", "https://127.0.0.1.:443/", "https://./"),
    *("https://a..example.org/", "https://.example.org/", "https://-a.example.org/"),
    *(
        "https://１２７.0.0.1/",
        "https://127。0。0。1/",
        "https://ⓔxample.org/",
        "https://пример.example/",
    ),
    *("https://a.example.org/é", "https://a.exa\u00admple.org/", "https://[::1/", "https://::1/"),
    *("https://[127.0.0.1]/", "https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]/"),
    *("https://[::ffff:127.0.0.256]/", "https://[v1.a]/", "https://[]/", "https://[::1]a/"),
    *("https://a.example.org/<x>", 'https://a.example.org/"', "https://a.example.org/%zz"),
    *("https://a.example.org/" + "x" * 2000, "https://" + "a." * 130 + "org/"),
    *(f"https://{'a' * 64}.example.org/", "https://a.example.0x10/", "https://a.example.1/"),
]


@pytest.mark.parametrize("url", ODD)
def test_what_is_odd_is_refused_with_a_sentence_that_does_not_repeat_it(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_url(url)
    sentence = str(refused.value)
    assert sentence.startswith(("The ", "What "))
    assert sentence.endswith(".")
    assert "127.0" not in sentence
    assert "example.org" not in sentence


@pytest.mark.parametrize(
    "url",
    [
        *("https://127.0.0.1/", "https://10.0.0.1/", "https://192.168.1.1/", "https://0.0.0.0/"),
        *("https://169.254.169.254/latest/", "https://100.100.100.200/", "https://172.31.0.1/"),
        *("https://192.0.2.1/", "https://198.18.0.1/", "https://224.0.0.1/", "https://240.0.0.1/"),
        *("https://255.255.255.255/", "https://168.63.129.16/", "https://[::]/", "https://[::1]/"),
        *("https://[::ffff:7f00:1]/", "https://[::ffff:127.0.0.1]/", "https://[::127.0.0.1]/"),
        *("https://[::ffff:8.8.8.8]/", "https://[64:ff9b::7f00:1]/", "https://[64:ff9b::808:808]/"),
        *("https://[64:ff9b:1::1]/", "https://[2002:7f00:1::]/", "https://[2001:0:1::1]/"),
        *("https://[fe80::1]/", "https://[fc00::1]/", "https://[fd00:ec2::254]/"),
        *(
            "https://[ff02::1]/",
            "https://[2001:db8::1]/",
            "https://[100::1]/",
            "https://[fec0::1]/",
        ),
        *("https://localhost/", "https://intranet/", "http://hooks.example.org/"),
        "http://8.8.8.8/",
    ],
)
def test_what_is_not_public_or_not_encrypted_needs_leave(url: str) -> None:
    with pytest.raises(BadInput, match="TAILCHECK_SEND_TO"):
        NOBODY.check(read_url(url))


def test_what_is_named_may_be_sent_to_and_nothing_beside_it() -> None:
    policy = Policy.read(
        " Hooks.Example.org, localhost ,192.168.1.0/24,10.1.2.3, [fd00::5], fd01::/16,"
    )
    for url in (
        *("http://hooks.example.org/", "https://localhost:8443/", "http://192.168.1.77/"),
        *("https://10.1.2.3/", "http://[fd00::5]/", "https://[fd01:2::1]/"),
    ):
        policy.check(read_url(url))
    for url in (
        *("http://sub.hooks.example.org/", "http://example.org/", "https://192.168.2.1/"),
        *("https://10.1.2.4/", "https://[fd00::6]/", "https://127.0.0.1/"),
    ):
        with pytest.raises(BadInput):
            policy.check(read_url(url))


def test_no_leave_reaches_what_is_no_single_machine() -> None:
    policy = Policy.read("0.0.0.0/0, ::/0")
    for url in (
        *("http://0.0.0.0/", "http://224.0.0.1/", "http://255.255.255.255/", "http://[::]/"),
        *("http://[ff02::1]/", "http://[::ffff:127.0.0.1]/"),
    ):
        with pytest.raises(BadInput):
            policy.check(read_url(url))
    policy.check(read_url("http://127.0.0.1/"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://a.example.org/", "without http://"),
        ("a.example.org:8080", "without a port"),
        ("127.0.0.1:80", "without a port"),
        ("[::1]:80", "without a port"),
        ("*.example.org", "no wildcards"),
        ("192.168.1.7/24", "no network"),
        ("192.168.1.0/33", "no network"),
        ("192.168.1.0/255.255.255.0", "no network"),
        ("a.example.org/in", "no network"),
        ("127.1", "Write host names"),
        ("2130706433", "Write host names"),
        ("fe80::1%eth0", "Write host names"),
        ("пример.рф", "xn--"),
        ("a b", "Write host names"),
    ],
)
def test_a_setting_that_cannot_be_read_says_so(text: str, said: str) -> None:
    with pytest.raises(BadInput, match="TAILCHECK_SEND_TO") as refused:
        Policy.read(f"localhost, {text}")
    assert said in str(refused.value)
    assert repr(text) in str(refused.value)


def test_no_setting_allows_nothing() -> None:
    assert Policy.read("") == Policy.read(" , ") == NOBODY


@pytest.mark.parametrize(
    "text",
    [
        *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0"),
        *("126.255.255.255", "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0"),
        *("192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0"),
        *("223.255.255.255", "2001:200::", "2606:4700::1111", "2a00::1", "2003::1", "3fff:1000::"),
    ],
)
def test_public_neighbours_of_what_is_not_public_are_public(text: str) -> None:
    address = read_address(text)
    assert address is not None
    assert is_public(address)


def test_an_address_with_a_scope_is_of_our_own_network() -> None:
    address = IPv6Address("2606:4700::1111%1")
    assert not is_public(address)
    assert not Policy.read("::/0").permits(address, named=True)


def test_addresses_are_read_the_one_usual_way() -> None:
    assert str(read_address("2606:4700:0::1111")) == "2606:4700::1111"
    for text in (
        "",
        "1.2.3",
        "01.2.3.4",
        "1.2.3.4 ",
        "1.2.3.4\n",
        "::1%lo",
        "g::",
        "１.2.3.4",
        ":",
    ):
        assert read_address(text) is None
    for text in ("10.0.0.0/8/8", "10.0.0.0/", "10.0.0.1/8", "/8", "10.0.0.0/ 8", "x/8"):
        assert read_network(text) is None
