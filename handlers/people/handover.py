"""/bangiao: a post changes hands. Whoever enrols with the code takes it over, and the former holder's access ends."""

from __future__ import annotations

from collections.abc import Callable

from handlers.people.codes import hash_code, last_moment, new_code
from handlers.people.persons import chosen, who
from handlers.permissions import may_invite
from handlers.records.people import IssueCode
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only


def _hand_over(turn: Turn, words: str) -> Outcome:
    """/bangiao name, then yes."""
    words, sure = (words.removesuffix(" dongy"), True) if words.endswith(" dongy") else (words, False)
    person = chosen(turn, "bangiao", words)
    if isinstance(person, Outcome):
        return person
    if person.role not in may_invite(turn.me):
        return say_only(say("handover.not_yours", **who(person)))
    if not sure:
        yes = Choice(say("handover.make"), f"bangiao {person.id} dongy")
        return say_only(say("handover.ask", **who(person)), yes, Choice(say("labels.menu"), "trogiup"))
    code, expires = new_code(turn.fresh), last_moment(turn.now)
    issue = IssueCode(hash_code(code), person.unit.id, person.role, None, expires, replaces=person.id)
    return Outcome(
        replies=(
            Reply(say("handover.issued", **who(person), expires=expires)),
            Reply(say("handover.forward", **who(person), code=code, expires=expires), secret=code),
        ),
        effects=(issue,),
    )


COMMANDS = (Command("bangiao", _hand_over, ("ban giao", "ban giao vi tri")),)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
