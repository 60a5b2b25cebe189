"""Reviewing what was sent: /duyet what waits, approve one or all of a period, return with a reason and what to mend."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import Any, Final

from handlers.periods import asked
from handlers.permissions import scope
from handlers.records.people import Person
from handlers.records.reports import WAITING, ApproveReports, Report, ReturnReport, Waiting, WaitingFor
from handlers.reply import Choice, Reply
from handlers.reviewing.reported import (
    answers_of,
    can_mend,
    differences,
    flags_of,
    form_of,
    heading,
    last_period,
    named,
    review_choices,
    state_of,
    title_of,
    units_seen,
)
from handlers.texts import say
from handlers.turn import Command, Conversation, Outcome, Push, Turn, say_only
from handlers.units import present_unit
from knowledge.fold import fold, one_line
from knowledge.forms.form import Question
from knowledge.forms.rules import questions_for
from knowledge.period import Period

_PAGE: Final = 8
"""Reports on one page of the list: a phone screen."""
_SHORT: Final = 70
"""Characters of an answer on a reviewer's screen; /xem has all of it."""
_WHOLE: Final = " du"
_REASON: Final = (3, 500)
"""Characters of a reason."""
_EVERYTHING: Final = frozenset({"tat ca", "het", "ca", "toan bo", "tat ca cac cau"})


def _list(turn: Turn, words: str) -> Outcome:
    """/duyet [form] [period]: what waits for review, the longest waiting first."""
    words, _, page = words.partition(" trang ")
    groups = turn.reads.waiting_for([unit.id for unit in units_seen(turn, "duyet")])
    found = _meant(turn, words, groups)
    if not found:
        return say_only(say("review.none_waiting", words=one_line(words)[:60] if groups else ""))
    if len(found) > 1:
        lines = [{"label": _label(turn, group), "count": group.count, "since": group.since} for group in found]
        choices = [
            Choice(say("review.group", label=_label(turn, group), count=group.count), f"duyet {_command(group)}")
            for group in found[:_PAGE]
        ]
        return say_only(say("review.groups", lines=lines), *choices)
    return _page(turn, found[0], int(page) if page.isdecimal() and len(page) < 5 else 1)


def _meant(turn: Turn, words: str, groups: Sequence[WaitingFor]) -> list[WaitingFor]:
    exact = [group for group in groups if words == _command(group)]
    if exact or not words:
        return exact or list(groups)
    what = asked(words, turn.forms, turn.now.date())
    return [
        group
        for group in groups
        if not what.rest
        and (what.form is None or what.form.name == group.form)
        and (what.period is None or what.period.code == group.period)
    ]


def _command(group: WaitingFor) -> str:
    return f"{group.form} {group.period}"


def _label(turn: Turn, group: WaitingFor) -> str:
    return say("view.label", form=title_of(turn, group.form), period=Period.from_code(group.period).label)


