"""/chitiet: from the totals of a period down to one question, and to each unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from handlers.pulling.summary import Summary
from handlers.pulling.wanted import Wanted, summed, wanted
from handlers.reply import Choice
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only
from knowledge.forms.form import NUMBERS, PROOFS
from knowledge.forms.grouping import grouped
from knowledge.forms.values import fits, show, show_number

_PAGE: Final = 20
_TEXTS: Final = 6
_NAMES: Final = 5
"""Units that are named beside something that several wrote."""


def _details(turn: Turn, words: str) -> Outcome:
    """/chitiet [period] [form] [question, or "donvi"] [page]: a choice of questions, or one of them in full."""
    words, page = _paged(words)
    what = wanted(turn, words, "chitiet", takes_rest=True)
    if isinstance(what, Outcome):
        return what
    found = summed(turn, what)
    if what.rest == "donvi":
        return _units(what, found, page)
    question = what.form.question(what.rest) if what.rest else None
    if question is None:
        return _questions(what, found)
    reports = turn.reads.reports(found.form.name, found.due.period.code, found.filed)
    given: list[tuple[str, Any]] = [
        (report.unit.name, value)
        for report in reports
        if (value := report.answers.get(question.name)) is not None and fits(question, value)
    ]
    head = {"title": question.title, "form": found.form.title, "period": found.due.period.label}
    about = {**head, "answered": len(given), "filed": len(found.filed)}
    if question.kind == "text":
        lines = [
            say("drill.group", text=group.text, count=len(group.units), units=group.units[:_NAMES])
            for group in grouped(given)
        ]
        return _page(what, question.name, lines, page, _TEXTS, say("drill.question", **about))
    if question.kind in NUMBERS:
        largest = sorted(((Decimal(value), name) for name, value in given), key=lambda pair: (-pair[0], pair[1]))
        lines = [say("drill.value", unit=name, value=show_number(question, number)) for number, name in largest]
    else:
        by_option = sorted(given, key=lambda pair: (str(pair[1]), pair[0]))
        lines = [say("drill.value", unit=name, value=show(question, value)) for name, value in by_option]
    return _page(what, question.name, lines, page, _PAGE, say("drill.question", **about))


def _paged(words: str) -> tuple[str, int]:
    """The words, and the page at their end ("@2")."""
    rest, _, page = words.rpartition("@")
    return (rest.strip(), max(1, int(page))) if page.isdecimal() and len(page) < 5 and "@" in words else (words, 1)


def _questions(what: Wanted, found: Summary) -> Outcome:
    choices = [
        Choice(question.title, f"chitiet {what.command} {question.name}")
        for question in found.form.questions
        if question.kind not in PROOFS
    ]
    units = Choice(say("drill.to_units"), f"chitiet {what.command} donvi")
    text = say("drill.which", form=found.form.title, period=found.due.period.label)
    return say_only(text, units, *choices)


def _units(what: Wanted, found: Summary, page: int) -> Outcome:
    lines = [
        say("drill.unit", name=unit.name, filed=unit.id in found.filed, late=found.filed.get(unit.id, False))
        for unit in found.units
    ]
    head = say(
        "drill.units",
        form=found.form.title,
        period=found.due.period.label,
        filed=len(found.filed),
        units=len(found.units),
    )
    return _page(what, "donvi", lines, page, _PAGE, head)


def _page(what: Wanted, about: str, lines: Sequence[str], page: int, size: int, head: str) -> Outcome:
    pages = max(1, -(-len(lines) // size))
    page = min(page, pages)
    shown = lines[(page - 1) * size : page * size]
    text = say("drill.page", head=head, lines=shown, page=page, pages=pages)
    more = [Choice(say("drill.more"), f"chitiet {what.command} {about} @{page + 1}")] if page < pages else []
    return say_only(
        text,
        *more,
        Choice(say("drill.other"), f"chitiet {what.command}"),
        Choice(say("supervise.to_summary"), f"tonghop {what.command}"),
    )


COMMANDS = (Command("chitiet", _details),)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
