"""Which form, period and units somebody wants figures of, from a command's words; a choice where they leave it open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.periods import Asked, asked, current
from handlers.permissions import units_for
from handlers.pulling.summary import Summary, summarise
from handlers.records.people import Unit
from handlers.reply import Choice
from handlers.texts import say
from handlers.turn import Outcome, Turn, say_only
from handlers.units import find_units, near_units
from knowledge.forms.form import Form
from knowledge.period import Period


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be pulled."""

    form: Form
    period: Period
    units: Sequence[Unit]
    """As far as the person may see and has asked."""
    unit: Unit | None = None
    """The one unit that was named, if it was."""
    rest: str = ""
    """Words that name none of it; only where the caller takes such words."""

    @property
    def command(self) -> str:
        """The words that name it again, for a choice's action."""
        return f"{f'#{self.unit.id} ' if self.unit else ''}{self.form.name} {self.period.code}"


def wanted(turn: Turn, words: str, action: str, *, takes_rest: bool = False) -> Wanted | Outcome:
    """What the words name ("quý 3 qcdc Sơn Hà"); or a choice among forms, or units, where they leave it open.

    ``takes_rest``: words that are no form, period or unit are handed on instead of being refused.
    """
    if not turn.forms:
        return say_only(say("supervise.no_forms"))
    today = turn.now.date()
    what = asked(words, turn.forms, today)
    units: Sequence[Unit] = units_for(turn.me, action, turn.reads)
    unit, rest = None, what.rest
    if rest and not takes_rest:
        named = _named(turn, rest, units, action, what)
        if isinstance(named, Outcome):
            return named
        unit, rest = named, ""
        within = {one.id for one in turn.reads.units_within(unit.id)}
        units = [one for one in units if one.id in within]
    elif rest.startswith("#"):
        key, _, rest = rest[1:].partition(" ")
        unit = next((one for one in units if str(one.id) == key), None)
        units = [unit] if unit else units
    fitting = [
        form
        for form in turn.forms.values()
        if what.form in {None, form} and (what.period is None or what.period.kind in form.periods)
    ]
    if not fitting and what.period:
        title = what.form.title if what.form else ""
        note = say("supervise.wrong_kind", form=title, period=what.period.label)
        return overview(turn, units, action, Asked(what.form, None, ""), note, unit)
    if len(fitting) > 1:
        return overview(turn, units, action, what, "", unit)
    period = what.period or current(fitting[0], turn.reads.deadlines(), today)[0].period
    return Wanted(fitting[0], period, units, unit, rest)


def summed(turn: Turn, found: Wanted, period: Period | None = None) -> Summary:
    """What is wanted, summed up; for another period where one is given."""
    return summarise(turn.reads, found.form, period or found.period, found.units)


def _named(turn: Turn, words: str, units: Sequence[Unit], action: str, what: Asked) -> Unit | Outcome:
    """The unit that is meant; a question where it can be several; the overview where it is none."""
    keyed = [unit for unit in units if f"#{unit.id}" == words]
    found = keyed or find_units(words, units)
    if len(found) == 1:
        return found[0]
    near = found or near_units(words, units)
    if not near:
        note = say("supervise.not_understood", words=words[:60], example=_example(turn, action))
        return overview(turn, units, action, what, note)
    if found:
        text = say("supervise.which_unit", count=len(found), name=words[:60])
    else:
        text = say("supervise.no_unit", name=words[:60], near=True)
    tail = f"{what.form.name if what.form else ''} {what.period.code if what.period else ''}".strip()
    return say_only(text, *(Choice(unit.name, f"{action} #{unit.id} {tail}".rstrip()) for unit in near))


def _example(turn: Turn, action: str) -> str:
    form = next(iter(turn.forms.values()))
    period = current(form, (), turn.now.date())[0].period
    return f"/{action} {period.label} {form.name}"


def overview(
    turn: Turn, units: Sequence[Unit], action: str, what: Asked, note: str, unit: Unit | None = None
) -> Outcome:
    """One line for each form, for the period named or the one now due."""
    lines, choices = [], []
    for form in turn.forms.values():
        if what.period and what.period.kind not in form.periods:
            continue
        period = what.period or current(form, turn.reads.deadlines(), turn.now.date())[0].period
        found = summarise(turn.reads, form, period, units)
        lines.append(
            {
                "form": form.title,
                "period": period.label,
                "filed": len(found.filed),
                "units": len(found.units),
                "late": found.late,
            }
        )
        label = say("supervise.overview_label", form=form.title, period=period.label)
        choices.append(Choice(label, f"{action} {Wanted(form, period, units, unit).command}"))
    title = say(f"supervise.overview_{action}")
    return say_only(say("supervise.overview", note=note, title=title, lines=lines), *choices)


def top(units: Sequence[Unit]) -> int:
    """The key of the unit under which all of these lie."""
    ids = {unit.id for unit in units}
    return next(unit.id for unit in units if unit.parent_id not in ids)
