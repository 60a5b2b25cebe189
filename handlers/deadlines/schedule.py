"""Staff look after the calendar: see a deadline whole, add or mend one, pause it, take it out of force.

A deadline in the making is the conversation's data: "id" (of one that is mended), "title", "rule", "audience", "form",
"offsets", "owner". Nothing changes before it was shown with its next days and confirmed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from handlers.deadlines.card import coming, staff, whole
from handlers.deadlines.concerned import audience_name, everyone, may_change, may_see, typed_audience
from handlers.deadlines.list_file import read_list
from handlers.menu import role_name
from handlers.permissions import scope
from handlers.records.deadlines import (
    AddDeadline,
    Deadline,
    EndDeadline,
    MendDeadline,
    PauseDeadline,
)
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Effect, Outcome, Turn, say_only, typed_key
from knowledge.calendar import DEFAULT_OFFSETS, Rule, next_occurrences
from knowledge.fold import fold, one_line
from knowledge.proposals import typed_offsets, typed_rule

_MOST: Final = 10
_LONGEST: Final = 200
_PARTS: Final = ("title", "date", "units", "roles", "form", "offsets", "owner")
"""What can be mended, in the order in which it is shown."""
_ROLES: Final = {"cadre": ["cadre"], "staff": ["staff"], "both": ["cadre", "staff"]}

Data = dict[str, Any]


def see(turn: Turn, words: str) -> Outcome:
    """One deadline with its source and its next days, or all of them to choose from."""
    if not words:
        return _list(turn)
    deadline = _found(turn, words)
    if deadline is None:
        return say_only(say("schedule.gone"))
    choices = []
    if may_change(turn, "suahan", deadline):
        pause = ("schedule.resume", "tieptuchan") if deadline.state == "paused" else ("schedule.pause", "tamdunghan")
        choices = [
            Choice(say("schedule.mend"), f"suahan {deadline.id}"),
            Choice(say(pause[0]), f"{pause[1]} {deadline.id}"),
            Choice(say("schedule.end"), f"ketthuchan {deadline.id}"),
        ]
    return say_only(whole(turn, deadline), *choices, Choice(say("schedule.all"), "han"))


def _found(turn: Turn, words: str) -> Deadline | None:
    key = typed_key(words)
    deadline = turn.reads.deadline(key) if key is not None else None
    return deadline if deadline is not None and may_see(turn, deadline) else None


def _not_yours(deadline: Deadline) -> Outcome:
    return say_only(say("schedule.not_yours", title=deadline.title), Choice(say("schedule.all"), "han"))


def _list(turn: Turn) -> Outcome:
    seen = [deadline for deadline in turn.reads.calendar() if may_see(turn, deadline)][-_MOST:]
    choices = [Choice(deadline.title, f"xemhan {deadline.id}") for deadline in seen]
    if scope(turn.me, "hanmoi"):
        choices.append(Choice(say("deadline.add"), "hanmoi"))
    return say_only(say("schedule.which" if choices else "deadline.none"), *choices)


# --- pausing, going on, ending: asked once more, with the days that this is about ---


def _changing(name: str, block: str, effect: Callable[[int], Effect]) -> Callable[[Turn, str], Outcome]:
    def change(turn: Turn, words: str) -> Outcome:
        key, _, sure = words.partition(" ")
        deadline = _found(turn, key)
        if deadline is None:
            return say_only(say("schedule.gone"))
        if not may_change(turn, name, deadline):
            return _not_yours(deadline)
        if not sure:
            yes = Choice(say("labels.yes"), f"{name} {deadline.id} dongy")
            no = Choice(say("labels.no"), f"xemhan {deadline.id}")
            text = say(f"schedule.{block}_sure", title=deadline.title)
            days = say("schedule.coming", coming=coming(turn, deadline.rule))
            return say_only(f"{text}\n{days}", yes, no)
        done = Reply(say(f"schedule.{block}_done", title=deadline.title), (Choice(say("schedule.all"), "han"),))
        return Outcome((done,), (effect(deadline.id),))

    return change


# --- adding and mending ---


def add(turn: Turn, words: str) -> Outcome:
    """Begin a deadline that no document sets; or take in a list of them."""
    if turn.message.files:
        return _take_list(turn)
    return _titled(turn, {}, words) if words else _ask(turn, "title", {})


def mend(turn: Turn, words: str) -> Outcome:
    """Open a deadline for changes."""
    deadline = _found(turn, words)
    if deadline is None:
        return say_only(say("schedule.gone")) if words else _list(turn)
    if not may_change(turn, "suahan", deadline):
        return _not_yours(deadline)
    data = {
        "id": deadline.id,
        "title": deadline.title,
        "rule": deadline.rule.to_dict(),
        "audience": dict(deadline.audience),
        "form": deadline.form,
        "offsets": list(deadline.offsets),
        "owner": deadline.owner_id,
    }
    return _mend_what(turn, data)


def step(turn: Turn) -> Outcome:
    """The next answer about the deadline."""
    assert turn.conversation is not None
    at, data = turn.conversation.step, dict(turn.conversation.data)
    action, _, rest = (turn.message.action or "").partition(" ")
    if action == ":cancel":
        return Outcome((Reply(say("schedule.dropped")),), conversation=None)
    if turn.message.files and at in {"title", "list"} and "id" not in data:
        return _take_list(turn)
    if at == "list":
        return _confirm_list(turn, data) if action == ":confirm" else _show_list(turn, data)
    if action == ":confirm" and at == "card":
        return _confirm(turn, data)
    if action == ":mend" and "form" in data:
        return _mend_what(turn, data)
    if action == ":card" and "form" in data:
        return _card(turn, data)
    if action.removeprefix(":") in _PARTS and not rest and ("form" in data or action == ":date"):
        return _ask(turn, action.removeprefix(":"), data)
    if action in _TAPPED and rest and at == action.removeprefix(":"):
        return _TAPPED[action](turn, data, rest)
    if turn.message.action is None and turn.message.text and not turn.message.files and at in _TYPED:
        return _TYPED[at](turn, data, turn.message.text)
    if turn.message.action is None and turn.message.text and not turn.message.files:
        return _dated(turn, data, turn.message.text, at)
    return _again(turn, data, at)


def _again(turn: Turn, data: Data, at: str) -> Outcome:
    if at == "card":
        return _card(turn, data)
    return _mend_what(turn, data) if at == "mend" else _ask(turn, at, data)


def _next(turn: Turn, data: Data) -> Outcome:
    """What is still to be asked, or the card."""
    missing = next(
        (part for part, name in (("title", "title"), ("date", "rule"), ("form", "form")) if name not in data), ""
    )
    return _ask(turn, missing, data) if missing else _card(turn, data)


def _titled(turn: Turn, data: Data, text: str) -> Outcome:
    if not any(map(str.isalpha, text)):
        return _ask(turn, "title", data)
    return _next(turn, {**data, "title": one_line(text)[:_LONGEST]})


def _dated(turn: Turn, data: Data, text: str, at: str = "date") -> Outcome:
    rule = typed_rule(text, str(data.get("rule", {}).get("every", "once")), turn.now.date())
    if rule is None and at != "date":
        again = _again(turn, data, at)
        return replace(again, replies=(Reply(say("labels.pick")), *again.replies))
    if rule is None:
        return _ask(turn, "date", data, say("documents.no_date", typed=text[:60]))
    if not rule.awaits_date and not next_occurrences(rule, turn.now.date(), 1):
        return _ask(turn, "date", data, say("documents.date_past"))
    return _next(turn, {**data, "rule": rule.to_dict()})


def _united(turn: Turn, data: Data, text: str) -> Outcome:
    audience, problem = typed_audience(turn, text)
    if audience is None:
        return _ask(turn, "units", data, problem)
    roles = data.get("audience", {}).get("roles")
    return _next(turn, {**data, "audience": {**audience, **({"roles": roles} if roles else {})}})


def _roled(turn: Turn, data: Data, text: str) -> Outcome:
    roles = _ROLES.get(text)
    if roles is None:
        return _ask(turn, "roles", data)
    units = {name: value for name, value in (data.get("audience") or everyone(turn)).items() if name != "roles"}
    return _next(turn, {**data, "audience": {**units, **({"roles": roles} if text != "cadre" else {})}})


def _formed(turn: Turn, data: Data, text: str) -> Outcome:
    return _next(turn, {**data, "form": text if text in turn.forms else None})


def _reminded(turn: Turn, data: Data, text: str) -> Outcome:
    offsets = DEFAULT_OFFSETS if text == "default" else typed_offsets(text)
    if offsets is None:
        return _ask(turn, "offsets", data, say("schedule.offsets_unclear", typed=text[:60]))
    return _next(turn, {**data, "offsets": list(offsets)})


def _owned(turn: Turn, data: Data, text: str) -> Outcome:
    found = [one for one in staff(turn) if str(one.id) == text or fold(text) in fold(one.name)]
    if len(found) != 1:
        return _ask(turn, "owner", data, say("schedule.owner_unclear", typed=text[:60]))
    return _next(turn, {**data, "owner": found[0].id})


_TYPED: Final = {"title": _titled, "date": _dated, "units": _united, "offsets": _reminded, "owner": _owned}
_TAPPED: Final = {":form": _formed, ":roles": _roled, ":owner": _owned, ":offsets": _reminded, ":units": _united}


def _ask(turn: Turn, what: str, data: Data, problem: str = "") -> Outcome:
    """The question for one part; of a deadline that is whole, with a way back to it."""
    choices = _options(turn, what)
    if "form" in data:
        choices.append(Choice(say("labels.back"), ":card", say("labels.back_key")))
    choices.append(Choice(say("labels.cancel"), ":cancel", say("labels.cancel_key")))
    question = problem or say(_QUESTIONS[what])
    numbered = what in {"form", "roles"}
    return Outcome((Reply(question, tuple(choices), numbered=numbered),), conversation=_at(what, data))


_QUESTIONS: Final = {
    "title": "schedule.which_title",
    "date": "documents.which_date",
    "units": "documents.which_units",
    "roles": "schedule.which_roles",
    "form": "documents.which_form",
    "offsets": "schedule.which_offsets",
    "owner": "schedule.which_owner",
}


def _options(turn: Turn, what: str) -> list[Choice]:
    match what:
        case "form":
            forms = [Choice(form.title, f":form {form.name}") for form in turn.forms.values()]
            return [*forms, Choice(say("documents.no_form"), ":form -")]
        case "units":
            return [Choice(say("documents.everyone"), ":units tất cả", say("documents.everyone_key"))]
        case "roles":
            named = {"cadre": role_name("cadre"), "staff": role_name("staff"), "both": say("schedule.both_roles")}
            return [Choice(label, f":roles {key}") for key, label in named.items()]
        case "offsets":
            return [Choice(say("schedule.default_offsets"), ":offsets default")]
        case "owner":
            return [Choice(one.name, f":owner {one.id}") for one in staff(turn)[:_MOST]]
    return []


def _mend_what(turn: Turn, data: Data) -> Outcome:
    choices = [Choice(say(f"schedule.mend_{part}"), f":{part}") for part in _PARTS]
    back = Choice(say("labels.back"), ":card", say("labels.back_key"))
    cancel = Choice(say("labels.cancel"), ":cancel", say("labels.cancel_key"))
    text = say("schedule.mend_what", title=data["title"])
    return Outcome((Reply(text, (*choices, back, cancel)),), conversation=_at("mend", data))


def _card(turn: Turn, data: Data) -> Outcome:
    choices = (
        Choice(say("labels.confirm"), ":confirm"),
        Choice(say("schedule.mend_more"), ":mend"),
        Choice(say("labels.cancel"), ":cancel"),
    )
    return Outcome((Reply(whole(turn, _draft(turn, data)), choices),), conversation=_at("card", data))


def _confirm(turn: Turn, data: Data) -> Outcome:
    draft = _draft(turn, data)
    first = next_occurrences(draft.rule, turn.now.date(), 1)
    if not first and not draft.rule.awaits_date:
        return _ask(turn, "date", data, say("documents.date_past"))
    known = turn.reads.deadline(draft.id) if draft.id else None
    if draft.id and (known is None or not may_change(turn, "suahan", known)):
        return Outcome((Reply(say("schedule.gone")),), conversation=None)
    shared = (draft.audience, draft.offsets, draft.owner_id)
    effect: Effect
    if draft.id:
        effect = MendDeadline(draft.id, draft.title, draft.rule.to_dict(), draft.form, *shared)
        text = say("schedule.mended")
    else:
        effect = _adding(data, draft)
        text = say("documents.confirmed", occurrence=first[0] if first else None)
    done = Reply(text, (Choice(say("documents.see_deadlines"), "han"),))
    return Outcome((done,), (effect,), conversation=None)


def _adding(data: Data, draft: Deadline) -> AddDeadline:
    to_whom = data.get("to_whom")
    rule = draft.rule.to_dict()
    return AddDeadline(
        None, draft.title, None, rule, draft.form, to_whom, draft.audience, draft.offsets, draft.owner_id
    )


def _draft(turn: Turn, data: Data) -> Deadline:
    """The deadline as it would be; its source, which nobody mends, from the one in force."""
    key = data.get("id", 0)
    known = turn.reads.deadline(key) if key else None
    audience = data.get("audience") or everyone(turn)
    below = [unit.id for root in audience.get("within", ()) for unit in turn.reads.units_within(root)]
    draft = Deadline(
        key,
        None,
        data["title"],
        None,
        Rule.from_dict(data["rule"]),
        data.get("form"),
        data.get("to_whom"),
        audience,
        tuple(data.get("offsets", DEFAULT_OFFSETS)),
        turn.now,
        owner_id=data.get("owner", turn.me.id),
        within=frozenset(below),
    )
    if known is None:
        return draft
    return replace(draft, document_id=known.document_id, quote=known.quote, to_whom=known.to_whom, state=known.state)


# --- a list of them ---


def _take_list(turn: Turn) -> Outcome:
    file = turn.message.files[0]
    if file.text is None or len(turn.message.files) > 1:
        return _ask(turn, "title", {}, say("schedule.list_unreadable", name=file.name))
    found, problems = read_list(turn, file.text)
    if problems:
        shown = [(one.line, one.reason) for one in problems[:_MOST]]
        return _ask(turn, "title", {}, say("schedule.list_refused", problems=shown, more=len(problems) - len(shown)))
    return _show_list(turn, {"rows": found})


def _show_list(turn: Turn, data: Data) -> Outcome:
    lines = []
    for row in data["rows"]:
        draft = _draft(turn, row)
        line = (draft.title, draft.rule, audience_name(turn, draft.audience), coming(turn, draft.rule))
        lines.append(line)
    choices = (Choice(say("labels.confirm"), ":confirm"), Choice(say("labels.cancel"), ":cancel"))
    return Outcome((Reply(say("schedule.list", lines=lines), choices),), conversation=_at("list", data))


def _confirm_list(turn: Turn, data: Data) -> Outcome:
    effects = tuple(_adding(row, _draft(turn, row)) for row in data["rows"])
    done = Reply(say("schedule.list_done", count=len(effects)), (Choice(say("documents.see_deadlines"), "han"),))
    return Outcome((done,), effects, conversation=None)


def _at(what: str, data: Data) -> Conversation:
    return Conversation("deadline", what, data)


COMMANDS = (
    Command("xemhan", see, ("xem han",), takes_words=True, when_idle=True),
    Command("hanmoi", add, ("han moi", "them han"), when_idle=True),
    Command("suahan", mend, ("sua han",), takes_words=True, when_idle=True),
    Command("tamdunghan", _changing("tamdunghan", "pause", lambda key: PauseDeadline(key, True)), takes_words=True),
    Command("tieptuchan", _changing("tieptuchan", "resume", lambda key: PauseDeadline(key, False)), takes_words=True),
    Command("ketthuchan", _changing("ketthuchan", "end", EndDeadline), takes_words=True),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {"deadline": step}
