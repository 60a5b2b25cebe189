"""Which period a report is about: what a command's words name, what is due, and what to offer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.records.deadlines import Deadline, reported_period
from knowledge.calendar import occurrences
from knowledge.fold import syllables
from knowledge.forms.form import Form
from knowledge.period import Period, parse_period


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words after a command name; ``rest`` is what remains, such as the name of a unit."""

    form: Form | None
    period: Period | None
    rest: str


def asked(words: str, forms: Mapping[str, Form], today: dt.date) -> Asked:
    """Find a form and a period in a command's words, in any order: "quý 3 qcdc", "dan-van-kheo 2026-10 Sơn Hà"."""
    given = words.split()
    period = None
    for start, end in _spans(given):
        if period := parse_period(" ".join(given[start:end]), today):
            given = given[:start] + given[end:]
            break
    names = {
        " ".join(syllables(name)): form for form in forms.values() for name in (form.name, form.title, *form.spellings)
    }
    form = None
    for start, end in _spans(given):
        if form := names.get(" ".join(syllables(" ".join(given[start:end])))):
            given = given[:start] + given[end:]
            break
    return Asked(form, period, " ".join(given))


def _spans(words: Sequence[str]) -> list[tuple[int, int]]:
    """Every run of words, the longest first."""
    most = min(len(words), 10)
    return [(start, start + length) for length in range(most, 0, -1) for start in range(len(words) - length + 1)]


@dataclass(frozen=True, slots=True)
class Due:
    """A period that is reported on, and the last day on which that is in time; ``None`` where no deadline says."""

    period: Period
    day: dt.date | None

    def late_on(self, day: dt.date) -> bool:
        """Whether a report of this day is late."""
        return self.day is not None and day > self.day

    def days_late(self, day: dt.date) -> int:
        """Days past the deadline; 0 in time or without a deadline."""
        return max(0, (day - self.day).days) if self.day else 0


def due(form: Form, period: Period, deadlines: Sequence[Deadline]) -> Due:
    """When a form is due for a period. Of several deadlines the latest counts: nobody is called late before it.

    A deadline that was put in force when its day had passed makes nobody late.
    """
    days = [
        occurrence.last_admissible_day
        for deadline in deadlines
        if deadline.form == form.name
        for occurrence in occurrences(deadline.rule, period.start, period.end + dt.timedelta(days=200))
        if reported_period(occurrence, deadline.rule, form) == period
        and occurrence.last_admissible_day >= deadline.created_at.date()
    ]
    return Due(period, max(days, default=None))


def current(form: Form, deadlines: Sequence[Deadline], today: dt.date) -> list[Due]:
    """The periods that one may want to report on or look at today, the likeliest first.

    That is the one whose due day is nearest; without a deadline the one that ended last.
    """
    around = []
    for kind in form.periods:
        if kind == "ad-hoc":  # rounds are where deadlines ask for them; on any other day they begin today
            around += _rounds(form, deadlines, today) or [Period.of(kind, today)]
            continue
        running = Period.of(kind, today)
        around += [running, running.previous(), running.previous().previous()]
    found = [due(form, period, deadlines) for period in around]

    def distance(one: Due) -> tuple[int, int]:
        return abs(((one.day or one.period.end) - today).days), -one.period.end.toordinal()

    if all(one.day is None for one in found):
        found.sort(key=lambda one: (one.period.end > today, *distance(one)))
        return found
    return sorted(found, key=distance)


def _rounds(form: Form, deadlines: Sequence[Deadline], today: dt.date) -> list[Period]:
    """The rounds of an ad-hoc form that deadlines ask for around today."""
    found = {
        reported_period(occurrence, deadline.rule, form)
        for deadline in deadlines
        if deadline.form == form.name
        for occurrence in occurrences(deadline.rule, today - dt.timedelta(days=90), today + dt.timedelta(days=90))
    }
    return sorted(period for period in found if period.kind == "ad-hoc")


def may_report_on(form: Form, period: Period, today: dt.date) -> bool:
    """Whether a period can be reported on: of the form's kind, begun or next to begin, and not years ago."""
    return (
        period.kind in form.periods
        and (period.previous().start <= today or period.kind == "ad-hoc")
        and period.end >= today - dt.timedelta(days=800)
    )
