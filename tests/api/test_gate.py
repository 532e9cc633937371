"""The gate by itself: keys as they are read, doors, limits; no HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import anyio
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.access import SCOPES, ApiKey
from schemas.watching import LOCAL
from service.api.access import (
    OPEN_PREFIX,
    USER,
    Caller,
    Door,
    Gate,
    Keys,
    hash_of,
    new_secret,
    spelled,
)
from service.api.limits import WRONG_KEYS_PER_MINUTE
from service.errors import StorageError
from tests.api.keyed import Hands
from tests.api.world import NOW


def _keys_of(*owners: str) -> tuple[Keys, list[str]]:
    made, spellings = [], []
    for owner in owners:
        key_id, secret = new_secret()
        made.append(
            ApiKey(
                id=key_id,
                secret_hash=hash_of(secret),
                owner=owner,
                scopes=frozenset(SCOPES),
                created_at=NOW,
            )
        )
        spellings.append(spelled(key_id, secret))
    return Keys.of(made), spellings


KEYS, (ONE, OTHER) = _keys_of("one", "other")


def test_a_key_opens_what_is_its_owners() -> None:
    caller = KEYS.opened_by(f"Bearer {ONE}".encode(), NOW)

    assert caller is not None
    assert (caller.owner, caller.scopes) == ("one", frozenset(SCOPES))
    assert KEYS.opened_by(f"bEARER  {OTHER}".encode(), NOW) is not None


@given(st.integers(0, len(ONE) - 1), st.characters(codec="ascii"))
def test_a_key_with_one_changed_character_opens_nothing(place: int, put: str) -> None:
    changed = ONE[:place] + put + ONE[place + 1 :]
    if changed != ONE:
        assert KEYS.opened_by(f"Bearer {changed}".encode(), NOW) is None


@given(st.binary(max_size=80))
@example(b"")
@example(f"Basic {ONE}".encode())
@example(ONE.encode())
@example(f"Bearer {ONE}\n".encode())
@example(f"Bearer {ONE} ".encode())
@example(f"Bearer {ONE},Bearer {OTHER}".encode())
@example(f"Bearer {ONE[:13]}{OTHER[13:]}".encode())
def test_what_is_no_key_opens_nothing(header: bytes) -> None:
    assert KEYS.opened_by(header, NOW) is None


def test_a_database_that_is_gone_lets_nobody_in_who_was_let_in_before() -> None:
    hands = Hands()
    gone = False

    async def read() -> tuple[ApiKey, ...]:
        if gone:
            raise StorageError("gone")
        return ()

    async def ask() -> None:
        nonlocal gone
        gate = Gate(read, hands, seconds=hands.seconds)
        assert await gate.refused(asked("/v1/check")) is None
        gone = True
        hands.passed += timedelta(seconds=1)
        with pytest.raises(StorageError):
            await gate.refused(asked("/v1/check"))
        assert await gate.refused(asked("/healthz")) is None

    anyio.run(ask)


def test_who_stands_in_line_does_not_wait_for_the_same_failure_again() -> None:
    hands = Hands()
    reads = 0
    refused = []

    async def read() -> tuple[ApiKey, ...]:
        nonlocal reads
        reads += 1
        await anyio.sleep(0)
        hands.passed += timedelta(seconds=20)
        raise StorageError("there was no answer")

    async def ask(gate: Gate) -> None:
        try:
            await gate.refused(asked("/v1/check"))
        except StorageError as error:
            refused.append(str(error))

    async def crowd() -> None:
        gate = Gate(read, hands, seconds=hands.seconds)
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(ask, gate)
        await ask(gate)

    anyio.run(crowd)

    assert refused == ["there was no answer"] * 21
    assert reads == 2


def asked(path: str, host: str = "127.0.0.1", key: str | None = None) -> dict[str, Any]:
    """An ASGI scope, as far as the gate looks."""
    headers = [(b"authorization", f"Bearer {key}".encode())] if key else []
    return {"type": "http", "path": path, "headers": headers, "client": (host, 1)}


async def outcomes(gate: Gate, times: int, **what: Any) -> list[int]:
    """The status of each refusal, 0 for none."""
    found = [await gate.refused(asked("/v1/check", **what)) for _ in range(times)]
    return [reply.status_code if reply else 0 for reply in found]


def test_a_key_is_limited_whatever_address_it_comes_from_and_others_are_not() -> None:
    hands = Hands()

    async def ask() -> None:
        gate = Gate(_stored, hands, rate_per_minute=3, seconds=hands.seconds)
        assert await outcomes(gate, 2, key=ONE) == [0, 0]
        assert await outcomes(gate, 2, key=ONE, host="192.0.2.1") == [0, 429]
        assert await outcomes(gate, 1, key=OTHER) == [0]
        hands.passed += timedelta(minutes=1)
        assert await outcomes(gate, 1, key=ONE) == [0]

    anyio.run(ask)


async def _stored() -> list[ApiKey]:
    return list(KEYS.by_id.values())


async def _none_stored() -> list[ApiKey]:
    return []


def test_without_keys_this_machine_is_not_limited_and_a_proxys_address_is() -> None:
    async def ask() -> None:
        gate = Gate(_none_stored, Hands(), door="open", rate_per_minute=2, seconds=Hands().seconds)
        assert await outcomes(gate, 5) == [0] * 5
        assert await outcomes(gate, 3, host="192.0.2.1") == [0, 0, 429]

    anyio.run(ask)


def test_wrong_keys_are_told_off_sooner_and_a_right_one_of_the_same_address_is_let_in() -> None:
    hands = Hands()
    wrong = ONE[:-1] + ("A" if ONE[-1] != "A" else "B")

    async def ask() -> None:
        gate = Gate(_stored, hands, rate_per_minute=600, seconds=hands.seconds)
        found = await outcomes(gate, WRONG_KEYS_PER_MINUTE + 2, key=wrong)
        assert found == [401] * WRONG_KEYS_PER_MINUTE + [429] * 2
        assert await outcomes(gate, 1, key=ONE) == [0]
        assert await outcomes(gate, 1, key=wrong, host="192.0.2.9") == [401]

    anyio.run(ask)


def test_feeds_carry_a_token_of_their_own_and_are_limited_by_address() -> None:
    async def ask() -> None:
        gate = Gate(_stored, Hands(), rate_per_minute=1, seconds=Hands().seconds)
        found = [await gate.refused(asked(f"{OPEN_PREFIX}3-token.atom")) for _ in range(2)]
        assert [reply and reply.status_code for reply in found] == [None, 429]

    anyio.run(ask)


def test_an_answer_that_goes_on_is_told_when_its_asker_is_let_in_no_longer() -> None:
    hands = Hands()
    made: list[ApiKey] = []

    async def read() -> list[ApiKey]:
        return made

    async def watch() -> None:
        gate = Gate(read, hands, seconds=hands.seconds)
        assert await gate.holds(USER)
        made.append(next(iter(KEYS.by_id.values())))
        caller = Caller("one", frozenset(SCOPES), made[0].id)
        hands.passed += timedelta(seconds=1)
        assert not await gate.holds(USER)
        assert await gate.holds(caller)
        made.clear()
        hands.passed += timedelta(seconds=1)
        assert not await gate.holds(caller)

    anyio.run(watch)


def test_whoever_needs_no_key_is_the_user_of_this_machine() -> None:
    assert (USER.owner, USER.scopes, USER.key_id) == (LOCAL, frozenset(SCOPES), "")


@pytest.mark.parametrize(
    ("door", "made", "revoked", "let_in"),
    [
        ("loopback", 0, 0, True),
        ("loopback", 1, 0, False),
        ("loopback", 1, 1, False),
        ("open", 0, 0, True),
        ("open", 2, 1, False),
        ("open", 1, 1, True),
        ("closed", 0, 0, False),
        ("closed", 1, 1, False),
    ],
)
def test_who_is_let_in_without_a_key(door: Door, made: int, revoked: int, let_in: bool) -> None:
    keys = [
        ApiKey(
            id=f"{number:08x}",
            secret_hash=bytes(32),
            owner="desk",
            scopes=frozenset(SCOPES),
            created_at=NOW,
            expires_at=NOW - timedelta(days=1),  # having run out, it closes the door all the same
            revoked_at=NOW if number < revoked else None,
        )
        for number in range(made)
    ]

    assert Keys.of(keys).lets_in(door) == let_in


def test_keys_are_read_once_a_second_however_much_is_asked() -> None:
    hands = Hands()
    reads = 0

    async def read() -> tuple[ApiKey, ...]:
        nonlocal reads
        reads += 1
        await anyio.sleep(0)
        return ()

    async def crowd() -> None:
        gate = Gate(read, hands, seconds=hands.seconds)
        for _ in range(3):
            async with anyio.create_task_group() as group:
                for _ in range(20):
                    group.start_soon(gate.refused, asked("/v1/check"))
            hands.passed += timedelta(seconds=1)

    anyio.run(crowd)

    assert reads == 3
