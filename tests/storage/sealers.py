"""Sealers for the storage tests: without a key, and with one."""

from __future__ import annotations

import pytest

from service.sealing import PLAIN, Sealer, new_key

KEY = new_key()
KEYED = Sealer(KEY)

both_sealers = pytest.mark.parametrize("sealer", [PLAIN, KEYED], ids=["plain", "sealed"])