def _page(turn: Turn, group: WaitingFor, number: int) -> Outcome:
    waiting = _waiting(turn, group.form, group.period)
    pages = max(1, -(-len(waiting) // _PAGE))
    number = min(max(number, 1), pages)
    shown = waiting[(number - 1) * _PAGE : number * _PAGE]
    text = say(
        "review.page",
        label=_label(turn, group),
        count=len(waiting),
        since=waiting[0].sent_at if waiting else None,
        number=number,
        pages=pages,
        decides=scope(turn.me, "chapnhan") is not None,
    )
    choices = [
        *(Choice(say("review.one", unit=one.unit, late=one.late), f"xetduyet {one.receipt}") for one in shown),
        *([Choice(say("review.next_page"), f"duyet {_command(group)} trang {number + 1}")] if number < pages else []),
    ]
    if len(waiting) > 1 and scope(turn.me, "duyetca"):
        choices.append(Choice(say("review.all", count=len(waiting)), f"duyetca {_command(group)}"))
    return say_only(text, *choices)


def _waiting(turn: Turn, form: str, period: str) -> Sequence[Waiting]:
    return turn.reads.waiting(form, period, [unit.id for unit in units_seen(turn, "duyet")])


def _card(turn: Turn, words: str) -> Outcome:
    """One report on one screen, with what strikes the eye, and what can be decided; "đủ" shows every answer."""
    report = named(turn, words, "duyet")
    return _shown(turn, report, whole=words.endswith(_WHOLE)) if isinstance(report, Report) else report


def _shown(turn: Turn, report: Report, note: str = "", *, whole: bool = False) -> Outcome:
    """What changed against the last period comes first; what did not is shown on demand."""
    before = last_period(turn, report)
    form = form_of(turn, report)
    changes = differences(turn, (form, form), before.answers, report.answers) if before else []
    lines = list(enumerate(answers_of(turn, report, _SHORT), 1))
    brief = before is not None and not whole and len(lines) > len(changes)
    text = say(
        "review.card",
        note=note,
        heading=heading(turn, report),
        lines=[] if brief else lines,
        same=len(lines) - len(changes) if brief else 0,
        flags=flags_of(turn, report),
        before=Period.from_code(before.period).label if before else "",
        changes=[line[: 2 * _SHORT] for line in changes],
    )
    choices = review_choices(turn, report)
    if brief:
        choices.append(Choice(say("review.whole", count=len(lines)), f"xetduyet {report.receipt}{_WHOLE}"))
    if report.version > 1:
        choices.append(Choice(say("review.earlier"), f"sosanh {report.receipt} {report.version}"))
    choices.append(_next_choice(report))
    return say_only(text, *choices)


def _next_choice(report: Report) -> Choice:
    return Choice(say("review.next"), f"duyetke {report.receipt}")


def _next(turn: Turn, words: str) -> Outcome:
    """The report that has waited longest after this one."""
    report = named(turn, words, "duyet")
    if not isinstance(report, Report):
        return report
    waiting = _waiting(turn, report.form, report.period)
    order = [one.receipt for one in waiting]
    place = order.index(report.receipt or "") + 1 if report.receipt in order else 0
    if place >= len(order):
        return say_only(say("review.no_more", left=len(order)), Choice(say("review.to_list"), "duyet"))
    following = turn.reads.report_by_receipt(order[place])
    return _shown(turn, following) if following else _list(turn, "")


def _decidable(turn: Turn, words: str, action: str) -> Report | Outcome:
    """The report that a button means, if it still is in the version that was on the screen; else what it is now."""
    receipt, _, version = words.partition(" ")
    report = named(turn, receipt, action)
    if not isinstance(report, Report):
        return report
    if not version:
        return _shown(turn, report)
    if version != str(report.version):
        return _shown(turn, report, say("review.newer", number=report.version))
    return report


def _approve(turn: Turn, words: str) -> Outcome:
    """The button under a card."""
    report = _decidable(turn, words, "chapnhan")
    if not isinstance(report, Report):
        return report
    if report.state not in WAITING:
        return _shown(turn, report, say("review.not_waiting", state=state_of(report)))
    left = len(_waiting(turn, report.form, report.period)) - 1
    text = say("review.approved", unit=report.unit.name, label=_of(turn, report), receipt=report.receipt, left=left)
    effect = ApproveReports(((report.receipt or "", report.version),))
    further = Choice(say("review.next"), f"duyetke {report.receipt}") if left else None
    choices = tuple(filter(None, (further, Choice(say("review.to_list"), "duyet"))))
    return Outcome((Reply(text, choices),), (effect,))


def _of(turn: Turn, report: Report) -> str:
    return say("view.label", form=title_of(turn, report.form), period=Period.from_code(report.period).label)


def _approve_all(turn: Turn, words: str) -> Outcome:
    """All that waits of one form and period: first the count, then a button that is good for exactly these."""
    *named_group, digest = [*words.split(), ""] if len(words.split()) < 3 else words.split()
    groups = turn.reads.waiting_for([unit.id for unit in units_seen(turn, "duyetca")])
    found = _meant(turn, " ".join(named_group), groups)
    if len(found) != 1:
        return _list(turn, " ".join(named_group))
    group = found[0]
    waiting = _waiting(turn, group.form, group.period)
    of_these = tuple((one.receipt, one.version) for one in waiting)
    now = f"{zlib.crc32(repr(sorted(of_these)).encode()):08x}"
    if digest != now:
        text = say(
            "review.ask_all",
            changed=bool(digest),
            count=len(waiting),
            late=sum(one.late for one in waiting),
            label=_label(turn, group),
        )
        yes = Choice(say("review.all", count=len(waiting)), f"duyetca {_command(group)} {now}")
        return say_only(text, yes, Choice(say("review.one_by_one"), f"duyet {_command(group)}"))
    done = say("review.approved_all", count=len(waiting), label=_label(turn, group))
    return Outcome((Reply(done, (Choice(say("review.to_list"), "duyet"),)),), (ApproveReports(of_these),))


def _give_back(turn: Turn, words: str) -> Outcome:
    """Begin to return a report: which answers are to be mended?"""
    report = _decidable(turn, words, "tralai")
    if not isinstance(report, Report):
        return report
    if report.state == "returned":
        return _shown(turn, report, say("review.not_waiting", state=state_of(report)))
    if not can_mend(turn, report):
        return _shown(turn, report, say("review.nobody_mends", unit=report.unit.name))
    return _ask_which(turn, report)


def _ask_which(turn: Turn, report: Report, problem: str = "") -> Outcome:
    text = say(
        "review.which",
        problem=problem,
        unit=report.unit.name,
        label=_of(turn, report),
        lines=answers_of(turn, report, _SHORT),
    )
    everything = Choice(say("review.everything"), ":all", say("review.everything_key"))
    return Outcome((Reply(text, (everything, _cancel()), numbered=False),), conversation=_at("which", report))


def _at(step: str, report: Report, **data: Any) -> Conversation:
    return Conversation("review", step, {"receipt": report.receipt, "version": report.version, **data})


def _cancel() -> Choice:
    return Choice(say("labels.cancel"), ":cancel", say("labels.cancel_key"))


def _back() -> Choice:
    return Choice(say("labels.back"), ":back", say("labels.back_key"))


def _step(turn: Turn) -> Outcome:
    """The next answer while a report is being returned."""
    assert turn.conversation is not None
    data, action = turn.conversation.data, turn.message.action or ""
    if action == ":cancel":
        return Outcome((Reply(say("review.not_returned")),), conversation=None)
    report = _decidable(turn, f"{data['receipt']} {data['version']}", "tralai")
    if not isinstance(report, Report):
        return Outcome(report.replies, conversation=None)
    if report.state == "returned":
        found = _shown(turn, report, say("review.not_waiting", state=state_of(report)))
        return Outcome(found.replies, conversation=None)
    match turn.conversation.step, action:
        case ("which", ":all"):
            return _ask_reason(report, [])
        case ("which", ""):
            return _which_typed(turn, report)
        case ("which", _) | ("reason", ":back"):
            return _ask_which(turn, report)
        case ("reason", ""):
            return _reason_typed(turn, report, data["questions"])
        case ("reason", _) | ("confirm", ":back"):
            return _ask_reason(report, data["questions"])
        case ("confirm", ":send"):
            return _returned(turn, report, data["questions"], data["reason"])
        case _:
            return _ask_confirm(turn, report, data["questions"], data["reason"])


def _which_typed(turn: Turn, report: Report) -> Outcome:
    form = form_of(turn, report)
    asked_now = questions_for(form, report.answers) if form else ()
    typed = fold(turn.message.text).strip(" .")
    if typed in _EVERYTHING:
        return _ask_reason(report, [])
    numbers = _numbers(typed)
    if not numbers or max(numbers) > len(asked_now) or min(numbers) < 1:
        return _ask_which(turn, report, say("review.no_such_answer", count=len(asked_now)))
    return _ask_reason(report, [question.name for at, question in enumerate(asked_now, 1) if at in numbers])


def _numbers(typed: str) -> set[int]:
    """ "2 4 5", "câu 2, 4 và 5", "2-4": the numbers; empty where something else was typed."""
    words = re.sub(r"\b(cau|va|so|,|;|&)\b|[,;&+]", " ", typed).split()
    found: set[int] = set()
    for word in words:
        match = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", word)
        if not match:
            return set()
        found.update(range(int(match[1]), int(match[2] or match[1]) + 1))
    return found


def _ask_reason(report: Report, questions: Sequence[str], problem: str = "") -> Outcome:
    text = say("review.reason", problem=problem, count=len(questions))
    where = _at("reason", report, questions=list(questions))
    return Outcome((Reply(text, (_back(), _cancel()), numbered=False),), conversation=where)


def _reason_typed(turn: Turn, report: Report, questions: Sequence[str]) -> Outcome:
    reason = one_line(turn.message.text)
    least, most = _REASON
    if not least <= len(reason) <= most or not any(map(str.isalpha, reason)):
        return _ask_reason(report, questions, say("review.bad_reason", most=most))
    return _ask_confirm(turn, report, questions, reason)


def _ask_confirm(turn: Turn, report: Report, questions: Sequence[str], reason: str) -> Outcome:
    text = say(
        "review.confirm",
        unit=report.unit.name,
        label=_of(turn, report),
        questions=_titles(turn, report, questions),
        reason=reason,
        people=[person.name for person in _told(turn, report)],
    )
    choices = (Choice(say("review.send_back"), ":send"), _back(), _cancel())
    where = _at("confirm", report, questions=list(questions), reason=reason)
    return Outcome((Reply(text, choices),), conversation=where)


def _titles(turn: Turn, report: Report, names: Sequence[str]) -> list[str]:
    form = form_of(turn, report)
    found: list[Question | None] = [form.question(name) if form else None for name in names]
    return [question.title for question in found if question]


def _told(turn: Turn, report: Report) -> Sequence[Person]:
    """Who sent it; where that person is gone, the cadres of the unit."""
    unit = present_unit(turn.reads, report.unit)
    people = turn.reads.people([unit.id], ("cadre", "staff"))
    sender = [person for person in people if person.id == report.person_id]
    return sender or [person for person in people if person.role == "cadre"]


def _returned(turn: Turn, report: Report, questions: Sequence[str], reason: str) -> Outcome:
    receipt = report.receipt or ""
    people = _told(turn, report)
    notice = Reply(
        say(
            "review.notice",
            reviewer=turn.me.name,
            unit=report.unit.name,
            label=_of(turn, report),
            receipt=receipt,
            reason=reason,
            questions=_titles(turn, report, questions),
        ),
        (Choice(say("review.mend_now"), f"suabaocao {receipt} {report.version}"),),
    )
    # An approved version can be returned, so its number alone would not tell two returns apart.
    key = f"returned:{receipt}:{report.version}:{turn.fresh[:8]}"
    pushes = tuple(Push(person.id, notice, "notice", f"{key}:{person.id}") for person in people)
    text = say("review.returned", unit=report.unit.name, label=_of(turn, report), people=[one.name for one in people])
    effect = ReturnReport(receipt, report.version, reason, tuple(questions))
    choices = (_next_choice(report), Choice(say("review.to_list"), "duyet"))
    return Outcome((Reply(text, choices),), (effect,), pushes, conversation=None)


COMMANDS = (
    Command("duyet", _list, ("duyet bao cao", "cho duyet", "bao cao cho duyet")),
    Command("xetduyet", _card),
    Command("duyetke", _next),
    Command("chapnhan", _approve),
    Command("duyetca", _approve_all, ("duyet tat ca",)),
    Command("tralai", _give_back),
)
FLOWS = {"review": _step}
