"""/gopnguoi: somebody has enrolled twice, and staff make one person of the two, after they saw both side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.people.persons import chosen, label, matching, people_for, where_reached, who
from handlers.permissions import may_invite
from handlers.records.people import MergePeople, Person
from handlers.records.privacy import NoteAccess
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import KEEP, Command, Conversation, Outcome, Push, Turn, say_only, typed_key
from knowledge.fold import fold

_OFFERED: Final = 6


def _same(turn: Turn, words: str) -> Outcome:
    """/gopnguoi name; or key, then the other's name or key, then "giu" (the first one is kept)."""
    first, _, rest = words.strip().partition(" ")
    first, rest = (first, rest) if typed_key(first) is not None else (words, "")
    one = chosen(turn, "gopnguoi", first)
    if isinstance(one, Outcome):
        return one
    if one.role not in may_invite(turn.me):
        return say_only(say("same.not_yours", **who(one)), Choice(say("directory.to_list"), "danhba"))
    rest, sure = (rest.removesuffix(" giu"), True) if rest.endswith(" giu") else (rest, False)
    others = [
        other for other in people_for(turn, "gopnguoi") if other.id != one.id and other.role in may_invite(turn.me)
    ]
    key = typed_key(rest)
    found = [other for other in others if other.id == key] if key is not None else matching(rest, others)
    if not rest or len(found) != 1:
        return _ask(turn, one, found if rest else _likely(one, others), rest)
    return _merge(turn, one, found[0]) if sure else _compare(turn, one, found[0])


def _likely(one: Person, others: Sequence[Person]) -> list[Person]:
    """Who may be the same human: those of the same name, then those of the same unit."""
    named = [other for other in others if fold(other.name) == fold(one.name)]
    return [*named, *(other for other in others if other.unit.id == one.unit.id and other not in named)]


def _ask(turn: Turn, one: Person, found: Sequence[Person], typed: str) -> Outcome:
    shown = found[:_OFFERED]
    choices = tuple(Choice(label(other), f"gopnguoi {one.id} {other.id}") for other in shown)
    cancel = Choice(say("labels.cancel"), ":cancel", say("labels.cancel_key"))
    text = say("same.ask", **who(one), typed=typed[:60], found=bool(shown))
    seen = (NoteAccess("view-directory", "directory", tuple(other.id for other in shown)),) if shown else ()
    return Outcome(
        (Reply(text, (*choices, cancel), numbered=bool(shown)),),
        seen,
        conversation=Conversation("same", "other", {"person": one.id}),
    )


def _compare(turn: Turn, one: Person, other: Person) -> Outcome:
    accounts = turn.reads.accounts([one.id, other.id])
    pair = (one, other)
    lines = [say("directory.line", **who(each), accounts=where_reached(accounts.get(each.id, ()))) for each in pair]
    choices = [
        Choice(say("same.keep", number=number, label=label(kept)), f"gopnguoi {kept.id} {gone.id} giu")
        for number, (kept, gone) in enumerate((pair, pair[::-1]), 1)
        if gone.id != turn.me.id
    ]
    text = say("same.compare", lines=lines, elsewhere=one.unit.id != other.unit.id)
    seen = tuple(NoteAccess("view-person", f"person:{each.id}") for each in pair)
    reply = Reply(text, (*choices, Choice(say("labels.menu"), "trogiup")))
    return Outcome((reply,), seen, conversation=None if _asked(turn) else KEEP)


def _merge(turn: Turn, kept: Person, gone: Person) -> Outcome:
    """Both are told, on every account, before it is one person's."""
    if gone.id == turn.me.id:
        return say_only(say("same.not_yourself"), Choice(say("labels.menu"), "trogiup"))
    told = Reply(say("same.told", **who(kept)))
    accounts = turn.reads.accounts([kept.id, gone.id])
    return Outcome(
        (Reply(say("same.done", **who(kept)), (Choice(say("same.see"), f"nguoi {kept.id}"),)),),
        (MergePeople(kept.id, gone.id),),
        tuple(
            Push(kept.id, told, "notice", f"merged:{turn.fresh}:{one.id}", account_id=one.id)
            for each in (kept, gone)
            for one in accounts.get(each.id, ())
        ),
        conversation=None if _asked(turn) else KEEP,
    )


def _asked(turn: Turn) -> bool:
    return turn.conversation is not None and turn.conversation.flow == "same"


def _step(turn: Turn) -> Outcome:
    assert turn.conversation is not None
    if turn.message.action == ":cancel":
        return Outcome((Reply(say("same.cancelled")),), conversation=None)
    typed = turn.message.text if turn.message.action is None else ""
    return _same(turn, f"{turn.conversation.data['person']} {typed}")


COMMANDS = (Command("gopnguoi", _same, ("gop nguoi",)),)
FLOWS = {"same": _step}
