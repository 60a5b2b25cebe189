"""Staff look after the calendar: see a deadline whole, add one by hand, take one out of force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from handlers.answers import named, quoted
from handlers.permissions import scope, units_for
from handlers.records.deadlines import EVERY_COMMUNE, AddDeadline, Deadline, EndDeadline
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Outcome, Turn, say_only, typed_key
from knowledge.calendar import DEFAULT_OFFSETS, Rule, last_working_day, next_occurrences
from knowledge.fold import one_line
from knowledge.proposals import typed_rule

_SHOWN: Final = 3
_MOST: Final = 10
_LONGEST: Final = 200


def see(turn: Turn, words: str) -> Outcome:
    """One deadline with its source and its next days, or all of them to choose from."""
    if not words:
        return _list(turn)
    deadline = _found(turn, words)
    if deadline is None:
        return say_only(say("schedule.gone"))
    end = [Choice(say("schedule.end"), f"ketthuchan {deadline.id}")] if scope(turn.me, "ketthuchan") else []
    return say_only(_whole(turn, deadline), *end, Choice(say("schedule.all"), "han"))


def _found(turn: Turn, words: str) -> Deadline | None:
    key = typed_key(words)
    return turn.reads.deadline(key) if key is not None else None


def _list(turn: Turn) -> Outcome:
    choices = [Choice(deadline.title, f"xemhan {deadline.id}") for deadline in turn.reads.deadlines()[-_MOST:]]
    if scope(turn.me, "hanmoi"):
        choices.append(Choice(say("deadline.add"), "hanmoi"))
    return say_only(say("schedule.which" if choices else "deadline.none"), *choices)


def _whole(turn: Turn, deadline: Deadline) -> str:
    concerned = [unit for unit in units_for(turn.me, "xemhan", turn.reads) if deadline.concerns(unit)]
    form = turn.forms.get(deadline.form or "")
    text = say(
        "schedule.whole",
        title=deadline.title,
        rule=deadline.rule,
        to_whom=deadline.to_whom,
        units=len(concerned),
        form=form.title if form else None,
        before=[offset for offset in deadline.offsets if offset > 0],
        same_day=0 in deadline.offsets,
        after=[-offset for offset in deadline.offsets if offset < 0] if deadline.form else [],
        coming=_coming(turn, deadline.rule),
    )
    source = turn.reads.document(deadline.document_id) if deadline.document_id is not None else None
    if source is None or not deadline.quote:
        return text
    date = source.date.isoformat() if source.date else None
    name = named(source.type, source.number, date, source.issuer, source.title or source.name)
    return f"{text}\n\n{quoted(deadline.quote)}\n{say('ask.cited', name=name, path=None)}"


def _coming(turn: Turn, rule: Rule) -> list[tuple[Any, Any]]:
    return [(one, last_working_day(one)) for one in next_occurrences(rule, turn.now.date(), _SHOWN)]


def end(turn: Turn, words: str) -> Outcome:
    """Take a deadline out of force, after being asked once more."""
    key, _, sure = words.partition(" ")
    deadline = _found(turn, key)
    if deadline is None:
        return say_only(say("schedule.gone"))
    if not sure:
        yes = Choice(say("labels.yes"), f"ketthuchan {deadline.id} dongy")
        return say_only(say("schedule.sure", title=deadline.title), yes, Choice(say("labels.no"), "han"))
    return Outcome((Reply(say("schedule.ended", title=deadline.title)),), (EndDeadline(deadline.id),))


def add(turn: Turn, words: str) -> Outcome:
    """Begin a deadline that no document sets."""
    return _ask("title", {}) if not words else _titled(words)


def step(turn: Turn) -> Outcome:
    """The next answer about the new deadline."""
    assert turn.conversation is not None
    at, data = turn.conversation.step, dict(turn.conversation.data)
    action, _, rest = (turn.message.action or "").partition(" ")
    if action == ":cancel":
        return Outcome((Reply(say("schedule.dropped")),), conversation=None)
    if action == ":form":
        return _card(turn, data | {"form": rest if rest in turn.forms else None})
    if action == ":date":
        return _ask("date", data)
    if action == ":confirm" and at == "card":
        return _confirm(turn, data)
    if turn.message.action is not None or turn.message.files or not turn.message.text:
        return _card(turn, data) if at == "card" else _form(turn, data) if at == "form" else _ask(at, data)
    if at == "title":
        return _titled(turn.message.text)
    rule = typed_rule(turn.message.text, str(data.get("every", "once")), turn.now.date())
    if rule is None and at in {"form", "card"}:
        again = _form(turn, data) if at == "form" else _card(turn, data)
        return replace(again, replies=(Reply(say("labels.pick")), *again.replies))
    if rule is None:
        return _ask("date", data, say("documents.no_date", typed=turn.message.text[:60]))
    if not next_occurrences(rule, turn.now.date(), 1):
        return _ask("date", data, say("documents.date_past"))
    data |= {"rule": rule.to_dict()}
    return _card(turn, data) if "form" in data else _form(turn, data)


def _titled(text: str) -> Outcome:
    if not any(map(str.isalpha, text)):
        return _ask("title", {})
    return _ask("date", {"title": one_line(text)[:_LONGEST]})


def _ask(what: str, data: dict[str, Any], problem: str = "") -> Outcome:
    cancel = Choice(say("labels.cancel"), ":cancel", say("labels.cancel_key"))
    question = say("schedule.which_title") if what == "title" else say("documents.which_date")
    return Outcome((Reply(problem or question, (cancel,), numbered=False),), conversation=_at(what, data))


def _form(turn: Turn, data: dict[str, Any]) -> Outcome:
    choices = [Choice(form.title, f":form {form.name}") for form in turn.forms.values()]
    choices += [Choice(say("documents.no_form"), ":form -"), Choice(say("labels.cancel"), ":cancel")]
    return Outcome((Reply(say("documents.which_form"), tuple(choices)),), conversation=_at("form", data))


def _card(turn: Turn, data: dict[str, Any]) -> Outcome:
    text = _whole(turn, _draft(turn, data))
    choices = (
        Choice(say("labels.confirm"), ":confirm"),
        Choice(say("documents.mend_date"), ":date"),
        Choice(say("labels.cancel"), ":cancel"),
    )
    return Outcome((Reply(text, choices),), conversation=_at("card", data))


def _confirm(turn: Turn, data: dict[str, Any]) -> Outcome:
    draft = _draft(turn, data)
    coming = next_occurrences(draft.rule, turn.now.date(), 1)
    if not coming:
        return _ask("date", data, say("documents.date_past"))
    effect = AddDeadline(None, draft.title, None, draft.rule.to_dict(), draft.form, None, draft.audience, draft.offsets)
    done = Reply(say("documents.confirmed", occurrence=coming[0]), (Choice(say("documents.see_deadlines"), "han"),))
    return Outcome((done,), (effect,), conversation=None)


def _draft(turn: Turn, data: dict[str, Any]) -> Deadline:
    rule = Rule.from_dict(data["rule"])
    return Deadline(
        0, None, data["title"], None, rule, data.get("form"), None, EVERY_COMMUNE, DEFAULT_OFFSETS, turn.now
    )


def _at(what: str, data: dict[str, Any]) -> Conversation:
    return Conversation("deadline", what, data)


COMMANDS = (
    Command("xemhan", see, ("xem han",), takes_words=True, when_idle=True),
    Command("hanmoi", add, ("han moi", "them han"), when_idle=True),
    Command("ketthuchan", end, takes_words=True),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {"deadline": step}
