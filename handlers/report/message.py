"""A report that came as one message: what was understood is shown, and nothing counts before it is confirmed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from handlers.drafts.draft import Filling, cancel, keep, problem, shown
from handlers.drafts.filling import ask_next
from handlers.records.reports import StartDraft
from handlers.reply import Choice, Reply
from handlers.report.correcting import spelled_out
from handlers.report.proofs import received
from handlers.texts import say
from handlers.turn import Conversation, Effect, Outcome, Turn
from knowledge.fold import fold
from knowledge.forms.form import NUMBERS, Form, Question
from knowledge.forms.one_message import Doubt, Read, Unclear, read_message
from knowledge.forms.values import Problem, check
from knowledge.period import Period
from knowledge.personal import personal_numbers, redacted

_LONGEST: Final = 4000
"""Characters of a message that is read as a report."""
_QUESTION: Final = re.compile(
    r"\?|\b(?:bao nhieu|khi nao|luc nao|the nao|la gi|lam gi|o dau|tai sao|vi sao|may gio|ai|nao|gi|phai khong)\b"
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a report: of which form (``None`` where it could be several) and period."""

    form: Form | None
    period: Period | None
    text: str
    clear: bool
    """Whether it can be nothing but a report, even where none was asked for."""


def looks_like(turn: Turn) -> bool:
    """Whether a message is worth reading as a report: it holds a number and asks nothing."""
    text = turn.message.text
    return len(text) <= _LONGEST and bool(re.search(r"\d", text)) and not _QUESTION.search(fold(text))


def message_in(turn: Turn, text: str, form: Form | None = None) -> Message | None:
    """The report in a message, of this form if given; ``None`` where nothing in it answers a question of one."""
    text = text[:_LONGEST]
    reads = [(one, read_message(one, text, turn.now.date())) for one in ([form] if form else turn.forms.values())]
    reads = [(one, read) for one, read in reads if _found(read)]
    reads = [pair for pair in reads if pair[1].named] or reads
    reads = [pair for pair in reads if not pair[1].period or pair[1].period.kind in pair[0].periods] or reads
    if not reads:
        return None
    most = max(_found(read) for _, read in reads)
    best = [(one, read) for one, read in reads if _found(read) == most]
    one, read = best[0]
    return Message(one if len(best) == 1 else None, read.period, text, _clear(one, read, text))


def says_more(turn: Turn, draft: Filling, least: int) -> bool:
    """Whether what was typed in an open draft answers at least so many of its questions, as one message."""
    read = read_message(draft.form, turn.message.text[:_LONGEST], turn.now.date())
    return _found(read) >= least and read.period in {None, draft.period}


def _found(read: Read) -> int:
    return len(read.answers) + len(read.doubts) + len(read.unclear)


def _clear(form: Form, read: Read, text: str) -> bool:
    numbers = [name for name in read.answers if (one := form.question(name)) and one.kind in NUMBERS]
    unread = sum(map(len, read.unread))
    return len(numbers) + bool(read.period or read.named) >= 2 and bool(numbers) and unread * 2 < len(text)


@dataclass(slots=True)
class _Understood:
    """What messages about one report come to, the later ones before the earlier."""

    answers: dict[str, Any] = field(default_factory=dict)
    doubts: dict[str, Doubt] = field(default_factory=dict)
    unclear: list[Unclear] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def _understand(turn: Turn, draft: Filling, texts: Sequence[str], settled: Mapping[str, str]) -> _Understood:
    found = _Understood()
    for text in texts:
        read = read_message(draft.form, text, turn.now.date())
        for name, value in read.answers.items():
            found.doubts.pop(name, None)
            found.answers[name] = _uncut(value, draft.answers.get(name))
        for doubt in read.doubts:
            found.doubts[doubt.question.name] = doubt
            found.answers.pop(doubt.question.name, None)
        for unclear in read.unclear:
            _settle(turn, found, unclear, settled)
        found.unread += read.unread
    return found


def _settle(turn: Turn, found: _Understood, unclear: Unclear, settled: Mapping[str, str]) -> None:
    """Words that could mean several questions: the one that the person chose, or none of them."""
    if unclear.words not in settled:
        found.unclear.append(unclear)
        return
    question = next((one for one in unclear.questions if one.name == settled[unclear.words]), None)
    if question is None:
        found.unread.append(unclear.words)
        return
    value = check(question, unclear.value, turn.now.date())
    if isinstance(value, Problem):
        found.doubts[question.name] = Doubt(question, unclear.words, value)
    else:
        found.answers[question.name] = value


def _uncut(value: Any, present: Any) -> Any:
    """A long text comes back from the review's screen cut: then the present one stands."""
    cut = isinstance(value, str) and isinstance(present, str) and value.endswith("…")
    return present if cut and present.startswith(value[:-1]) else value


