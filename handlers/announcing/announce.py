"""Telling many: what, to whom, a look at it as they will see it, and only then out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers.announcing.audience import (
    ROLES,
    Data,
    allowed,
    audience,
    has_units_below,
    roles_named,
    typed_names,
    units_named,
    whole_province,
)
from handlers.announcing.told import approvers, head, line
from handlers.files import attached, refusal
from handlers.menu import role_name
from handlers.periods import asked, current
from handlers.permissions import units_for
from handlers.records.announcements import APPROVAL_HOURS, Announcement, SendAnnouncement
from handlers.records.files import StoredFile
from handlers.records.groups import Group
from handlers.records.privacy import NoteAccess
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Outcome, Push, Turn
from handlers.units import find_units, near_units
from knowledge.fold import fold
from knowledge.moments import parse_moment
from knowledge.personal import personal_numbers

LONGEST: Final = 1500
"""Characters of an announcement: with its head and its choice it is one message on every channel."""
MOST_FILES: Final = 5
_EARLIER: Final = 8
_LATEST: Final = dt.timedelta(days=366)


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
        return {"units": _ask_first, "time": _preview}.get(step, _ask_units)(turn, data)
    if action == ":units":
        return _ask_units(turn, data)
    steps = {"units": _units_step, "unfiled": _unfiled_step, "unread": _unread_step}
    steps |= {"roles": _roles_step, "time": _time_step}
    return steps.get(step, _preview_step)(turn, data, action)


def _ask(turn: Turn, step: str, data: Data) -> Outcome:
    """The question of this step (again)."""
    asks = {"units": _ask_units, "unfiled": _ask_unfiled, "unread": _ask_unread, "roles": _ask_roles, "time": _ask_time}
    return asks.get(step, _preview)(turn, data)


# --- what ---


def _ask_first(turn: Turn, data: Data) -> Outcome:
    return _ask_text(data)


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
    choices = (
        *(question.choices if question else ()),
        Choice(say("announce.all_units", count=len(allowed(turn))), ":all", say("announce.all_key")),
        *([] if question else [Choice(say("announce.only_unfiled"), ":unfiled")] if turn.forms else []),
        *([] if question else [Choice(say("announce.only_unread"), ":unread")]),
        _back(),
        _cancel(),
    )
    return _asking("units", data, Reply(question.text if question else say("announce.ask_units"), choices))


def _units_step(turn: Turn, data: Data, action: str) -> Outcome:
    everybody = {**_without(data, "left", "found", "out", "without", "alone", "unfiled", "unread"), "units": None}
    if action == ":all":
        return _ask_roles(turn, everybody)
    if action in {":unfiled", ":unread"}:
        return _ask(turn, action.removeprefix(":"), everybody)
    left: list[list[str]] = list(data.get("left", ()))
    if action.startswith(":unit ") and left:
        chosen = [unit.id for unit in allowed(turn) if str(unit.id) == action.removeprefix(":unit ")]
        return _name_units(turn, _found(data, left[0][0], chosen), left[1:])
    if action == ":leave" and left:
        return _name_units(turn, data, left[1:])
    if action or not turn.message.text:
        return _ask_units(turn, data)
    typed = typed_names(turn.message.text)
    names = [["+", name] for name in typed.wanted] + [["-", name] for name in typed.unwanted]
    if left and not typed.everything and len(names) == 1:
        # A single name answers the question "which one?", several begin anew.
        return _name_units(turn, data, [[left[0][0], names[0][1]], *left[1:]])
    return _name_units(turn, {**everybody, "all": typed.everything}, names)


def _found(data: Data, sign: str, keys: list[int]) -> Data:
    place = "found" if sign == "+" else "out"
    return {**data, place: [*data.get(place, ()), *keys]}


def _name_units(turn: Turn, data: Data, left: list[list[str]]) -> Outcome:
    """Find the units of the names one by one, and ask where one can mean several or none."""
    known = allowed(turn)
    while left:
        sign, name = left[0]
        units = find_units(name, known)
        if len(units) != 1:
            near = units or near_units(name, known)
            block = "which_unit" if units else "near_unit" if near else "no_unit"
            choices = [Choice(unit.name, f":unit {unit.id}") for unit in near]
            if data.get("found") or left[1:] or data.get("all"):
                choices.append(Choice(say("announce.leave_out"), ":leave"))
            question = Reply(say(f"announce.{block}", typed=name[:60]), tuple(choices))
            return _ask_units(turn, {**data, "left": left}, question)
        data = _found(data, sign, [units[0].id])
        left = left[1:]
    units_found, out = list(dict.fromkeys(data.get("found", ()))), list(dict.fromkeys(data.get("out", ())))
    everything = data.get("all")
    data = _without(data, "left", "found", "out", "all")
    if not everything and not units_found:
        return _ask_units(turn, data)
    return _ask_roles(turn, {**data, "units": None if everything else units_found, "without": out})


def _ask_unfiled(turn: Turn, data: Data) -> Outcome:
    choices = []
    for form in turn.forms.values():
        period = current(form, turn.reads.deadlines(), turn.now.date())[0].period
        label = say("announce.unfiled_item", form=form.title, period=period.label)
        choices.append(Choice(label, f":period {form.name} {period.code}"))
    return _asking("unfiled", data, Reply(say("announce.ask_unfiled"), (*choices, _back(), _cancel())))


def _unfiled_step(turn: Turn, data: Data, action: str) -> Outcome:
    found = asked(action.removeprefix(":period") or turn.message.text, turn.forms, turn.now.date())
    if found.form is None or found.period is None or found.rest or found.period.kind not in found.form.periods:
        return _with((Reply(say("labels.pick")),) if not action else (), _ask_unfiled(turn, data))
    return _ask_roles(turn, {**data, "units": None, "unfiled": [found.form.name, found.period.code]})


def _ask_unread(turn: Turn, data: Data) -> Outcome:
    told = _earlier(turn)
    if not told:
        return _with((Reply(say("announce.none")),), _ask_units(turn, data))
    choices = [Choice(say("announce.item", at=one.send_at, text=line(one)), f":told {one.uid}") for one in told]
    return _asking("unread", data, Reply(say("announce.ask_unread"), (*choices, _back(), _cancel())))


def _unread_step(turn: Turn, data: Data, action: str) -> Outcome:
    uid = action.removeprefix(":told ")
    if uid not in {one.uid for one in _earlier(turn)}:
        return _with((Reply(say("labels.pick")),) if not action else (), _ask_unread(turn, data))
    return _preview(turn, {**data, "units": None, "unread": uid, "roles": []})


def _earlier(turn: Turn) -> list[Announcement]:
    units = [unit.id for unit in units_for(turn.me, "theodoi", turn.reads)]
    return [one for one in turn.reads.announcements(units, 2 * _EARLIER) if one.state == "sent"][:_EARLIER]


def _ask_roles(turn: Turn, data: Data) -> Outcome:
    roles = tuple(Choice(role_name(role), f":role {role}") for role in ROLES)
    choices = (Choice(say("announce.everybody"), ":role all"), *roles, _back(), _cancel())
    return _asking("roles", data, Reply(say("announce.ask_roles", units=units_named(turn, data)), choices))


def _roles_step(turn: Turn, data: Data, action: str) -> Outcome:
    names: dict[str, str] = {"all": say("announce.everybody")} | {role: role_name(role) for role in ROLES}
    typed = [action.removeprefix(":role ")] if action else turn.message.text.split(",")
    chosen = [
        next((key for key, name in names.items() if fold(one.strip()) in {key, fold(name)}), None) for one in typed
    ]
    if None in chosen:
        return _with((Reply(say("labels.pick")),), _ask_roles(turn, data))
    return _preview(turn, {**data, "roles": [] if "all" in chosen else list(dict.fromkeys(chosen))})


# --- when ---


def _ask_time(turn: Turn, data: Data) -> Outcome:
    return _asking("time", data, Reply(say("announce.ask_time"), (_back(), _cancel()), numbered=False))


def _time_step(turn: Turn, data: Data, action: str) -> Outcome:
    at = parse_moment(turn.message.text, turn.now) if not action else None
    if at is None or not turn.now < at < turn.now + _LATEST:
        wrong = say("announce.time_past" if at else "announce.time_unclear")
        return _with((Reply(wrong),) if not action else (), _ask_time(turn, data))
    return _preview(turn, {**data, "at": at.isoformat()})


def _planned(turn: Turn, data: Data) -> dt.datetime | None:
    """When it is to go out; ``None``: at once, also where the moment has passed while it was composed."""
    at = dt.datetime.fromisoformat(data["at"]) if data.get("at") else None
    return at if at and at > turn.now else None


# --- out ---


def _preview_step(turn: Turn, data: Data, action: str) -> Outcome:
    if action == ":send":
        return _send(turn, data)
    if action == ":later":
        return _ask_time(turn, data)
    if action == ":test":
        tried = Reply(_text(turn, data), (Choice(say("announce.read"), "dadoc thu"),), _files(turn, data))
        return _with((tried,), _preview(turn, data, shown=False))
    change: dict[str, dict[str, object]] = {
        ":nofiles": {"files": []},
        ":now": {"at": None},
        ":alone": {"alone": not data.get("alone")},
        ":groups": {"groups": not data.get("groups")},
    }
    if action in change:
        return _preview(turn, {**data, **change[action]})
    if action:
        return _preview(turn, data)
    if turn.message.text and typed_names(turn.message.text).unwanted:
        return _leave_out(turn, data)
    return _with((Reply(say("labels.pick")),), _preview(turn, data))


def _leave_out(turn: Turn, data: Data) -> Outcome:
    """ "Trừ An Phú" below the preview."""
    out = list(data.get("without", ()))
    for name in typed_names(turn.message.text).unwanted:
        units = find_units(name, allowed(turn))
        if len(units) != 1:
            block = "which_except" if units else "no_except"
            near = [unit.name for unit in units or near_units(name, allowed(turn))]
            return _with((Reply(say(f"announce.{block}", typed=name[:60], near=near)),), _preview(turn, data))
        out.append(units[0].id)
    return _preview(turn, {**data, "without": list(dict.fromkeys(out))})


def _preview(turn: Turn, data: Data, *, shown: bool = True) -> Outcome:
    reach = turn.reads.reach(audience(turn, data), turn.me.id)
    where = {"units": units_named(turn, data), "roles": roles_named(data)}
    at, groups = _planned(turn, data), _groups(turn)
    mend = [
        Choice(say("announce.edit_text"), ":text"),
        Choice(say("announce.edit_audience"), ":units"),
        *([Choice(say("announce.alone_off" if data.get("alone") else "announce.alone_on"), ":alone")]
          if has_units_below(turn, data) else []),
        *([Choice(say("announce.groups_off"), ":groups")] if data.get("groups") else
          [Choice(say("announce.groups_on", count=len(groups)), ":groups")] if groups else []),
        *([Choice(say("announce.drop_files"), ":nofiles")] if data.get("files") else []),
        _cancel(),
    ]  # fmt: skip
    if not reach.people:
        return _asking("preview", data, Reply(say("announce.nobody", **where), tuple(mend)))
    summary = say(
        "announce.summary",
        people=reach.people,
        without=reach.without_account,
        sample=reach.sample,
        at=at,
        approval=_needs_approval(turn, data),
        numbers=personal_numbers(data.get("text", "")),
        groups=[one.title for one in groups if data.get("groups")],
        **where,
    )
    send = Choice(say("announce.send_later" if at else "announce.send", count=reach.people, at=at), ":send")
    when = Choice(say("announce.now"), ":now") if at else Choice(say("announce.later"), ":later")
    outcome = _asking("preview", data, Reply(summary, (send, Choice(say("announce.test"), ":test"), when, *mend)))
    outcome = replace(outcome, effects=(*outcome.effects, NoteAccess("view-addressees", "announcement")))
    return _with((_message(turn, data, ()),), outcome) if shown else outcome


def _text(turn: Turn, data: Data) -> str:
    return head(turn.me.unit.name, turn.me.name, data.get("text", ""))


def _message(turn: Turn, data: Data, choices: tuple[Choice, ...]) -> Reply:
    return Reply(_text(turn, data), choices, _files(turn, data))


def _files(turn: Turn, data: Data) -> tuple[StoredFile, ...]:
    return tuple(file for key in data.get("files", ()) if (file := turn.reads.file(key)))


def _groups(turn: Turn) -> Sequence[Group]:
    """The groups in which this person may post."""
    return turn.reads.groups([unit.id for unit in allowed(turn)])


def _needs_approval(turn: Turn, data: Data) -> bool:
    return whole_province(turn, data) and turn.reads.two_must_agree()


def _send(turn: Turn, data: Data) -> Outcome:
    meant = audience(turn, data)
    if data.get("groups"):
        meant = replace(meant, groups=tuple(one.account_id for one in _groups(turn)))
    reach = turn.reads.reach(meant, turn.me.id)
    if not reach.people:
        return _with((Reply(say("announce.nobody_left")),), _ask_units(turn, data))
    uid, at, approval = turn.fresh, _planned(turn, data), _needs_approval(turn, data)
    others = approvers(turn) if approval else ()
    if approval and not others:
        return _with((Reply(say("announce.no_approver")),), _preview(turn, data, shown=False))
    done = say(
        "announce.to_approve" if approval else "announce.planned" if at else "announce.sent",
        people=reach.people,
        without=reach.without_account,
        at=at,
        hours=APPROVAL_HOURS,
    )
    message = replace(_message(turn, data, (Choice(say("announce.read"), f"dadoc {uid}"),)), about=f"dadoc {uid}")
    effect = SendAnnouncement(uid, data.get("text", ""), _files(turn, data), meant, message, at, approval)
    about = {"author": turn.me.name, "text": data.get("text", "")[:120], "people": reach.people, "at": at}
    ask = Reply(say("announce.please_approve", **about), (Choice(say("announce.look"), f"duyettin {uid}"),))
    return Outcome(
        replies=(Reply(done, (Choice(say("announce.follow"), f"theodoi {uid}"),)),),
        effects=(effect,),
        pushes=tuple(Push(person.id, ask, "notice", f"approve:{uid}:{person.id}") for person in others),
        conversation=None,
    )


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
