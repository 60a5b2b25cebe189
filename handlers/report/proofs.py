"""Photos and files that come while a report is filled in."""

from __future__ import annotations

from handlers.drafts.draft import Filling, keep, problem
from handlers.files import attached, refusal
from handlers.texts import say
from handlers.turn import Effect, Turn
from knowledge.forms.form import PROOFS, Question
from knowledge.forms.values import Problem, check_file


def received(turn: Turn, draft: Filling, asked_now: Question | None) -> tuple[Filling, list[str], list[Effect]]:
    """Files go to the question that asks for them, even when they come early: nothing that was sent is lost."""
    here = asked_now if asked_now and asked_now.kind in PROOFS else None
    question = here or next((one for one in draft.asked if one.kind in PROOFS), None)
    if question is None:
        return draft, [say("report.files_unwanted")], []
    notes, names = [], []
    keys: list[int] = list(draft.answers.get(question.name) or ())
    for file in turn.message.files:
        stored = attached(file)
        if stored is None:
            notes.append(refusal(file))
            continue
        added = check_file(question, stored.media_type, keys, stored.id)
        if isinstance(added, Problem):
            notes.append(say("report.file_refused", name=stored.name, reason=problem(added)))
            continue
        keys = added
        names.append(stored.name)
    if not names:
        return draft, notes, []
    draft = draft.with_answer(question, keys)
    got = say("report.files_got", names=names)
    number = draft.asked.index(question) + 1
    notes.append(got if here else say("report.files_moved", names=names, number=number, title=question.title))
    return draft, notes, [keep(turn, draft, question.name)]
