"""Telling many: what, to whom, a look at it as they will see it, and only then out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from handlers.files import attached, refusal
from handlers.menu import role_name
from handlers.permissions import units_for
from handlers.records.announcements import Audience, SendAnnouncement
from handlers.records.files import StoredFile
from handlers.records.people import Role, Unit
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Outcome, Turn
from handlers.units import find_units, near_units
from knowledge.fold import fold
from knowledge.personal import personal_numbers

LONGEST: Final = 1500
"""Characters of an announcement: with its head and its choice it is one message on every channel."""
MOST_FILES: Final = 5
_ROLES: Final[tuple[Role, ...]] = ("cadre", "staff", "supervisor", "admin")
_SHOWN_UNITS: Final = 4

Data = Mapping[str, Any]
"""What is decided so far: "text", "files" (keys), "units" (keys; None: all), "roles" (none: all), and while units are
being named "left" (names still to be found) and "found" (keys)."""


def _announce(turn: Turn, words: str) -> Outcome:
    if words or turn.message.files:
        return _compose(turn, {}, words)
    return _ask_text({})


def _step(turn: Turn) -> Outcome:
    assert turn.conversation is not None
    message, data, step = turn.message, turn.conversation.data, turn.conversation.step
    action = message.action or ""
    if action == ":cancel":
        return Outcome(replies=(Reply(say("announce.cancelled")),), conversation=None)
    if step == "text" or action == ":text":
        return _ask_text(data) if action else _compose(turn, data, message.text)
    if message.files:
        data, notes = _attach(turn, data)
        return _with(notes, _ask(turn, step, data))
    if action == ":back":
        return _ask_text(data) if step == "units" else _ask_units(turn, data)
    if action == ":units":
        return _ask_units(turn, data)
    if step == "units":
        return _units_step(turn, data, action)
    if step == "roles":
        return _roles_step(turn, data, action)
    if action == ":send":
        return _send(turn, data)
    if not action:
        return _with((Reply(say("labels.pick")),), _preview(turn, data))
    return _preview(turn, {**data, "files": []} if action == ":nofiles" else data)


def _ask(turn: Turn, step: str, data: Data) -> Outcome:
    """The question of this step (again)."""
    ask = {"units": _ask_units, "roles": _ask_roles}.get(step, _preview)
    return ask(turn, data)


# --- what ---


def _ask_text(data: Data) -> Outcome:
    return _asking("text", data, Reply(say("announce.ask_text", limit=LONGEST), (_cancel(),), numbered=False))


def _compose(turn: Turn, data: Data, text: str) -> Outcome:
    data, notes = _attach(turn, data)
    if len(text) > LONGEST:
        too_long = Reply(say("announce.too_long", length=len(text), limit=LONGEST), (_cancel(),), numbered=False)
        return _with(notes, _asking("text", data, too_long))
    if text:
        data = {**data, "text": text}
    if not data.get("text") and not data.get("files"):
        empty = () if notes else (Reply(say("announce.empty"), (_cancel(),), numbered=False),)
        return Outcome(replies=(*notes, *empty), conversation=Conversation("announce", "text", data))
    return _with(notes, _preview(turn, data) if "units" in data and "roles" in data else _ask_units(turn, data))


def _attach(turn: Turn, data: Data) -> tuple[Data, tuple[Reply, ...]]:
    """The files of this message added, and what is to be said of each."""
    files, notes = list(data.get("files", ())), []
    for file in turn.message.files:
        stored = attached(file)
        if stored is None:
            notes.append(Reply(refusal(file)))
        elif len(files) >= MOST_FILES:
            notes.append(Reply(say("announce.too_many_files", name=file.name, most=MOST_FILES)))
        else:
            files.append(stored.id)
            notes.append(Reply(say("announce.attached", name=file.name)))
    return {**data, "files": files}, tuple(notes)


# --- to whom ---


def _ask_units(turn: Turn, data: Data, question: Reply | None = None) -> Outcome:
    everywhere = Choice(say("announce.all_units", count=len(_allowed(turn))), ":all", say("announce.all_key"))
    text = question.text if question else say("announce.ask_units")
    choices = (*(question.choices if question else ()), everywhere, _back(), _cancel())
    return _asking("units", data, Reply(text, choices))


def _units_step(turn: Turn, data: Data, action: str) -> Outcome:
    if action == ":all":
        return _ask_roles(turn, {**_without(data, "left", "found"), "units": None})
    left: list[str] = list(data.get("left", ()))
    found: list[int] = list(data.get("found", ()))
    if action.startswith(":unit "):
        chosen = [unit.id for unit in _allowed(turn) if str(unit.id) == action.removeprefix(":unit ")]
        return _name_units(turn, data, left[1:], found + chosen)
    if action == ":leave":
        return _name_units(turn, data, left[1:], found)
    if action or not turn.message.text:
        return _ask_units(turn, data)
    names = [name.strip() for name in turn.message.text.replace(";", ",").replace("\n", ",").split(",")]
    # A single name answers the question "which one?", several begin anew.
    fresh = len(names) > 1 or not left
    return _name_units(turn, data, [n for n in names if n] + ([] if fresh else left[1:]), [] if fresh else found)


def _name_units(turn: Turn, data: Data, left: list[str], found: list[int]) -> Outcome:
    """Find the units of the names one by one, and ask where one can mean several or none."""
    allowed = _allowed(turn)
    while left:
        units = find_units(left[0], allowed)
        if len(units) != 1:
            near = units or near_units(left[0], allowed)
            block = "which_unit" if units else "near_unit" if near else "no_unit"
            choices = [Choice(unit.name, f":unit {unit.id}") for unit in near]
            if found or left[1:]:
                choices.append(Choice(say("announce.leave_out"), ":leave"))
            question = Reply(say(f"announce.{block}", typed=left[0][:60]), tuple(choices))
            return _ask_units(turn, {**data, "left": left, "found": found}, question)
        found = [*found, units[0].id]
        left = left[1:]
    data = _without(data, "left", "found")
    return _ask_roles(turn, {**data, "units": list(dict.fromkeys(found))}) if found else _ask_units(turn, data)


def _ask_roles(turn: Turn, data: Data) -> Outcome:
    roles = tuple(Choice(role_name(role), f":role {role}") for role in _ROLES)
    choices = (Choice(say("announce.everybody"), ":role all"), *roles, _back(), _cancel())
    return _asking("roles", data, Reply(say("announce.ask_roles", units=_units_named(turn, data)), choices))


def _roles_step(turn: Turn, data: Data, action: str) -> Outcome:
    names: dict[str, str] = {"all": say("announce.everybody")} | {role: role_name(role) for role in _ROLES}
    typed = [action.removeprefix(":role ")] if action else turn.message.text.split(",")
    chosen = [
        next((key for key, name in names.items() if fold(one.strip()) in {key, fold(name)}), None) for one in typed
    ]
    if None in chosen:
        return _with((Reply(say("labels.pick")),), _ask_roles(turn, data))
    return _preview(turn, {**data, "roles": [] if "all" in chosen else list(dict.fromkeys(chosen))})


def _allowed(turn: Turn) -> Sequence[Unit]:
    return units_for(turn.me, "thongbao", turn.reads)


def _audience(turn: Turn, data: Data) -> Audience:
    """The units that were named and all below them, as far as this person may write to them."""
    allowed = [unit.id for unit in _allowed(turn)]
    if data["units"] is not None:
        named = {unit.id for key in data["units"] for unit in turn.reads.units_within(key)}
        allowed = [key for key in allowed if key in named]
    return Audience(tuple(allowed), tuple(data["roles"]) or _ROLES)


def _units_named(turn: Turn, data: Data) -> str:
    if data["units"] is None:
        return say("announce.units_all", count=len(_allowed(turn)))
    names = [unit.name for key in data["units"] if (unit := turn.reads.unit(key))]
    return say("announce.units_named", names=names[:_SHOWN_UNITS], more=max(0, len(names) - _SHOWN_UNITS))


def _roles_named(data: Data) -> str:
    return ", ".join(role_name(role) for role in data["roles"]) or say("announce.everybody")


# --- out ---


def _preview(turn: Turn, data: Data) -> Outcome:
    reach = turn.reads.reach(_audience(turn, data), turn.me.id)
    where = {"units": _units_named(turn, data), "roles": _roles_named(data)}
    files = (Choice(say("announce.drop_files"), ":nofiles"),) if data.get("files") else ()
    mend = (
        Choice(say("announce.edit_text"), ":text"),
        Choice(say("announce.edit_audience"), ":units"),
        *files,
        _cancel(),
    )
    if not reach.people:
        return _asking("preview", data, Reply(say("announce.nobody", **where), mend))
    summary = say(
        "announce.summary",
        people=reach.people,
        without=reach.without_account,
        numbers=personal_numbers(data.get("text", "")),
        **where,
    )
    send = Choice(say("announce.send", count=reach.people), ":send")
    shown = _message(turn, data, ())
    return _with((shown,), _asking("preview", data, Reply(summary, (send, *mend))))


def _message(turn: Turn, data: Data, choices: tuple[Choice, ...]) -> Reply:
    text = say("announce.message", unit=turn.me.unit.name, author=turn.me.name, text=data.get("text", ""))
    return Reply(text, choices, _files(turn, data))


def _files(turn: Turn, data: Data) -> tuple[StoredFile, ...]:
    return tuple(file for key in data.get("files", ()) if (file := turn.reads.file(key)))


def _send(turn: Turn, data: Data) -> Outcome:
    audience = _audience(turn, data)
    reach = turn.reads.reach(audience, turn.me.id)
    if not reach.people:
        return _with((Reply(say("announce.nobody_left")),), _ask_units(turn, data))
    uid = turn.fresh
    message = _message(turn, data, (Choice(say("announce.read"), f"dadoc {uid}"),))
    done = Reply(
        say("announce.sent", people=reach.people, without=reach.without_account),
        (Choice(say("announce.follow"), f"theodoi {uid}"),),
    )
    effect = SendAnnouncement(uid, data.get("text", ""), _files(turn, data), audience, message)
    return Outcome(replies=(done,), effects=(effect,), conversation=None)


def _asking(step: str, data: Data, reply: Reply) -> Outcome:
    return Outcome(replies=(reply,), conversation=Conversation("announce", step, data))


def _with(first: tuple[Reply, ...], outcome: Outcome) -> Outcome:
    return Outcome((*first, *outcome.replies), outcome.effects, outcome.pushes, outcome.conversation)


def _without(data: Data, *names: str) -> Data:
    return {name: value for name, value in data.items() if name not in names}


def _back() -> Choice:
    return Choice(say("labels.back"), ":back", say("labels.back_key"))


def _cancel() -> Choice:
    return Choice(say("labels.cancel"), ":cancel", say("labels.cancel_key"))


COMMANDS = (Command("thongbao", _announce, ("thong bao", "soan thong bao", "gui thong bao")),)
FLOWS = {"announce": _step}