def confirm(
    turn: Turn,
    draft: Filling,
    texts: Sequence[str],
    settled: Mapping[str, str] | None = None,
    note: str = "",
    effects: Sequence[Effect] = (),
) -> Outcome:
    """Show what was understood, and what not; ask first where words could mean several questions."""
    settled = settled or {}
    found = _understand(turn, draft, texts, settled)
    data = {"texts": list(texts), "settled": dict(settled)}
    if found.unclear:
        return _which(draft, found.unclear[0], data, note, effects)
    numbers = personal_numbers("\n".join(_texts(draft.form, found)))
    after = Filling(draft.form, draft.period, {**draft.answers, **found.answers})
    text = say(
        "report.understood",
        note=note,
        form=draft.form.title,
        period=draft.period.label,
        unit=turn.me.unit.name,
        lines=[_line(turn, draft, one, found.answers) for one in draft.form.questions if one.name in found.answers],
        doubts=[(one.words, one.question.title, problem(one.problem)) for one in found.doubts.values()],
        unread=found.unread,
        missing=len([one for one in after.asked if one.name not in after.answers]),
        numbers=numbers,
    )
    if numbers:
        yes = (Choice(say("report.redact"), ":redact"), Choice(say("report.as_is"), ":yes"))
    else:
        yes = (
            Choice(say("report.right"), ":yes", say("report.right_key")),
            Choice(say("report.later"), ":later", say("report.later_key")),
        )
    reply = Reply(text, (*yes, cancel()), numbered=False)
    return Outcome((reply,), tuple(effects), conversation=draft.at("confirm", **data))


def _texts(form: Form, found: _Understood) -> list[str]:
    return [str(value) for name, value in found.answers.items() if value and _is_text(form.question(name))]


def _is_text(question: Question | None) -> bool:
    return question is not None and question.kind == "text"


def _line(turn: Turn, draft: Filling, question: Question, answers: Mapping[str, Any]) -> tuple[str, str, str]:
    """The question's title, its answer, and the one that it replaces."""
    now, before = answers[question.name], draft.answers.get(question.name)
    replaced = shown(turn, question, before) if before is not None and before != now else ""
    return question.title, shown(turn, question, now), replaced


def _which(draft: Filling, unclear: Unclear, data: Mapping[str, Any], note: str, effects: Sequence[Effect]) -> Outcome:
    choices = [Choice(one.title, f":is {one.name}") for one in unclear.questions]
    text = say("report.which_question", note=note, words=unclear.words)
    reply = Reply(text, (*choices, Choice(say("report.none_of_them"), ":is"), cancel()))
    return Outcome((reply,), tuple(effects), conversation=draft.at("which", **data))


def confirming(turn: Turn, here: Conversation, draft: Filling) -> Outcome:
    """The next message while a report in one message waits to be confirmed."""
    texts, settled = here.data["texts"], here.data.get("settled", {})
    action = turn.message.action
    if action == ":cancel":
        return Outcome((Reply(say("report.message_dropped")),), conversation=None)
    if turn.message.files:
        draft, notes, effects = received(turn, draft, None)
        return confirm(turn, draft, texts, settled, "\n".join(notes), effects)
    if action is None:
        shown_now = replace(draft, answers={**draft.answers, **_understand(turn, draft, texts, settled).answers})
        return confirm(turn, draft, [*texts, spelled_out(shown_now, turn.message.text[:_LONGEST])], settled)
    found = _understand(turn, draft, texts, settled)
    if action.startswith(":is") and found.unclear:
        settled = {**settled, found.unclear[0].words: action.removeprefix(":is").strip()}
        return confirm(turn, draft, texts, settled)
    if found.unclear or action not in {":yes", ":redact", ":later"}:
        return confirm(turn, draft, texts, settled)
    return _confirmed(turn, draft, found, action)


def _confirmed(turn: Turn, draft: Filling, found: _Understood, action: str) -> Outcome:
    answers = dict(found.answers)
    if action == ":redact":
        for question in draft.form.questions:
            if question.kind == "text" and isinstance(value := answers.get(question.name), str):
                answers[question.name] = redacted(value)
    start = StartDraft(turn.me.unit.id, draft.form.name, draft.form.version, draft.period.code)
    after = Filling(draft.form, draft.period, {**draft.answers, **answers}, tuple(found.doubts))
    effects = (start, *(keep(turn, after, name) for name in answers))
    if action == ":later":
        return Outcome((Reply(say("report.saved_for_later")),), effects, conversation=None)
    return ask_next(turn, after, say("report.message_saved", count=len(answers)), effects)
