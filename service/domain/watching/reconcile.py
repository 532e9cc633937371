"""What was told against what is to be told: new alerts, corrections, withdrawals.

Everything told about one happening is one *story*: its first alert, and what refers to it. What
stands of a story is its last alert, unless that one withdraws it. After every reconciliation
exactly those stories stand that are asked for by what is known now, each as it is known now, but
for minutes and sources: so it does not matter in which order, how often or in how many parts the
knowledge came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.watching import Alert, AlertForm, Occasion
from service.domain.watching import differences
from service.domain.watching.differences import differ
from service.domain.watching.known import Unasked
from service.domain.watching.pairing import family, pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One story as it was told so far."""

    first: Alert
    last: Alert
    """A withdrawal = nothing of it stands."""
    tellings: int
    """How many alerts it has."""

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return self.last.form != "withdrawal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An alert to be."""

    form: AlertForm
    refers_to: int | None = None
    """The first alert of its story."""
    occasion: Occasion
    because: str = ""
    key: str
    """Says which telling of which story it is: never used twice for one watch."""


def stories(alerts: Iterable[Alert]) -> tuple[Told, ...]:
    """The alerts of a watch, story by story, oldest first, whatever order they come in."""
    by_first: dict[int, list[Alert]] = {}
    for alert in sorted(alerts, key=lambda alert: alert.id):
        by_first.setdefault(alert.refers_to or alert.id, []).append(alert)
    return tuple(
        Told(first=told[0], last=told[-1], tellings=len(told)) for told in by_first.values()
    )


def _everything(_: Occasion) -> bool:
    return True


def reconcile(
    told: Sequence[Told],
    wanted: Sequence[Occasion],
    *,
    unasked: Sequence[Unasked] = (),
    in_remit: Callable[[Occasion], bool] = _everything,
    since: datetime | None = None,
    new_since: datetime | None = None,
) -> tuple[Telling, ...]:
    """What to tell so that what stands is what is wanted.

    Args:
        told: all stories about one aircraft (or kept check) of one watch.
        wanted: what is asked for and known to have happened.
        unasked: what is known to have happened too, and why the watch does not ask for it.
        in_remit: whether the watch, as it is now, asks for such an occasion. What was told when it
            asked for more stands as long as it is true.
        since: what happened before is not looked at: it is neither new nor gone.
        new_since: what happened before is corrected and withdrawn, but never told for the first
            time: the watch asked for something else then.

    In order of time; empty when everything stands as it should.
    """
    paired = pairs(told, wanted)
    tellings = []
    for number, position in paired.items():
        story, now = told[number], wanted[position]
        as_told = story.last.occasion
        if since is not None and max(as_told.at, now.at) < since:
            continue
        same_wishes = new_since is None or as_told.at >= new_since
        if not story.stands or differ(as_told, now, triggers=same_wishes):
            tellings.append(_corrected(story, now))
    starts = max((moment for moment in (since, new_since) if moment is not None), default=None)
    matched = set(paired.values())
    untold = [now for position, now in enumerate(wanted) if position not in matched]
    tellings += _first_tellings(told, [now for now in untold if starts is None or now.at >= starts])
    left = [story for number, story in enumerate(told) if story.stands and number not in paired]
    left = [story for story in left if since is None or story.last.occasion.at >= since]
    true = pairs(left, [each.occasion for each in unasked])
    for number, story in enumerate(left):
        as_told = story.last.occasion
        truth = unasked[true[number]] if number in true else None
        if truth and not in_remit(as_told) and not differ(as_told, truth.occasion, triggers=False):
            continue  # no longer asked for, and still true
        twins = [told[n].first.id for n, at in paired.items() if pairs([story], [wanted[at]])]
        if truth is not None:
            because = differences.now_unasked(as_told, truth)
        elif twins:
            because = differences.same_as(as_told, min(twins))
        else:
            because = differences.gone(as_told)
        tellings.append(_further(story, "withdrawal", as_told, because))
    return tuple(sorted(tellings, key=lambda telling: (telling.occasion.at, telling.key)))


def _first_tellings(told: Sequence[Told], occasions: Sequence[Occasion]) -> list[Telling]:
    used = Counter(_what(story.first.occasion) for story in told)
    tellings = []
    for occasion in sorted(occasions, key=repr):
        what = _what(occasion)
        used[what] += 1
        tellings.append(Telling(form="new", occasion=occasion, key=f"{what} #{used[what]}"))
    return tellings


def _corrected(story: Told, occasion: Occasion) -> Telling:
    because = differences.because(story.last.occasion, occasion)
    if not story.stands:
        because = " ".join(("What was withdrawn is shown again by what is known now.", because))
    return _further(story, "correction", occasion, because.strip())


def _further(story: Told, form: AlertForm, occasion: Occasion, because: str) -> Telling:
    return Telling(
        form=form,
        refers_to=story.first.id,
        occasion=occasion,
        because=because,
        key=f"story {story.first.id} telling {story.tellings + 1}",
    )


def _what(occasion: Occasion) -> str:
    return " ".join(
        (*family(occasion), occasion.airport or "-", occasion.at.isoformat(timespec="microseconds"))
    )
