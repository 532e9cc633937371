"""Whatever a URL looks like and whatever a name answers: no private address is ever dialled, and
what is dialled is what was checked. Nothing leaves this process and nothing is really resolved.

What is private is decided here by `ipaddress` and by taking addresses apart, not by the tables
that are under test.
"""

from __future__ import annotations

import ipaddress
import random
import ssl
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import BadInput
from service.notify.addresses import Address, read_address
from service.notify.channels import DeliveryError
from service.notify.outgoing import Outgoing
from service.notify.policy import Policy, read_url
from tests.notify.outward import Dialled, Names, run

TLS = ssl.create_default_context()
NAT64 = [ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48")]
NAME = "hooks.example.org"


def is_private(address: Address) -> bool:
    """By other means than the code under test."""
    if isinstance(address, IPv6Address):
        inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(inside) or any(address in network for network in NAT64) or address.scope_id:
            return True
        if int(address) >> 125 != 1:  # all that is handed out lies in 2000::/3
            return True
    return (
        not address.is_global
        or address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
    )


SURELY_PUBLIC = [
    ipaddress.ip_network(text)
    for text in (
        *("1.0.0.0/8", "8.8.8.0/24", "93.184.215.0/24"),
        *("2606:4700::/32", "2a00:1450::/32", "2400::/16"),
    )
]


def is_surely_public(address: Address) -> bool:
    return any(address in network for network in SURELY_PUBLIC)


NOTHING = Policy()


async def attempt(url: str, *answers: Sequence[str], policy: Policy = NOTHING) -> Dialled:
    dialled = Dialled()
    outgoing = Outgoing(policy, resolver=Names({NAME: list(answers)}), dialler=dialled, tls=TLS)
    said = ""
    try:
        await outgoing.post(url, {}, b"{}")
    except DeliveryError as error:
        said = str(error)
    finally:
        await outgoing.aclose()
    assert NAME not in said
    assert bool(said) is (dialled.to == [])  # the dialler never fails here
    return dialled


# what a name answers


PUBLIC_V4, PUBLIC_V6 = "8.8.4.4", "2606:4700::1111"


@pytest.mark.parametrize(
    "answer",
    [
        (),
        ("127.0.0.1",),
        (PUBLIC_V4, "10.0.0.1"),
        ("10.0.0.1", PUBLIC_V4),
        (*(f"8.8.8.{n}" for n in range(200)), "192.168.0.1"),
        (PUBLIC_V4, PUBLIC_V6, "::1"),
        (PUBLIC_V6, "fe80::1%eth0"),
        (PUBLIC_V6 + "%1",),
        ("::ffff:8.8.4.4",),
        ("64:ff9b::808:404",),
        ("",),
        ("no address",),
        (PUBLIC_V4, "127.1"),
    ],
)
def test_one_bad_address_in_an_answer_is_enough(answer: Sequence[str]) -> None:
    assert run(attempt(f"https://{NAME}/", answer)).to == []


@pytest.mark.parametrize("public", [PUBLIC_V4, PUBLIC_V6])
def test_a_name_that_answers_differently_the_next_moment_gains_nothing(public: str) -> None:
    dialled = Dialled()
    names = Names({NAME: [[public], ["127.0.0.1"]]})

    async def thrice() -> list[str]:
        said = []
        outgoing = Outgoing(Policy(), resolver=names, dialler=dialled, tls=TLS)
        for _ in range(3):
            try:
                await outgoing.post(f"https://{NAME}/", {}, b"{}")
            except DeliveryError as error:
                said.append(str(error))
        await outgoing.aclose()
        return said

    said = run(thrice())
    assert [str(address) for address, _ in dialled.to] == [public]
    assert len(names.asked) == 3  # once for each connection, and never between check and dial
    assert len(said) == 2
    assert all("not of a public machine" in sentence for sentence in said)


def test_what_a_name_is_allowed_for_is_its_own_answer() -> None:
    allowed = Policy.read(NAME)
    assert len(run(attempt(f"http://{NAME}/", ["10.0.0.1"], policy=allowed)).to) == 1
    assert run(attempt(f"http://{NAME}/", ["10.0.0.1", "0.0.0.0"], policy=allowed)).to == []
    within = Policy.read("10.0.0.0/8")
    assert len(run(attempt(f"https://{NAME}/", ["10.9.9.9"], policy=within)).to) == 1
    assert run(attempt(f"https://{NAME}/", ["10.9.9.9", "192.168.0.1"], policy=within)).to == []
    assert run(attempt(f"http://{NAME}/", ["10.9.9.9"], policy=within)).to == []


# ten thousand of them

BITS = {4: 32, 6: 128}
STARTS = [
    *("0.0.0.0", "10.0.0.0", "100.64.0.0", "127.0.0.0", "169.254.0.0", "172.16.0.0"),
    *("192.0.0.0", "192.0.2.0", "192.168.0.0", "198.18.0.0", "198.51.100.0", "203.0.113.0"),
    *("224.0.0.0", "240.0.0.0", "255.255.255.255", "8.8.8.0", "1.0.0.0", "93.184.215.0"),
    *("::", "::1", "::ffff:0:0", "64:ff9b::", "64:ff9b:1::", "100::", "2001::", "2001:2::"),
    *("2001:10::", "2001:20::", "2001:db8::", "2002::", "3fff::", "5f00::", "fc00::", "fd00::"),
    *("fe80::", "fec0::", "ff00::", "2606:4700::", "2a00:1450::", "2400::"),
]


def addresses(rng: random.Random) -> Address:
    """Near the edges of what is special, and anywhere."""
    if rng.random() < 0.3:
        kind = rng.choice((IPv4Address, IPv6Address))
        return kind(rng.getrandbits(32 if kind is IPv4Address else 128))
    start = ipaddress.ip_address(rng.choice(STARTS))
    size = BITS[start.version]
    offset = rng.choice((-1, 0, 1, rng.getrandbits(8), rng.getrandbits(size - 8)))
    return type(start)((int(start) + offset) % (1 << size))


def spelled(address: Address, rng: random.Random) -> str:
    """A way to write it that some program takes for it."""
    if isinstance(address, IPv6Address):
        return rng.choice((f"[{address}]", f"[{address.exploded}]", f"[{str(address).upper()}]"))
    a, b, c, d = address.packed
    number = int(address)
    wide = str(address).translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    return rng.choice(
        (
            str(address),
            *(str(number), hex(number), f"0{number:o}", f"{a}.{number & 0xFFFFFF}"),
            *(f"{a}.{b}.{(c << 8) | d}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
            *(f"{a:#x}.{b:#x}.{c:#x}.{d:#x}", f"{address}.", f"{a:03}.{b:03}.{c:03}.{d:03}"),
            *(wide, str(address).replace(".", "。"), f"%3{a % 10}.{b}.{c}.{d}"),
            *(f"[::ffff:{address}]", f"[::{address}]", f"[64:ff9b::{address}]", f"[{address}]"),
            *(f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::]", f"[::ffff:{number >> 16:x}:{d:x}]"),
        )
    )


def dressed(host: str, rng: random.Random) -> str:
    """A URL that leads there, or seems to lead elsewhere."""
    return rng.choice(
        (
            *(f"https://{host}/", f"https://{host}:8443/x?y", f"http://{host}/", f"https://{host}"),
            *(f"https://{NAME}@{host}/", f"https://{host}@{NAME}/", f"https://{NAME}:x@{host}/"),
            *(f"https://{NAME}\\@{host}/", f"https://{host}#@{NAME}/", f"https://{NAME}#@{host}/"),
            *(f"https://{host}\t/", f" https://{host}/", f"https:/{host}/", f"https:{host}/"),
            *(f"//{host}/", f"https://{NAME}/@{host}", f"https://{NAME}?@{host}/"),
            *(f"https://{host}:0/", f"https://{host}:99999/", f"https://{host}%2f@{NAME}/"),
            *(f"https://{host}%00.{NAME}/", f"https://{host}.{NAME}/", f"hTTps://{host}/"),
        )
    )


@pytest.mark.parametrize("seed", range(4))
def test_of_many_generated_addresses_and_urls_none_is_dialled_that_is_private(seed: int) -> None:
    rng = random.Random(seed)
    refused = dialled = answered = 0

    async def all_of_them() -> None:
        nonlocal refused, dialled, answered
        for _ in range(4_000):
            if rng.random() < 0.4:  # what a name answers
                answer = [str(addresses(rng)) for _ in range(rng.choice((1, 1, 1, 2, 5)))]
                hands = await attempt(f"https://{NAME}/", answer, ["127.0.0.1"])
                checked = {read_address(text) for text in answer}
                assert {address for address, _ in hands.to} <= checked
                given = [ipaddress.ip_address(text) for text in answer]
                assert not (hands.to and any(is_private(address) for address in given)), answer
                assert hands.to or not all(is_surely_public(address) for address in given), answer
                answered += bool(hands.to)
            else:
                there = addresses(rng)
                url = dressed(spelled(there, rng), rng)
                hands = await attempt(url, [PUBLIC_V4], ["127.0.0.1"])
                assert {a for a, _ in hands.to} <= {there, ipaddress.ip_address(PUBLIC_V4)}, url
            assert not any(is_private(address) for address, _ in hands.to)
            assert len(hands.to) <= 1
            dialled += len(hands.to)
            refused += not hands.to

    run(all_of_them())
    assert refused > 1_000  # both happen, and often
    assert dialled > 300
    assert answered > 100


@given(st.ip_addresses())
def test_any_address_is_dialled_if_it_is_public_and_not_if_it_is_not(address: Address) -> None:
    host = f"[{address}]" if address.version == 6 else str(address)
    hands = run(attempt(f"https://{host}/"))
    assert [there for there, _ in hands.to] in ([], [address])
    assert not (hands.to and is_private(address))
    assert hands.to or not is_surely_public(address)


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_text_is_read_or_refused_with_a_sentence(host: str, rest: str) -> None:
    for url in (host, f"https://{host}", f"https://{host}/{rest}", f"https://{host}:{rest}"):
        try:
            there = read_url(url)
        except BadInput:
            continue  # with a sentence; any other error ends the test
        assert there.host in url.lower() or there.address is not None
        assert "\n" not in there.target
        assert there.host.isascii()


@given(st.from_regex(r"https?://[0-9a-fxA-FX.\[\]:%@\\/#?-]{1,30}", fullmatch=True))
def test_whatever_looks_like_an_address_is_dialled_only_if_it_is_public(url: str) -> None:
    for address, _ in run(attempt(url)).to:
        assert not is_private(address)
