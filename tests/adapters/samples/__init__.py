"""Pages made by hand, for every adapter there is.

A new adapter is one new file here as well: it defines ``SAMPLES``, for each source key a function
that makes what the source may say, as it would be received. The contract test reads those pages,
cuts them, damages them and plays them back; it fails for an adapter that has none.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence

Samples = Mapping[str, Callable[[], Sequence[bytes]]]


def all_samples() -> Samples:
    """Those of every module here, by the key of the source."""
    found: dict[str, Callable[[], Sequence[bytes]]] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for key, make in module.SAMPLES.items():
            assert key not in found, f"two modules make pages of {key}"
            found[key] = make
    return found
