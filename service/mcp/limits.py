"""What each answer does not say: the same five things with every one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

_ABOARD: Final = "Who or what was aboard, or who ordered or used the flight."
_MOVEMENTS: Final = (
    _ABOARD,
    "That nothing else happened: what is not listed was not seen, and may have happened.",
    "How many movements there were: one that two sources tell of is listed twice.",
)
_SOURCES: Final = (
    "That a source which is asked hears everywhere: it differs by place, height and hour.",
)
_LATER: Final = ("Data that a source sends or corrects later.",)
_OF_ONE: Final = (
    "The address was this aircraft's on all days but those of `identity_differs_on`.",
)


def limits_of(name: str, document: Mapping[str, Any], as_of: str) -> dict[str, Any]:
    """The limits of what the tool of that name answered with `document`, of which `as_of` is told
    unless it tells one itself."""
    found: dict[str, Any] = {
        "does_not_show": [],
        "assumptions": [],
        "would_change": [],
        "attributions": document.get("attributions", {}),
        "as_of": document.get("as_of") or as_of,
    }
    if name == "movements":
        assumed = _OF_ONE if "identity_on" in document else ()
        found |= {"does_not_show": _MOVEMENTS, "assumptions": assumed, "would_change": _LATER}
    elif name == "sources":
        found |= {
            "does_not_show": _SOURCES,
            "attributions": {
                one["source"]["key"]: one["source"]["terms"]["attribution"]
                for one in document["sources"]
            },
        }
    elif name == "claim":
        verdicts = [one["verdict"] for one in document["judged"] if one.get("verdict")]
        found |= {
            member: _once(
                [document.get(member, []), *(verdict.get(member, []) for verdict in verdicts)]
            )
            for member in ("does_not_show", "assumptions", "would_change")
        }
    else:
        found |= {
            member: document.get(member, [])
            for member in ("does_not_show", "assumptions", "would_change")
        }
    return found


def _once(parts: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(text for part in parts for text in part))
