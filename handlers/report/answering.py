"""The next message in a draft that is in one's hands: an answer, a step back, a file, something to change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers.drafts.draft import Filling, about, keep, problem, shown
from handlers.drafts.filling import (
    ask,
    ask_next,
    choose_edit,
    copied,
    drop_or_keep,
    explain,
    options_of,
    review,
    warn,
)
from handlers.records.reports import DropDraft
from handlers.reply import Reply
from handlers.report.correcting import mended, to_mend
from handlers.report.message import confirm, says_more
from handlers.report.proofs import received
from handlers.texts import say
from handlers.turn import Conversation, Effect, Outcome, Turn
from knowledge.fold import fold
from knowledge.forms.form import PROOFS, Question
from knowledge.forms.values import YES, Problem, check, fits
from knowledge.personal import personal_numbers, redacted


def answering(turn: Turn, here: Conversation, draft: Filling) -> Outcome:
    """What follows from a message in this draft."""
    action = turn.message.action
    if action == ":later":
        return Outcome((Reply(say("report.saved_for_later")),), conversation=None)
    if action == ":cancel" and draft.answers:
        return drop_or_keep(draft, here)
    if action in {":drop", ":cancel"}:
        drop = DropDraft(turn.me.unit.id, draft.form.name, draft.period.code)
        text = say("report.dropped" if draft.answers else "report.cancelled")
        return Outcome((Reply(text),), (drop,), conversation=None)
    if turn.message.edits:
        return _corrected(turn, draft)
    question = next((one for one in draft.asked if one.name == here.data.get("question")), None)
    if turn.message.about is not None and action is None:
        # An express answer to a question further up, or to one of another report.
        question = next((one for one in draft.asked if about(draft, one) == turn.message.about), None)
        if question is None and turn.message.about.startswith("report "):
            return ask_next(turn, draft, say("report.other_question"))
    if turn.message.files:
        draft, notes, effects = received(turn, draft, question)
        return _again(turn, draft, question, "\n".join(notes), effects)
    if question is None:
        return _reviewing(turn, draft, here)
    if here.step == "warn" and action in {":redact", ":as-is"}:
        text = here.data["text"]
        return _save(turn, draft, question, redacted(text) if action == ":redact" else text)
    if action is None:
        return _typed(turn, draft, question)
    return _tapped(turn, draft, question, action)


def _corrected(turn: Turn, draft: Filling) -> Outcome:
    """The message that answered last was edited: its question has another answer now."""
    name = draft.last[1] if draft.last else ""
    question = next((one for one in draft.asked if one.name == name), None)
    if question is None:
        return ask_next(turn, draft, say("help.edited"))
    done = _typed(turn, draft, question)
    first, *others = done.replies
    number = draft.asked.index(question) + 1
    saved = isinstance(done.conversation, Conversation) and bool(done.effects)
    note = say("report.corrected", number=number, title=question.title) if saved else say("report.correcting")
    return replace(done, replies=(replace(first, text=f"{note}\n\n{first.text}"), *others))


def _reviewing(turn: Turn, draft: Filling, here: Conversation) -> Outcome:
    action = turn.message.action
    if here.step != "review" or draft.only or action == ":next":
        return ask_next(turn, draft)
    if action == ":edit":
        return choose_edit(draft)
    if action == ":redact":
        return _redacted(turn, draft)
    typed = turn.message.text if action is None else (action or "").removeprefix(":edit ")
    number = typed.strip(" .")
    if number.isdecimal() and len(number) < 4 and 1 <= int(number) <= len(draft.asked):
        return ask(turn, draft, draft.asked[int(number) - 1])
    if action is None and (mending := _mending(turn, draft, None, plainly=False)):
        return mending
    if action is None and says_more(turn, draft, 1):
        return confirm(turn, draft, [turn.message.text])
    return review(turn, draft, say("report.no_such_question", count=len(draft.asked)) if action is None else "")


def _redacted(turn: Turn, draft: Filling) -> Outcome:
    """Take every phone and identity number out of the texts."""
    changed = [name for name, text in draft.texts.items() if personal_numbers(text)]
    texts = {name: redacted(draft.texts[name]) for name in changed}
    draft = replace(draft, answers={**draft.answers, **texts})
    return review(turn, draft, effects=[keep(turn, draft, name) for name in changed])


def _typed(turn: Turn, draft: Filling, question: Question) -> Outcome:
    if fold(turn.message.text).strip() in {"?", "??", "???"}:
        return explain(turn, draft, question)
    if turn.message.key is not None:
        draft = replace(draft, last=(turn.message.key, question.name))
    if mending := _mending(turn, draft, question):
        return mending
    value = check(question, turn.message.text, turn.now.date())
    if isinstance(value, Problem):
        if mending := _mending(turn, draft, question, plainly=False):
            return mending
        if says_more(turn, draft, 2):
            return confirm(turn, draft, [turn.message.text])
        return ask(turn, draft, question, problem(value))
    if question.kind == "text" and (numbers := personal_numbers(str(value))):
        return warn(draft, question, str(value), numbers)
    return _save(turn, draft, question, value)


def _mending(turn: Turn, draft: Filling, here: Question | None, *, plainly: bool = True) -> Outcome | None:
    """One answer mended in passing; then on from where one was (``here``: the open question, else the review)."""
    found = mended(draft, turn.message.text, plainly=plainly)
    if found is None:
        again = to_mend(draft, turn.message.text)
        return ask(turn, draft, again) if again else None
    question, typed = found
    value = check(question, typed, turn.now.date())
    if isinstance(value, Problem):
        return ask(turn, draft, question, problem(value))
    if question.kind == "text" and (numbers := personal_numbers(str(value))):
        return warn(draft, question, str(value), numbers)
    after = draft.with_answer(question, value)
    note = say(
        "report.mended",
        number=draft.asked.index(question) + 1,
        title=question.title,
        was=shown(turn, question, draft.answers.get(question.name)),
        now=shown(turn, question, value),
    )
    effects = (keep(turn, after, question.name),)
    if here is not None and here != question and here in after.asked:
        return ask(turn, after, here, note, effects)
    return ask_next(turn, after, note, effects)


def _tapped(turn: Turn, draft: Filling, question: Question, action: str) -> Outcome:
    given = draft.answers.get(question.name)
    match action.split():
        case [":help"]:
            return explain(turn, draft, question)
        case [":copy"]:
            return copied(turn, draft)
        case [":back"]:
            place = draft.asked.index(question)
            return ask(turn, draft, draft.asked[max(place - 1, 0)])
        case [":skip"] if question.required:
            return ask(turn, draft, question, say("report.problem_required"))
        case [":skip"]:
            return _save(turn, draft, question, None)
        case [":clear"] if question.kind in PROOFS:
            draft = draft.with_answer(question, [])
            return ask(turn, draft, question, effects=(keep(turn, draft, question.name),))
        case [":done"] if question.name in draft.answers and fits(question, given):
            return ask_next(turn, draft.without(question))
        case [":done"] if question.kind == "several":
            reason = Problem("too_few_options", {"least": question.minimum})
            return ask(turn, draft, question, problem(reason))
        case [":done"]:
            return ask(turn, draft, question, problem(Problem("needs_file" if question.kind in PROOFS else "empty")))
        case [":pick", place]:
            return _picked(turn, draft, question, place)
        case _:
            return ask(turn, draft, question)


def _picked(turn: Turn, draft: Filling, question: Question, place: str) -> Outcome:
    options = options_of(question)
    if not place.isdecimal() or not 1 <= int(place) <= len(options):
        return ask(turn, draft, question)  # the form file has changed since it was offered
    option = options[int(place) - 1]
    if question.kind != "several":
        return _save(turn, draft, question, option == YES if question.kind == "yes-no" else option)
    picked = set(draft.answers.get(question.name) or ()) ^ {option}
    draft = draft.with_answer(question, [one for one in options if one in picked])
    return ask(turn, draft, question, effects=(keep(turn, draft, question.name),))


def _save(turn: Turn, draft: Filling, question: Question, value: Any) -> Outcome:
    draft = draft.with_answer(question, value)
    return ask_next(turn, draft, effects=(keep(turn, draft, question.name),))


def _again(turn: Turn, draft: Filling, question: Question | None, note: str, effects: list[Effect]) -> Outcome:
    return ask(turn, draft, question, note, effects) if question else ask_next(turn, draft, note, effects)
