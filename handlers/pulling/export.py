"""/xuat: what was reported as a file: a spreadsheet, a plain table, or the official report as a Word document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from handlers.periods import asked, current
from handlers.permissions import units_for
from handlers.pulling.wanted import Wanted, summed, top, wanted
from handlers.records.files import MadeFile
from handlers.records.privacy import NoteAccess
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn
from knowledge.fold import fold

_AS: Final = {
    "excel": "xlsx", "xlsx": "xlsx", "xls": "xlsx", "csv": "csv", "word": "docx", "docx": "docx", "doc": "docx",
}  # fmt: skip
_ALL: Final = "tatca"


def _files(turn: Turn, words: str) -> Outcome:
    """/xuat [period] [form] [unit] [excel | csv | word]: one file; "tatca" gives all forms in one spreadsheet."""
    given = words.split()
    kind = next((_AS[word.lower()] for word in given if word.lower() in _AS), None)
    left = " ".join(word for word in given if word.lower() not in _AS)
    if fold(left).replace(" ", "").startswith(_ALL) and turn.forms:
        return _everything(turn, " ".join(left.split()[1 if fold(left).startswith(_ALL) else 2 :]))
    what = wanted(turn, left, "xuat")
    if isinstance(what, Outcome):
        if not turn.forms or not what.replies[0].choices:
            return what
        reply = what.replies[0]
        every = Choice(say("export.all_forms"), f"xuat {_ALL}")
        return Outcome((Reply(reply.text, (*reply.choices, every)),))
    found = summed(turn, what)
    kind = kind or "xlsx"
    text = say(
        f"export.sending_{kind}",
        form=what.form.title,
        period=what.period.label,
        filed=len(found.filed),
        units=len(found.units),
    )
    others = [
        Choice(say(f"export.as_{other}"), f"xuat {what.command} {other}")
        for other in ("xlsx", "docx", "csv")
        if other != kind
    ]
    return Outcome((Reply(text, tuple(others), (_file(turn, what, kind),)),), (_noted(what.command, kind),))


def _file(turn: Turn, what: Wanted, kind: str) -> MadeFile:
    name = f"{what.form.name}-{what.period.code}.{kind}"
    about: dict[str, Any] = {"form": what.form.name, "period": what.period.code, "within": top(what.units)}
    if kind == "docx":
        return MadeFile("official-report", name, official(turn, about))
    if kind == "csv":
        return MadeFile("report-table", name, about)
    pulls = [[what.form.name, what.period.code]]
    return MadeFile("report-sheet", name, {"pulls": pulls, "within": about["within"]})


def official(turn: Turn, about: dict[str, Any]) -> dict[str, Any]:
    """The parameters of an official report that this person makes today."""
    return {**about, "office": turn.me.unit.id, "day": turn.now.date().isoformat()}


def _everything(turn: Turn, words: str) -> Outcome:
    """All forms in one spreadsheet, each for the period named or, where it has no such period, the one now due."""
    today = turn.now.date()
    period = asked(words, turn.forms, today).period
    pulls = [
        [form.name, (period if period and period.kind in form.periods else _due(turn, form)).code]
        for form in turn.forms.values()
    ]
    units = units_for(turn.me, "xuat", turn.reads)
    file = MadeFile("report-sheet", f"bao-cao-{today.isoformat()}.xlsx", {"pulls": pulls, "within": top(units)})
    return Outcome((Reply(say("export.sending_all", forms=len(pulls)), files=(file,)),), (_noted(_ALL, "xlsx"),))


def _noted(what: str, kind: str) -> NoteAccess:
    """A file names who has sent each report."""
    return NoteAccess("export-reports", f"reports:{what.replace(' ', '/')}.{kind}")


def _due(turn: Turn, form: Any) -> Any:
    return current(form, turn.reads.deadlines(), turn.now.date())[0].period


COMMANDS = (
    Command(
        "xuat", _files, ("xuat excel", "xuat bang tinh", "xuat file", "xuat tep"), takes_words=True, when_idle=True
    ),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
