"""What a unit has in hand and what it has sent: /nhap, /dagui."""

from __future__ import annotations

from typing import Final

from handlers.forms.versions import forms_in_hand
from handlers.reply import Choice
from handlers.report.opening import again, open_report
from handlers.texts import say
from handlers.turn import Outcome, Turn, say_only
from knowledge.period import Period

_SHOWN: Final = 12
"""Submitted reports that /dagui lists: a phone screen."""


def drafts(turn: Turn, words: str) -> Outcome:
    """/nhap: go on with an unfinished report."""
    if (waiting := again(turn)) is not None:
        return waiting
    forms = forms_in_hand(turn)
    found = [report for report in turn.reads.drafts(turn.me.unit.id) if report.form in forms]
    if not found:
        return say_only(say("report.no_drafts"))
    if len(found) == 1:
        return open_report(turn, forms[found[0].form], Period.from_code(found[0].period))
    found.sort(key=lambda report: report.holder_id != turn.me.id)
    choices = [
        Choice(
            say(
                "report.draft_label",
                form=forms[report.form].title,
                period=Period.from_code(report.period).label,
                person="" if report.holder_id == turn.me.id else report.holder_name,
            ),
            f"baocao {report.form} {report.period}",
        )
        for report in found
    ]
    return say_only(say("report.drafts", count=len(found)), *choices)


def filed(turn: Turn, words: str) -> Outcome:
    """/dagui: what my unit has submitted."""
    found = turn.reads.submitted(turn.me.unit.id, _SHOWN)
    if not found:
        return say_only(say("report.none_filed", unit=turn.me.unit.name))
    lines = [
        {
            "receipt": report.receipt,
            "form": turn.forms[report.form].title if report.form in turn.forms else report.form,
            "period": Period.from_code(report.period).label,
            "at": report.submitted_at,
            "late": report.late,
        }
        for report in found
    ]
    text = say("report.filed", unit=turn.me.unit.name, lines=lines, more=len(found) == _SHOWN)
    choices = [
        Choice(
            say("report.filed_label", form=line["form"], period=line["period"]),
            f"xem {line['receipt']}",
            str(line["receipt"]),
        )
        for line in lines
    ]
    return say_only(text, *choices)
