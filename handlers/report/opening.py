"""Which report it is about: the form, the period, and who is at it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from handlers.drafts.choosing import already, choose_form, choose_period, taken
from handlers.drafts.draft import Filling, filling, when_due
from handlers.drafts.filling import ask_next
from handlers.forms.versions import form_for, forms_in_hand
from handlers.periods import Asked, asked, may_report_on
from handlers.records.reports import Report, StartDraft, TakeOverDraft
from handlers.reply import Choice, Reply
from handlers.report.answering import answering
from handlers.report.message import Message, confirm, confirming, looks_like, message_in
from handlers.texts import say
from handlers.turn import Conversation, Outcome, Turn, say_only
from knowledge.fold import fold
from knowledge.forms.form import Form
from knowledge.period import Period, parse_period

_HELP: Final = frozenset({"tro giup", "giup", "giup toi", "giup toi voi", "giup voi", "help", "huong dan"})


_CALLED: Final = re.compile(r"(?:(?:(?:cho|toi|em|minh|muon|can|xin) )*(?:lam|nop|gui|viet) )?(?:bao cao|bc)(?= )")
"""How a report is called for without a slash: "báo cáo dân vận khéo tháng 11"."""


def report(turn: Turn, words: str) -> Outcome:
    """/baocao [form] [period] [the whole report]: fill in a report, or go on with it."""
    if not turn.forms:
        return say_only(say("report.no_forms"))
    what = asked(words, forms_in_hand(turn), turn.now.date())
    if what.form and what.form.name not in turn.forms:
        # The form was withdrawn: what was begun on it is finished, and nothing else.
        begun = what.period and turn.reads.report(turn.me.unit.id, what.form.name, what.period.code)
        return open_report(turn, what.form, what.period) if what.period and begun else choose_form(turn)
    if what.rest and (message := message_in(turn, words)):
        return _with_message(turn, message)
    return _chosen(turn, what, _kept(turn))


def unasked(turn: Turn) -> Outcome | None:
    """A message that nobody asked for, where it clearly is a report or asks for one; ``None`` for anything else."""
    if (called := _CALLED.match(fold(turn.message.text))) and not turn.message.files:
        words = " ".join(turn.message.text.split()[len(called[0].split()) :])
        what = asked(words, turn.forms, turn.now.date())
        if what.form and not what.rest:
            return report(turn, words)
    message = message_in(turn, turn.message.text) if looks_like(turn) and not turn.message.files else None
    return _with_message(turn, message) if message and message.clear else None


def explains(turn: Turn, line: str) -> bool:
    """Whether a call for help is about the question that is open."""
    here = turn.conversation
    open_question = here is not None and here.flow == "report" and here.step == "answer"
    return open_question and turn.message.action is None and fold(line) in _HELP


def asks(turn: Turn) -> bool:
    """Whether a question was typed where the report waits for a number, a choice or a file."""
    here, typed = turn.conversation, turn.message.text
    if here is None or here.flow != "report" or here.step != "answer" or turn.message.action is not None:
        return False
    if turn.message.files or not typed.endswith("?") or len(typed.split()) < 4:
        return False
    found = turn.reads.report(turn.me.unit.id, here.data["form"], here.data["period"])
    form = form_for(turn, here.data["form"], found.form_version if found else None)
    question = form.question(here.data.get("question", "")) if form else None
    return question is not None and question.kind != "text"


def corrects(turn: Turn) -> bool:
    """Whether a message that was edited is the one that answered a question of the open report last."""
    here = turn.conversation
    if here is None or here.flow != "report" or "texts" in here.data or turn.message.key is None:
        return False
    return bool(turn.message.text) and here.data.get("last", ("",))[0] == turn.message.key


def way_back(turn: Turn) -> Choice | None:
    """The button that goes on with the report that is open."""
    here = turn.conversation
    if here is None or here.flow != "report" or here.step == "choose":
        return None
    return Choice(say("report.back_to_it"), f"baocao {here.data['form']} {here.data['period']}")


def _kept(turn: Turn) -> str:
    """The message that waits for its form or period to be chosen."""
    here = turn.conversation
    waits = here is not None and here.flow == "report" and here.step == "choose" and turn.message.action is not None
    return here.data.get("text", "") if here and waits else ""


def _with_message(turn: Turn, message: Message) -> Outcome:
    return _chosen(turn, Asked(message.form, message.period, ""), message.text)


def _chosen(turn: Turn, what: Asked, text: str = "") -> Outcome:
    note = say("report.not_understood") if what.rest else ""
    form = what.form or (next(iter(turn.forms.values())) if len(turn.forms) == 1 else None)
    if form is None:
        fitting = [one for one in turn.forms.values() if what.period and what.period.kind in one.periods]
        form = fitting[0] if len(fitting) == 1 and not what.rest else None
    if form is None:
        return choose_form(turn, note, text)
    if what.period is None and text and (message := message_in(turn, text, form)):
        what = replace(what, period=message.period)
    if what.period is None:
        return choose_period(turn, form, note, text)
    if what.period.kind not in form.periods:
        return choose_period(turn, form, say("report.wrong_kind", period=what.period.label), text)
    if not may_report_on(form, what.period, turn.now.date()):
        return choose_period(turn, form, say("report.wrong_time", period=what.period.label), text)
    return open_report(turn, form, what.period, text)


def open_report(turn: Turn, form: Form, period: Period, text: str = "") -> Outcome:
    """Begin a report or go on with it, perhaps with a message that answers much of it."""
    if not text and (waiting := again(turn, form.name, period.code)) is not None:
        return waiting
    found = turn.reads.report(turn.me.unit.id, form.name, period.code)
    if found is None:
        return confirm(turn, Filling(form, period, {}), [text]) if text else _begin(turn, form, period)
    form = form_for(turn, form.name, found.form_version) or form
    if not found.open:
        return already(turn, form, found, unsaved=bool(text))
    if found.holder_id != turn.me.id:
        return taken(form, found, unsaved=False, message=text)
    draft = filling(form, found)
    if text:
        return confirm(turn, draft, [text])
    return ask_next(turn, draft, _resumed(draft) if draft.answers else "")


def again(turn: Turn, form: str = "", period: str = "") -> Outcome | None:
    """What the conversation alone knows of a report (this one, if given) and is still open, shown once more.

    That is a message to be confirmed, and which questions are to be answered anew.
    """
    here = turn.conversation
    if here is None or here.flow != "report" or not ("only" in here.data or "texts" in here.data):
        return None
    if form and (form, period) != (here.data["form"], here.data["period"]):
        return None
    return step(replace(turn, message=replace(turn.message, action=":again", text="", files=())))


def _begin(turn: Turn, form: Form, period: Period) -> Outcome:
    when = when_due(turn, form, period)
    draft = Filling(form, period, {})
    note = say(
        "report.begin",
        form=form.title,
        period=period.label,
        unit=turn.me.unit.name,
        day=when.day,
        late=when.late_on(turn.now.date()),
        early=period.start > turn.now.date(),
        count=len(draft.asked),
    )
    start = StartDraft(turn.me.unit.id, form.name, form.version, period.code)
    return ask_next(turn, draft, note, (start,))


def _resumed(draft: Filling) -> str:
    return say(
        "report.resume",
        form=draft.form.title,
        period=draft.period.label,
        answered=draft.answered,
        count=len(draft.asked),
    )


def step(turn: Turn) -> Outcome:
    """The next message in an open report."""
    here = turn.conversation
    assert here is not None
    if here.step == "choose":
        return _choose(turn, here)
    name, period = here.data["form"], Period.from_code(here.data["period"])
    found = turn.reads.report(turn.me.unit.id, name, period.code)
    form = form_for(turn, name, found.form_version if found else None)
    if form is None:
        return Outcome((Reply(say("report.form_gone")),), conversation=None)
    if found is not None and not found.open:
        return already(turn, form, found)
    if found is not None and found.holder_id != turn.me.id:
        return _not_mine(turn, form, found)
    draft = filling(form, found, here.data.get("only", ())) if found else Filling(form, period, {})
    if last := here.data.get("last"):
        draft = replace(draft, last=(last[0], last[1]))
    if here.data.get("texts"):
        return confirming(turn, here, draft)
    return answering(turn, here, draft)


def _choose(turn: Turn, here: Conversation) -> Outcome:
    """A form or a period is to be chosen, and something else than a button's command came."""
    form, text = turn.forms.get(here.data.get("form", "")), here.data.get("text", "")
    if turn.message.action == ":cancel":
        return Outcome((Reply(say("report.cancelled")),), conversation=None)
    if turn.message.action is not None:
        return choose_period(turn, form, text=text) if form else choose_form(turn, text=text)
    today = turn.now.date()
    what = asked(turn.message.text, turn.forms, today)
    if form and what.period is None and "month" in form.periods:
        # "10" is enough for a month.
        what = replace(what, period=parse_period(f"tháng {turn.message.text}", today))
    if what.rest and not what.form and (message := message_in(turn, turn.message.text, form)):
        return _with_message(turn, message)
    if what.form is None and what.period is None:
        note = say("report.not_understood")
        return choose_period(turn, form, note, text) if form else choose_form(turn, note, text)
    return _chosen(turn, Asked(what.form or form, what.period, ""), text)


def _not_mine(turn: Turn, form: Form, found: Report) -> Outcome:
    """Somebody else of the unit is at it."""
    assert turn.conversation is not None
    text = "\n".join(turn.conversation.data.get("texts", ()))
    if turn.message.action == ":take":
        take = TakeOverDraft(turn.me.unit.id, form.name, found.period)
        draft = filling(form, found)
        if text:
            return confirm(turn, draft, [text], note=say("report.took"), effects=(take,))
        return ask_next(turn, draft, say("report.took"), (take,))
    if turn.message.action in {":leave", ":cancel", ":later"}:
        return Outcome((Reply(say("report.left", person=found.holder_name)),), conversation=None)
    return taken(form, found, unsaved=turn.message.action is None, message=text)
