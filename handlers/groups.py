"""Groups: the bot answers who addresses it, from the documents alone; what is anybody's own is for the private chat.

Staff register a group by typing /nhom in it; then announcements can be posted there, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.links import GROUP_COMMANDS, payload
from handlers.permissions import scope, units_for
from handlers.records.groups import DropGroup, RegisterGroup
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only, typed_key


def answer(turn: Turn, found: tuple[Command, str] | None, ask: Command) -> Outcome:
    """What is said in a group to whoever has addressed the bot. ``found``: the command in it, ``ask``: that which
    answers questions."""
    assert turn.group is not None
    if turn.person is None or not turn.person.agreed:
        return _privately(say("groups.stranger"))
    command, words = found or (None, "")
    registers = command is not None and command.name in {"nhom", "bonhom"}
    if not registers and turn.reads.group(turn.account.id) is None:
        return _privately(say("groups.not_registered", may=scope(turn.me, "nhom") is not None))
    if command is not None and (command.name not in GROUP_COMMANDS or scope(turn.me, command.name) is None):
        return _privately(say("groups.private"), f"{command.name} {words}".strip())
    if command is not None:
        return command.run(turn, words)
    if turn.message.files or not turn.message.text or (turn.message.action or "").startswith(":"):
        return _privately(say("groups.only_questions"))
    return ask.run(turn, turn.message.text)


def _privately(text: str, action: str = "trogiup") -> Outcome:
    """In the private chat it goes on with what was asked for, where a link can carry that."""
    return say_only(text, Choice(say("groups.open"), action if payload(action) else "trogiup"))


def _register(turn: Turn, words: str) -> Outcome:
    """/nhom: in a group registers it; in the private chat lists the groups."""
    if turn.group is None:
        return _list(turn)
    known = turn.reads.group(turn.account.id)
    drop = Choice(say("groups.drop"), f"bonhom {turn.account.id}")
    if known is not None and known.title == turn.group:
        return say_only(say("groups.registered_already"), drop)
    unit = units_for(turn.me, "thongbao", turn.reads)
    top = turn.me.unit.parent_id if turn.me.unit.kind == "office" and turn.me.unit.parent_id else turn.me.unit.id
    home = known.unit_id if known else top if top in {one.id for one in unit} else turn.me.unit.id
    reply = Reply(say("groups.registered", title=turn.group), (drop,))
    return Outcome((reply,), (RegisterGroup(turn.account.id, turn.group, home),))


def _list(turn: Turn) -> Outcome:
    groups = turn.reads.groups([unit.id for unit in units_for(turn.me, "nhom", turn.reads)])
    choices = [Choice(say("groups.drop_named", title=one.title), f"bonhom {one.account_id}") for one in groups]
    return say_only(say("groups.list", titles=[one.title for one in groups]), *choices)


def _drop(turn: Turn, words: str) -> Outcome:
    """/bonhom: the group is told nothing more."""
    key = typed_key(words) if words else turn.account.id
    known = turn.reads.group(key) if key is not None else None
    if known is None or known.unit_id not in {unit.id for unit in units_for(turn.me, "nhom", turn.reads)}:
        return say_only(say("groups.unknown"))
    return Outcome((Reply(say("groups.dropped", title=known.title)),), (DropGroup(known.account_id),))


COMMANDS = (
    Command("nhom", _register, ("dang ky nhom", "nhom chat")),
    Command("bonhom", _drop, ("bo nhom", "go nhom")),
)
FLOWS: Mapping[str, Callable[[Turn], Outcome]] = {}
