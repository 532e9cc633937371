"""Whom a text cites for where aircraft were: trackers by name, and sites by their addresses.

To find too many costs corroboration; to miss one counts an echo as a second voice. So every
mention counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_TRACKERS: Final[dict[str, str]] = {
    "flightradar24": r"flight\s?radar\s?24|flightradar|fr\s?24"
    r"|фла[йи]т\s?р[аэ]дар\w*(?:\s?24)?|флайтрадар\w*(?:\s?24)?|флайтрэйдар\w*(?:\s?24)?",
    "adsbexchange": r"ads-?b\s?exchange|адс-?б\s?эксчейндж",
    "flightaware": r"flight\s?aware|флайтав[эе]р\w*",
    "opensky": r"open\s?sky(?:\s?network)?",
    "radarbox": r"(?:airnav\s?)?radar\s?box|radarbox24",
    "planefinder": r"plane\s?finder",
    "planespotters": r"plane\s?spotters",
    "adsb.lol": r"adsb\.lol",
    "adsb.fi": r"adsb\.fi",
    "airplanes.live": r"airplanes\.live",
}
_TRACKER: Final = re.compile(
    "|".join(f"(?P<t{n}>{spelled})" for n, spelled in enumerate(_TRACKERS.values())),
    re.IGNORECASE,
)
_SITE: Final = re.compile(
    r"(?<![\w@.])(?:https?://)?(?:www\.)?((?:[a-z0-9-]{1,63}\.){1,4}"
    r"(?:com|org|net|info|news|media|press|live|lol|fi|by|ru|ua|pl|lt|lv|eu|de|uk|io|me|tv|online))"
    r"(?![\w-])",
    re.IGNORECASE,
)
MOST: Final = 50
"""More origins than that are not told apart."""


def cited(text: str) -> tuple[str, ...]:
    """Each origin that the text names, in the order of their names."""
    return tuple(sorted(dict.fromkeys(_named(text))))[:MOST]


def _named(text: str) -> Iterator[str]:
    names = tuple(_TRACKERS)
    for found in _TRACKER.finditer(text):
        yield names[int((found.lastgroup or "t0")[1:])]
    for found in _SITE.finditer(text):
        site = found[1].lower()
        if _TRACKER.search(site) is None:
            yield site
