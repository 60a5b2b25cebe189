"""What staff do with questions that found no answer: answer them once for everybody, or take them off the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from handlers.asking.answers import told
from handlers.permissions import units_for
from handlers.records.questions import (
    AnswerQuestion,
    DismissQuestion,
    MendAnswer,
    OpenQuestion,
    StoredAnswer,
    WithdrawAnswer,
)
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Outcome, Push, Turn, say_only, typed_key
from knowledge.personal import personal_numbers

_FLOW: Final = "unanswered"
_LATEST: Final = 8
_LABEL: Final = 60
_LONGEST: Final = 1500
"""Characters of an answer: with its head and its source it is one message on every channel."""
_LONGEST_SOURCE: Final = 300
_NO_SOURCE: Final = ":nosource"

Data = Mapping[str, Any]
"""``key``, ``question`` and ``id`` of what is answered, or ``answer`` for the key of a stored answer that is mended;
then ``text`` and ``source``."""


def _list(turn: Turn, words: str) -> Outcome:
    """What was asked in vain; one can be chosen and answered."""
    questions = turn.reads.open_questions(_units(turn), _LATEST)
    stored = Choice(say("unanswered.stored"), "cautraloi")
    if not questions:
        return say_only(say("unanswered.none"), stored)
    choices = [Choice(_short(one.text), f"traloi {one.id}") for one in questions]
    return say_only(say("unanswered.list", questions=questions, reasons=_reason), *choices, stored)


def _answer(turn: Turn, words: str) -> Outcome:
    """Begin to answer one question."""
    question = _question(turn, words)
    if question is None:
        return say_only(say("unanswered.gone"), _back_to_list())
    data = {"id": question.id, "key": question.key, "question": question.text}
    return _ask_text(data, say("unanswered.question", one=question, reason=_reason(question.reason)))


def _stored(turn: Turn, words: str) -> Outcome:
    """The answers in use; one can be shown, mended and withdrawn."""
    key, _, wish = words.strip().partition(" ")
    if not key:
        answers = turn.reads.stored_answers(_LATEST)
        if not answers:
            return say_only(say("unanswered.stored_none"), _back_to_list())
        choices = [Choice(_short(one.question), f"cautraloi {one.id}") for one in answers]
        return say_only(say("unanswered.stored_list", answers=answers), *choices)
    number = typed_key(key)
    answer = turn.reads.stored_answer_of(number) if number is not None else None
    if answer is None:
        return say_only(say("unanswered.stored_gone"), Choice(say("unanswered.stored"), "cautraloi"))
    if wish == "sua":
        data = {"answer": answer.id, "question": answer.question, "source": answer.source}
        return _ask_text(data, say("unanswered.mend", answer=answer))
    if wish == "rut":
        return Outcome((Reply(say("unanswered.withdrawn", question=answer.question)),), (WithdrawAnswer(answer.id),))
    shown = told(answer, turn.library)
    head = say("unanswered.stored_one", answer=answer)
    mend = Choice(say("unanswered.mend_label"), f"cautraloi {answer.id} sua")
    withdraw = Choice(say("unanswered.withdraw_label"), f"cautraloi {answer.id} rut")
    return Outcome((Reply(head), replace(shown, choices=(mend, withdraw))))


def _step(turn: Turn) -> Outcome:
    assert turn.conversation is not None
    action, data, step = turn.message.action or "", turn.conversation.data, turn.conversation.step
    if action == ":cancel":
        return Outcome((Reply(say("unanswered.cancelled"), (_back_to_list(),)),), conversation=None)
    if action == ":dismiss" and "key" in data:
        done = Reply(say("unanswered.dismissed", question=data["question"]), (_back_to_list(),))
        return Outcome((done,), (DismissQuestion(data["key"]),), conversation=None)
    if action == ":text":
        return _ask_text(data)
    if action == ":source":
        return _ask_source(data)
    if step == "text":
        return _take_text(data, turn.message.text) if not action else _ask_text(data)
    if step == "source":
        if action == _NO_SOURCE:
            return _preview(turn, {**data, "source": None})
        return _take_source(turn, data, turn.message.text) if not action else _ask_source(data)
    if action == ":save":
        return _save(turn, data)
    preview = _preview(turn, data)
    return preview if action else replace(preview, replies=(Reply(say("labels.pick")), *preview.replies))


def _take_text(data: Data, text: str) -> Outcome:
    if not text or len(text) > _LONGEST:
        return _ask_text(data, say("unanswered.too_long" if text else "unanswered.no_text", most=_LONGEST))
    return _ask_source({**data, "text": text})


def _take_source(turn: Turn, data: Data, text: str) -> Outcome:
    if not text or len(text) > _LONGEST_SOURCE:
        return _ask_source(data)
    return _preview(turn, {**data, "source": text})


def _ask_text(data: Data, head: str = "") -> Outcome:
    text = f"{head}\n\n{say('unanswered.ask_text')}".strip()
    dismiss = (Choice(say("unanswered.dismiss"), ":dismiss", say("labels.skip_key")),) if "key" in data else ()
    return _asking("text", data, Reply(text, (*dismiss, _cancel()), numbered=False))


def _ask_source(data: Data) -> Outcome:
    without = Choice(say("unanswered.no_source"), _NO_SOURCE, say("unanswered.no_source_key"))
    return _asking("source", data, Reply(say("unanswered.ask_source"), (without, _cancel()), numbered=False))


def _preview(turn: Turn, data: Data) -> Outcome:
    shown = replace(told(_draft(turn, data), turn.library), choices=())
    numbers = personal_numbers(f"{data['text']} {data.get('source') or ''}")
    askers = len(_askers(turn, data))
    choices = (
        Choice(say("unanswered.save"), ":save"),
        Choice(say("unanswered.edit_text"), ":text"),
        Choice(say("unanswered.edit_source"), ":source"),
        _cancel(),
    )
    asked = Reply(say("unanswered.preview", question=data["question"], askers=askers, numbers=numbers), choices)
    return replace(_asking("preview", data, asked), replies=(shown, asked))


def _save(turn: Turn, data: Data) -> Outcome:
    if "answer" in data:
        if turn.reads.stored_answer_of(data["answer"]) is None:
            return replace(say_only(say("unanswered.stored_gone")), conversation=None)
        mend = MendAnswer(data["answer"], data["text"], data.get("source"))
        return Outcome((Reply(say("unanswered.mended")),), (mend,), conversation=None)
    if turn.reads.open_question(data["id"], _units(turn)) is None:
        return replace(say_only(say("unanswered.gone"), _back_to_list()), conversation=None)
    answer = _draft(turn, data)
    shown = told(answer, turn.library)
    message = replace(shown, text=say("unanswered.notice", question=data["question"], answer=shown.text))
    people = _askers(turn, data)
    pushes = tuple(Push(one, message, "notice", f"answer:{turn.fresh}:{one}") for one in people)
    effect = AnswerQuestion(answer.key, answer.question, answer.text, answer.source)
    done = Reply(say("unanswered.saved", told=len(people)), (_back_to_list(),))
    return Outcome((done,), (effect,), pushes, conversation=None)


def _draft(turn: Turn, data: Data) -> StoredAnswer:
    key, source = data.get("key", ""), data.get("source")
    return StoredAnswer(0, key, data["question"], data["text"], source, turn.me.name, turn.now)


def _askers(turn: Turn, data: Data) -> list[int]:
    return [one for one in turn.reads.askers(data["key"]) if one != turn.me.id] if "key" in data else []


def _question(turn: Turn, words: str) -> OpenQuestion | None:
    number = typed_key(words.strip())
    return turn.reads.open_question(number, _units(turn)) if number is not None else None


def _units(turn: Turn) -> list[int]:
    return [unit.id for unit in units_for(turn.me, "chuatraloi", turn.reads)]


def _reason(code: str) -> str:
    return say("unanswered.reason", reason=code)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LABEL else line[: _LABEL - 1].rstrip() + "…"


def _back_to_list() -> Choice:
    return Choice(say("unanswered.to_list"), "chuatraloi")


def _cancel() -> Choice:
    return Choice(say("labels.cancel"), ":cancel", say("labels.cancel_key"))


def _asking(step: str, data: Data, reply: Reply) -> Outcome:
    return Outcome(replies=(reply,), conversation=Conversation(_FLOW, step, data))


COMMANDS = (
    Command("chuatraloi", _list, ("chua tra loi",)),
    Command("traloi", _answer, takes_words=True),
    Command("cautraloi", _stored, ("cau tra loi",), takes_words=True),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {_FLOW: _step}
