"""Who is who: the people of one's units, where they can be reached, and ending somebody's access."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from handlers.people.persons import chosen, label, matching, people_for, where_reached, who
from handlers.permissions import may_invite, scope
from handlers.records.people import Person, RemovePerson
from handlers.records.privacy import NoteAccess
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Push, Turn, say_only

_PAGE: Final = 8


def _directory(turn: Turn, words: str) -> Outcome:
    """/danhba [name of a person or unit] [@page]."""
    typed, page = _paged(words)
    people = people_for(turn, "danhba")
    if typed:
        people = matching(typed, people)
    if not people:
        return say_only(say("directory.nobody", typed=typed[:60]))
    pages = -(-len(people) // _PAGE)
    page = min(page, pages)
    shown = people[(page - 1) * _PAGE : page * _PAGE]
    accounts = turn.reads.accounts([one.id for one in shown])
    lines = [say("directory.line", **who(one), accounts=where_reached(accounts.get(one.id, ()))) for one in shown]
    more = [Choice(say("directory.more"), f"danhba {typed} @{page + 1}".replace("  ", " "))] if page < pages else []
    text = say("directory.list", count=len(people), lines=lines, page=page, pages=pages)
    seen = NoteAccess("view-directory", "directory", tuple(one.id for one in shown))
    return Outcome((Reply(text, (*(Choice(label(one), f"nguoi {one.id}") for one in shown), *more)),), (seen,))


def _paged(words: str) -> tuple[str, int]:
    rest, _, page = words.rpartition("@")
    return (rest.strip(), max(1, int(page))) if page.isdecimal() and len(page) < 5 and "@" in words else (words, 1)


def _card(turn: Turn, words: str) -> Outcome:
    person = chosen(turn, "nguoi", words)
    if isinstance(person, Outcome):
        return person
    accounts = turn.reads.accounts([person.id]).get(person.id, ())
    choices = []
    if scope(turn.me, "bangiao") and person.role in may_invite(turn.me):
        choices.append(Choice(say("directory.to_handover"), f"bangiao {person.id}"))
    if scope(turn.me, "gopnguoi") and person.role in may_invite(turn.me):
        choices.append(Choice(say("directory.to_merging"), f"gopnguoi {person.id}"))
    if scope(turn.me, "xoanguoi"):
        choices.append(Choice(say("directory.to_removal"), f"xoanguoi {person.id}"))
    text = say("directory.card", **who(person), accounts=where_reached(accounts))
    seen = NoteAccess("view-person", f"person:{person.id}")
    return Outcome((Reply(text, (*choices, Choice(say("directory.to_list"), "danhba"))),), (seen,))


def _remove(turn: Turn, words: str) -> Outcome:
    """/xoanguoi name, then yes."""
    words, sure = (words.removesuffix(" dongy"), True) if words.endswith(" dongy") else (words, False)
    person = chosen(turn, "xoanguoi", words)
    if isinstance(person, Outcome):
        return person
    if person.role == "admin" and _only_admin(turn, person):
        return say_only(say("directory.only_admin", name=person.name))
    if not sure:
        yes = Choice(say("directory.remove"), f"xoanguoi {person.id} dongy")
        handover = Choice(say("directory.to_handover"), f"bangiao {person.id}")
        text = say("directory.ask_removal", **who(person))
        return say_only(text, yes, handover, Choice(say("labels.menu"), "trogiup"))
    farewell = Reply(say("directory.farewell"))
    accounts = turn.reads.accounts([person.id]).get(person.id, ())
    return Outcome(
        replies=(Reply(say("directory.removed", **who(person))),) if person.id != turn.me.id else (),
        effects=(RemovePerson(person.id),),
        pushes=tuple(
            Push(person.id, farewell, "notice", f"farewell:{turn.fresh}:{one.id}", account_id=one.id)
            for one in accounts
        ),
    )


def _only_admin(turn: Turn, person: Person) -> bool:
    return not any(one.role == "admin" and one.id != person.id for one in people_for(turn, "xoanguoi"))


COMMANDS = (
    Command("danhba", _directory, ("danh ba", "danh sach can bo", "danh sach nguoi dung")),
    Command("nguoi", _card),
    Command("xoanguoi", _remove, ("xoa nguoi",)),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
