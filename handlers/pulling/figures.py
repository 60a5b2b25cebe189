"""Plain questions about what was reported, answered with figures and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from handlers.periods import Asked, asked, current
from handlers.permissions import scope, units_for
from handlers.pulling.consolidated import share
from handlers.pulling.summary import Summary, amount_of, summarise
from handlers.records.people import Unit
from handlers.reply import Choice
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only
from handlers.units import find_units
from knowledge.forms.figures import (
    LONGEST,
    Wish,
    closeness,
    covering,
    folded_words,
    matching,
    naming,
    plainly,
    wish,
)
from knowledge.forms.form import NUMBERS, Form, Question
from knowledge.forms.values import fits, show_number, total_of

_NAMES: Final = 30
_UNIT_WORDS: Final = frozenset({"xa", "phuong", "x", "p", "dac", "ubnd"})
_OWN: Final = frozenset({"em", "toi", "minh", "chung"})
_LONGEST_NAME: Final = 5


@dataclass(frozen=True, slots=True)
class _Pulled:
    """One form over the periods that were asked for."""

    form: Form
    label: str
    """What was asked for: the period, or the one now due."""
    periods: Sequence[Summary]

    @property
    def expected(self) -> int:
        return sum(len(one.units) for one in self.periods)

    @property
    def filed(self) -> int:
        return sum(len(one.filed) for one in self.periods)

    @property
    def missing(self) -> list[tuple[Unit, int]]:
        """Who has not filed everything, and how many reports are wanting."""
        lacking: dict[int, int] = {}
        units: dict[int, Unit] = {}
        for one in self.periods:
            for unit in one.missing:
                units[unit.id] = unit
                lacking[unit.id] = lacking.get(unit.id, 0) + 1
        return [(unit, lacking[key]) for key, unit in units.items()]


def about_figures(turn: Turn) -> Outcome | None:
    """The answer to a message that is clearly a question about reports; ``None`` for every other message."""
    text = plainly(turn.message.text)
    if len(text) > LONGEST or scope(turn.me, "solieu") is None or turn.message.files:
        return None
    # Cheap before dear: most messages ask for something else.
    if wish(text) is None:
        return None
    what = asked(text, turn.forms, turn.now.date())
    wanted = wish(what.rest)
    return _answer(turn, what, wanted) if wanted else None


def _ask(turn: Turn, words: str) -> Outcome:
    """/solieu and a question: as above, for those who want to be sure."""
    what = asked(plainly(words[:LONGEST]), turn.forms, turn.now.date())
    wanted = wish(what.rest) or Wish("total", tuple(" ".join(folded_words(what.rest)).split()))
    return (_answer(turn, what, wanted) if words else None) or say_only(say("figures.how"))


def _answer(turn: Turn, what: Asked, wanted: Wish) -> Outcome | None:
    units: Sequence[Unit] = units_for(turn.me, "solieu", turn.reads)
    named, rest = _named_units(what.rest, units, bare=wanted.asks == "unit")
    own = scope(turn.me, "solieu") == "own"
    if wanted.asks == "unit":
        return _of_units(turn, what, named or (list(units) if own else []), own and not named)
    if len(named) > 1:
        return _which(what, rest, named)
    if named:
        units = named
    if wanted.asks == "total":
        return _totals(turn, what, units, matching_words(rest), bool(named) or own)
    if own:
        return _of_units(turn, what, units, True)
    pulled = list(_pull(turn, what, units))
    if not pulled:
        return None
    tell = {"missing": _missing, "late": _late, "filed": _filed, "rate": _rate}[wanted.asks]
    return _say([tell(one) for one in pulled], pulled, what)


def matching_words(rest: Sequence[str]) -> list[str]:
    """Words of a question, folded, abbreviations written out and parted."""
    return " ".join(folded_words(" ".join(rest))).split()


def _named_units(text: str, units: Sequence[Unit], *, bare: bool) -> tuple[list[Unit], list[str]]:
    """The units that a line names ("xã An Phú", several where the name is shared), and its other words.

    ``bare``: the line may begin with a name alone ("an phú nộp chưa").
    """
    typed = [word.strip("?!.,;:") for word in text.split()]
    folded = folded_words(text)
    for at, word in enumerate(folded):
        if word not in _UNIT_WORDS or folded[at + 1 : at + 2] in (["nao"], ["phuong"], ["chua"], ["da"], []):
            continue
        for length in range(_LONGEST_NAME, 1, -1):
            name = " ".join(typed[at : at + length])
            if len(typed[at : at + length]) == length and (found := find_units(name, units)):
                return list(found), typed[:at] + typed[at + length :]
    for length in range(min(_LONGEST_NAME, len(typed)), 1, -1) if bare else ():
        if found := find_units(" ".join(typed[:length]), units):
            return list(found), typed[length:]
    return [], typed


def _which(what: Asked, rest: Sequence[str], named: Sequence[Unit]) -> Outcome:
    period = f" {what.period.label}" if what.period else ""
    form = f" {what.form.name}" if what.form else ""
    text = say("supervise.which_unit", count=len(named), name=named[0].name)
    return say_only(text, *(Choice(one.name, f"solieu {one.name} {' '.join(rest)}{period}{form}") for one in named))


def _pull(turn: Turn, what: Asked, units: Sequence[Unit]) -> Iterator[_Pulled]:
    """The forms that can answer for the period that was asked for, or for the one now due.

    Who asks about a quarter means the quarterly form, if there is one, and not three months of another.
    """
    forms = [what.form] if what.form else list(turn.forms.values())
    own = [form for form in forms if what.period and what.period.kind in form.periods]
    for form in own or forms:
        period = what.period or current(form, turn.reads.deadlines(), turn.now.date())[0].period
        # What has not begun is not missing.
        begun = [one for one in covering(form, period) if one.start <= turn.now.date()]
        if begun:
            yield _Pulled(form, period.label, [summarise(turn.reads, form, one, units) for one in begun])


def _totals(turn: Turn, what: Asked, units: Sequence[Unit], words: Sequence[str], one_unit: bool) -> Outcome | None:
    forms = [what.form] if what.form else list(turn.forms.values())
    found = [(form, question) for form in forms for question in matching(words, form)]
    found = [(form, question) for form, question in found if question.kind != "text"]
    if what.form and not naming(words):
        # "Bao nhiêu mô hình dân vận khéo": the form is all that is named.
        found = [(what.form, question) for question in what.form.questions if question.kind in NUMBERS]
    most = max((closeness(words, question) for _, question in found), default=0)
    found = [(form, question) for form, question in found if closeness(words, question) == most]
    if not found or (what.period is None and not one_unit and len(found) > 3):
        return None
    blocks, pulls = [], []
    for form, question in found:
        for pulled in _pull(turn, Asked(form, what.period, ""), units):
            pulls.append(pulled)
            about = {"question": question.title, "label": pulled.label, "unit": units[0].name if one_unit else ""}
            blocks.append(say("figures.total", value=_total(turn, pulled, question), source=_source(pulled), **about))
    if not blocks:
        titles = [form.title for form, _ in found]
        kinds = sorted({kind for form, _ in found for kind in form.periods})
        assert what.period is not None
        return say_only(say("figures.longer", forms=titles, kinds=kinds, period=what.period.label), _documents(turn))
    return _say(blocks, pulls, what, several=len({form.name for form, _ in found}) > 1)


def _total(turn: Turn, pulled: _Pulled, question: Question) -> str:
    """What the answers to a question come to over all periods, the way its form says that they add up."""
    values: list[Any] = []
    latest: dict[int, Any] = {}
    for one in pulled.periods:
        about = one.form.name, one.due.period.code, one.filed
        if question.sums == "latest" and len(pulled.periods) > 1:
            for report in turn.reads.reports(*about):
                if (value := report.answers.get(question.name)) is not None and fits(question, value):
                    latest[report.unit.id] = value
        else:
            values += [value for given in turn.reads.answers(*about) if (value := given.get(question.name)) is not None]
    values = [value for value in (latest.values() or values) if fits(question, value)]
    if not values:
        return say("figures.nothing")
    if question.kind in NUMBERS and question.sums == "list":
        numbers = [Decimal(value) for value in values]
        low, high = show_number(question, min(numbers)), show_number(question, max(numbers))
        return low if low == high else say("figures.range", low=low, high=high)
    return amount_of(total_of(question, values))


def _source(pulled: _Pulled) -> str:
    """Which reports the figures come from, and how many are wanting."""
    first, last = pulled.periods[0].due.period, pulled.periods[-1].due.period
    return say(
        "figures.source",
        form=pulled.form.title,
        first=first.label,
        last=last.label if last != first else "",
        filed=pulled.filed,
        expected=pulled.expected,
        missing=len(pulled.missing),
    )


def _missing(pulled: _Pulled) -> str:
    missing = pulled.missing
    names = [
        say("figures.wanting", name=unit.name, count=count, periods=len(pulled.periods)) for unit, count in missing
    ]
    return say(
        "figures.missing",
        form=pulled.form.title,
        label=pulled.label,
        names=names[:_NAMES],
        more=max(0, len(names) - _NAMES),
        count=len(missing),
        source=_source(pulled),
    )


def _late(pulled: _Pulled) -> str:
    late = [unit.name for one in pulled.periods for unit in one.units if one.filed.get(unit.id)]
    return _list("late", pulled, list(dict.fromkeys(late)))


def _filed(pulled: _Pulled) -> str:
    filed = [unit.name for one in pulled.periods for unit in one.units if unit.id in one.filed]
    return _list("filed", pulled, list(dict.fromkeys(filed)))


def _list(what: str, pulled: _Pulled, names: Sequence[str]) -> str:
    return say(
        f"figures.{what}",
        form=pulled.form.title,
        label=pulled.label,
        names=names[:_NAMES],
        more=max(0, len(names) - _NAMES),
        count=len(names),
        source=_source(pulled),
    )


def _rate(pulled: _Pulled) -> str:
    return say(
        "figures.rate",
        form=pulled.form.title,
        label=pulled.label,
        share=share(pulled.filed, pulled.expected),
        late=sum(one.late for one in pulled.periods),
        source=_source(pulled),
    )


def _of_units(turn: Turn, what: Asked, units: Sequence[Unit], own: bool) -> Outcome | None:
    """Whether one unit has reported; asked about where its name is shared."""
    if not units:
        return None
    if len(units) > 1:
        return _which(what, [say("figures.filed_yet")], units)
    unit, lines = units[0], []
    for pulled in _pull(turn, what, units):
        for one in pulled.periods:
            report = turn.reads.report(unit.id, one.form.name, one.due.period.code)
            sent = report is not None and report.sent
            lines.append(
                say(
                    "figures.unit_line",
                    form=one.form.title,
                    period=one.due.period.label,
                    sent=sent,
                    at=report.submitted_at if report and sent else None,
                    late=report.late if report else False,
                    receipt=report.receipt if report else None,
                    day=one.due.day,
                )
            )
    text = say("figures.unit", unit=unit.name, lines=lines, own=own)
    return say_only(text, _documents(turn)) if lines else None


def _say(blocks: Sequence[str], pulls: Sequence[_Pulled], what: Asked, *, several: bool = False) -> Outcome:
    choices = []
    for pulled in {one.form.name: one for one in pulls}.values():
        last = pulled.periods[-1].due.period
        label = say("figures.to_summary", form=pulled.form.title, period=last.label)
        choices.append(Choice(label, f"tonghop {pulled.form.name} {last.code}"))
    return say_only(say("figures.answer", blocks=list(blocks), several=several), *choices)


def _documents(turn: Turn) -> Choice:
    """The way on where the documents were meant after all."""
    return Choice(say("figures.to_documents"), f"hoi {turn.message.text[:LONGEST]}")


COMMANDS = (Command("solieu", _ask, ("so lieu",)),)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
