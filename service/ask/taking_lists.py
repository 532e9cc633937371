"""A list of whom to follow, taken line by line: a bad line costs itself and no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from schemas.watching import LOCAL, WatchKind
from service.ask.following import about_receivers, follow_in, subject_typed
from service.ask.lists import Listed, listed
from service.ask.receiving import Made, receivers_typed
from service.ask.wishes import Said, Typed, said, usual
from service.desk import Desk
from service.errors import AmbiguousAirport, BadInput
from service.notify.policy import Policy
from service.storage.database import writing


@dataclass(slots=True)
class Taken:
    """What came of a list."""

    new: int = 0
    changed: int = 0
    followed_already: int = 0
    """With nothing to change, twice in the list included."""
    bad: Sequence[Listed] = ()
    """Lines that could not be taken, each with why."""
    receivers: tuple[Made, ...] = ()

    @property
    def sentence(self) -> str:
        """The counts."""
        return (
            f"{self.new:,} new, {self.changed:,} changed, {self.followed_already:,} followed"
            f" already, {len(self.bad):,} bad."
        )


def take_list(
    desk: Desk,
    policy: Policy,
    content: bytes,
    typed: Typed,
    *,
    owner: str = LOCAL,
    to: Sequence[str] | None = None,
    details: bool | None = None,
) -> Taken:
    """Follow everybody on the list, in one transaction, each with what was typed for all.

    Raises:
        Unreadable: it is no list.
        BadInput: what was typed for all makes no sense.
    """
    lines = _read(desk, content)
    words = _Words(desk, typed)
    # A mistake in what is said of all is no line's fault.
    words.of("aircraft").wishes_on(usual("aircraft"))
    about_receivers(to, details)
    bad: list[Listed] = [line for line in lines if line.wrong]
    taken = Taken()
    with writing(desk.engine) as conn:
        if to is not None:
            taken.receivers = receivers_typed(conn, desk, policy, owner, to, details)
            to = [str(made.receiver.id) for made in taken.receivers]
        for line in lines:
            if line.wrong:
                continue
            try:
                done = follow_in(
                    conn,
                    desk,
                    policy,
                    line.subject,
                    words.of(line.kind, line.label),
                    owner=owner,
                    to=to,
                    details=None,
                )
            except BadInput as error:
                bad.append(replace(line, wrong=str(error)))
                continue
            taken.new += done.is_new
            taken.changed += done.is_changed and not done.is_new
            taken.followed_already += not done.is_changed
    taken.bad = sorted(bad, key=lambda line: line.number)
    return taken


def _read(desk: Desk, content: bytes) -> list[Listed]:
    """Every line, its subject as a watch names it."""
    lines = []
    for line in listed(content):
        if line.wrong:
            lines.append(line)
            continue
        try:
            subject = subject_typed(desk, line.kind, line.subject)
        except AmbiguousAirport as error:
            choices = ", ".join(choice.code for choice in error.choices)
            wrong = f"“{line.subject[:40]}” may be several airports: {choices}."
            lines.append(replace(line, wrong=wrong))
        except BadInput as error:
            lines.append(replace(line, wrong=str(error)))
        else:
            lines.append(replace(line, subject=subject))
    return lines


class _Words:
    """What was typed for all, read once for each kind."""

    def __init__(self, desk: Desk, typed: Typed) -> None:
        self._desk = desk
        self._typed = typed
        self._read: dict[WatchKind, Said] = {}

    def of(self, kind: WatchKind, label: str = "") -> Said:
        """For a line of that kind. Raises `BadInput` when it does not go with it."""
        if kind not in self._read:
            self._read[kind] = said(self._desk.airports, kind, self._typed, now=self._desk.clock())
        read = self._read[kind]
        if not label:
            return read
        labelled = said(self._desk.airports, kind, Typed(label=label), now=self._desk.clock()).watch
        return replace(read, watch={**read.watch, **labelled})
