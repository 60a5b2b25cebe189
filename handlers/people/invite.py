"""Letting somebody in: a unit, a role, perhaps a name; out comes a code to pass on, or to revoke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from handlers.menu import role_name
from handlers.people.codes import hash_code, last_moment, new_code
from handlers.people.names import valid_name
from handlers.permissions import may_invite, units_for
from handlers.records.people import IssueCode, OpenCode, RevokeCode, Role, Unit
from handlers.records.privacy import NoteAccess
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Outcome, Turn, say_only, typed_key
from handlers.units import find_units, near_units
from knowledge.fold import fold

_PAGE: Final = 8


def _invite(turn: Turn, words: str) -> Outcome:
    return _unit_named(turn, words) if words else _ask_unit()


def _step(turn: Turn) -> Outcome:
    assert turn.conversation is not None
    message, data = turn.message, turn.conversation.data
    action = message.action or ""
    if action == ":cancel":
        return Outcome(replies=(Reply(say("invite.cancelled")),), conversation=None)
    if action == ":back":
        return _ask_unit()
    if turn.conversation.step == "unit":
        return _unit_step(turn, action)
    unit = next((one for one in _units(turn) if one.id == data["unit"]), None)
    if unit is None:
        return _ask_unit()
    if turn.conversation.step == "role":
        role = _role(turn, action.removeprefix(":role ") if action else message.text)
        if role:
            return _ask_name(unit, role)
        again = _ask_role(turn, unit)
        return replace(again, replies=(Reply(say("labels.pick")), *again.replies))
    return _name_step(turn, unit, data, action)


def _unit_step(turn: Turn, action: str) -> Outcome:
    if action.startswith(":unit "):
        chosen = [unit for unit in _units(turn) if str(unit.id) == action.removeprefix(":unit ")]
        return _ask_role(turn, chosen[0]) if chosen else _ask_unit()
    return _ask_unit() if action or not turn.message.text else _unit_named(turn, turn.message.text)


def _unit_named(turn: Turn, typed: str) -> Outcome:
    units = _units(turn)
    found = find_units(typed, units)
    if len(found) == 1:
        return _ask_role(turn, found[0])
    near = found or near_units(typed, units)
    question = "which_unit" if found else "near_unit" if near else "no_unit"
    reply = Reply(say(f"invite.{question}", typed=typed[:60]), (*_unit_choices(near), _cancel()), numbered=bool(near))
    return Outcome((reply,), conversation=Conversation("invite", "unit"))


def _unit_choices(units: Sequence[Unit]) -> tuple[Choice, ...]:
    return tuple(Choice(unit.name, f":unit {unit.id}") for unit in units)


def _ask_unit() -> Outcome:
    reply = Reply(say("invite.ask_unit"), (_cancel(),), numbered=False)
    return Outcome((reply,), conversation=Conversation("invite", "unit"))


def _ask_role(turn: Turn, unit: Unit) -> Outcome:
    choices = tuple(Choice(role_name(role), f":role {role}") for role in may_invite(turn.me))
    reply = Reply(say("invite.ask_role", unit=unit.name), (*choices, _back(), _cancel()))
    return Outcome((reply,), conversation=Conversation("invite", "role", {"unit": unit.id}))


def _role(turn: Turn, typed: str) -> Role | None:
    return next((role for role in may_invite(turn.me) if fold(typed) in {role, fold(role_name(role))}), None)


def _ask_name(unit: Unit, role: Role, question: str = "ask_name") -> Outcome:
    skip = Choice(say("labels.skip"), ":skip", say("labels.skip_key"))
    text = say(f"invite.{question}", unit=unit.name, role=role_name(role))
    return Outcome(
        (Reply(text, (skip, _back(), _cancel()), numbered=False),),
        conversation=Conversation("invite", "name", {"unit": unit.id, "role": role}),
    )


def _name_step(turn: Turn, unit: Unit, data: Mapping[str, Any], action: str) -> Outcome:
    role = _role(turn, data["role"])
    if role is None:
        return _ask_role(turn, unit)
    if action == ":skip":
        return _issue(turn, unit, role, None)
    if action or not turn.message.text:
        return _ask_name(unit, role)
    name = valid_name(turn.message.text)
    return _issue(turn, unit, role, name) if name else _ask_name(unit, role, "bad_name")


def _issue(turn: Turn, unit: Unit, role: Role, name: str | None) -> Outcome:
    code = new_code(turn.fresh)
    expires = last_moment(turn.now)
    values = {"unit": unit.name, "role": role_name(role), "name": name or "", "expires": expires}
    forward = say("invite.forward", code=code, home=turn.home, **values)
    return Outcome(
        replies=(Reply(say("invite.issued", **values)), Reply(forward, secret=code)),
        effects=(IssueCode(hash_code(code), unit.id, role, name, expires),),
        conversation=None,
    )


def _codes(turn: Turn, words: str) -> Outcome:
    """/mamoi [page]: the codes that nobody has used yet, to be revoked."""
    codes = _open(turn)
    if not codes:
        return say_only(say("invite.no_codes"), Choice(say("help.menu_moi"), "moi"))
    page = min(max(1, typed_key(words) or 1), -(-len(codes) // _PAGE))
    shown = codes[(page - 1) * _PAGE : page * _PAGE]
    lines = [say("invite.code_line", **_about(code)) for code in shown]
    choices = [Choice(say("invite.revoke", **_about(code)), f"thuma {code.id}") for code in shown]
    more = [Choice(say("directory.more"), f"mamoi {page + 1}")] if len(codes) > page * _PAGE else []
    text = say("invite.codes", count=len(codes), lines=lines)
    return Outcome((Reply(text, (*choices, *more)),), (NoteAccess("view-codes", "codes"),))


def _revoke(turn: Turn, words: str) -> Outcome:
    key = typed_key(words)
    code = next((one for one in _open(turn) if one.id == key), None)
    to_list = Choice(say("invite.to_codes"), "mamoi")
    if code is None:
        return say_only(say("invite.not_open"), to_list)
    revoked = Reply(say("invite.revoked", **_about(code)), (to_list,))
    return Outcome(replies=(revoked,), effects=(RevokeCode(code.id),))


def _open(turn: Turn) -> list[OpenCode]:
    """Those that this person could have made."""
    roles = may_invite(turn.me)
    codes = turn.reads.open_codes([unit.id for unit in units_for(turn.me, "mamoi", turn.reads)], turn.now)
    return [code for code in codes if code.role in roles]


def _about(code: OpenCode) -> dict[str, Any]:
    return {
        "unit": code.unit.name,
        "role": role_name(code.role),
        "name": code.person_name or "",
        "expires": code.expires_at,
        "issuer": code.issuer or "",
        "replaces": code.replaces or "",
    }


def _units(turn: Turn) -> Sequence[Unit]:
    return units_for(turn.me, "moi", turn.reads)


def _back() -> Choice:
    return Choice(say("labels.back"), ":back", say("labels.back_key"))


def _cancel() -> Choice:
    return Choice(say("labels.cancel"), ":cancel", say("labels.cancel_key"))


COMMANDS = (
    Command("moi", _invite, ("moi nguoi moi", "moi nguoi", "tao ma")),
    Command("mamoi", _codes, ("ma moi", "ma dang ky")),
    Command("thuma", _revoke),
)
FLOWS = {"invite": _step}
