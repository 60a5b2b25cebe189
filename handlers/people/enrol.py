"""Becoming known: a code, the purpose notice, an explicit yes, a name. Strangers reach nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from handlers.menu import abilities, menu, role_name
from handlers.people.codes import hash_code, typed_code
from handlers.people.names import valid_name
from handlers.people.persons import channel_name
from handlers.permissions import central
from handlers.records.people import (
    NOTICE_VERSION,
    AgreeToNotice,
    Invitation,
    LinkAccount,
    Linked,
    Person,
    RecordWrongCode,
    RedeemCode,
    Unit,
)
from handlers.records.privacy import DeclineNotice
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Incoming, Outcome, Push, Turn, say_only
from knowledge.fold import fold, one_line

TRIES: Final = 5
"""Wrong codes in a row after which an account has to wait."""
_FIRST_WAIT: Final = dt.timedelta(minutes=5)
_LONGEST_WAIT: Final = dt.timedelta(days=1)

# With the version, so that a button under an older notice is no yes to this one.
_YES: Final = f"dongy {NOTICE_VERSION}"
_NO: Final = f"khongdongy {NOTICE_VERSION}"


def _enrol(turn: Turn) -> Outcome:
    """Everything that a stranger sends, and everything from a person who has not agreed to the notice in force."""
    if turn.person is not None:
        return _agree_again(turn, turn.person)
    step = turn.conversation.step if turn.conversation and turn.conversation.flow == "enrol" else None
    if turn.message.action is None and (code := typed_code(turn.message.text, bare=step != "name")):
        return _try(turn, code)
    if turn.conversation is None or step is None:
        return Outcome(replies=(Reply(say("enrol.how")),), conversation=None)
    invitation = turn.reads.invitation(turn.conversation.data["code"])
    if (refused := _unusable(invitation, turn.now)) or invitation is None:
        return Outcome(replies=(Reply(say(f"enrol.{refused}")),), conversation=None)
    return (_name if step == "name" else _consent)(turn, turn.conversation, invitation)


def _try(turn: Turn, code: str) -> Outcome:
    account = turn.account
    if account.locked_until is not None and turn.now < account.locked_until:
        return Outcome(replies=(Reply(say("enrol.locked", until=account.locked_until)),), conversation=None)
    code_hash = hash_code(code)
    invitation = turn.reads.invitation(code_hash)
    if invitation is None:
        return _wrong(turn)
    if refused := _unusable(invitation, turn.now):
        refused = "link_over" if invitation.links_to is not None else refused
        return Outcome(replies=(Reply(say(f"enrol.{refused}")),), conversation=None)
    if invitation.links_to is not None:
        return _link(turn, code_hash, invitation.links_to)
    return Outcome(
        replies=(_notice(turn, invitation),), conversation=Conversation("enrol", "notice", {"code": code_hash})
    )


def _link(turn: Turn, code_hash: str, person_id: int) -> Outcome:
    """The stranger is somebody whom we know from another account; that account is told, and can undo it.

    What was open there stays open: it goes on here.
    """
    person = turn.reads.person(person_id)
    if person is None:
        return Outcome(replies=(Reply(say("enrol.link_over")),), conversation=None)
    here = Linked(turn.account.id, turn.account.channel, True, turn.now)
    undo = Choice(say("accounts.not_me"), f"gotaikhoan {here.id} dongy")
    told = Reply(say("accounts.linked_elsewhere", channel=channel_name(here)), (undo,))
    known = turn.reads.accounts([person_id]).get(person_id, ())
    return Outcome(
        replies=(Reply(say("accounts.linked", **_who(person)), menu(person)),),
        effects=(LinkAccount(code_hash, here.id),),
        pushes=tuple(
            Push(person_id, told, "notice", f"linked:{turn.fresh}:{one.id}", account_id=one.id) for one in known
        ),
    )


def _unusable(invitation: Invitation | None, now: dt.datetime) -> str | None:
    if invitation is None or invitation.used:
        return "used"
    if invitation.revoked:
        return "revoked"
    return "expired" if now >= invitation.expires_at else None


def _wrong(turn: Turn) -> Outcome:
    wrong = turn.account.wrong_codes + 1
    if wrong < TRIES:
        count = RecordWrongCode(turn.account.id, wrong, None)
        return Outcome((Reply(say("enrol.wrong", left=TRIES - wrong)),), (count,), conversation=None)
    until = turn.now + min(_FIRST_WAIT * 4 ** min(wrong - TRIES, 8), _LONGEST_WAIT)
    lock = RecordWrongCode(turn.account.id, wrong, until)
    return Outcome((Reply(say("enrol.locked", until=until)),), (lock,), conversation=None)


def _consent(turn: Turn, conversation: Conversation, invitation: Invitation) -> Outcome:
    answer = _answer(turn.message)
    if answer is None:
        return Outcome(replies=(_notice(turn, invitation),))
    if not answer:
        return Outcome(replies=(Reply(say("enrol.declined")),), conversation=None)
    data = {**conversation.data, "agreed_at": turn.now.isoformat()}
    if invitation.person_name:
        return _admit(turn, data, invitation, invitation.person_name)
    suggested = valid_name(turn.message.sender_name)
    return Outcome(
        replies=(_ask_name("ask_name", suggested),),
        conversation=Conversation("enrol", "name", {**data, "suggested": suggested}),
    )


def _name(turn: Turn, conversation: Conversation, invitation: Invitation) -> Outcome:
    suggested = conversation.data["suggested"]
    if turn.message.action == ":name" and not turn.message.stale:
        name = suggested
    elif turn.message.action is None:
        name = valid_name(turn.message.text)
    else:
        return Outcome(replies=(_ask_name("ask_name", suggested),))
    if name is None:
        return Outcome(replies=(_ask_name("bad_name", suggested),))
    return _admit(turn, conversation.data, invitation, name)


def _ask_name(question: str, suggested: str | None) -> Reply:
    choices = (Choice(suggested, ":name"),) if suggested else ()
    return Reply(say(f"enrol.{question}"), choices)


def _admit(turn: Turn, data: Mapping[str, Any], invitation: Invitation, name: str) -> Outcome:
    """Let them in. Whoever held the post before is told that it has changed hands, and by that loses access."""
    person = Person(
        0, name, invitation.role, invitation.unit, agreed=True, central=central(invitation.unit, turn.reads)
    )
    redeem = RedeemCode(data["code"], turn.account.id, name, dt.datetime.fromisoformat(data["agreed_at"]))
    before = invitation.replaces
    told = tuple(
        Push(before, Reply(say("enrol.handed_over", name=name)), "notice", f"handed-over:{one.id}", account_id=one.id)
        for one in (turn.reads.accounts([before]).get(before, ()) if before is not None else ())
        if before is not None
    )
    return Outcome(replies=(_hello("welcome", person),), effects=(redeem,), pushes=told, conversation=None)


def _agree_again(turn: Turn, person: Person) -> Outcome:
    """Somebody enrolled under another notice. What they were in the middle of stays as it is."""
    answer = _answer(turn.message)
    if answer is None:
        return Outcome(replies=(Reply(say("enrol.notice_again")), _notice(turn, None)))
    if not answer:
        return Outcome(
            (Reply(say("enrol.declined_again"), (Choice(say("privacy.back"), "dulieucuatoi"),)),), (DeclineNotice(),)
        )
    return Outcome(
        replies=(Reply(say("enrol.agreed_again", name=person.name), menu(person)),), effects=(AgreeToNotice(),)
    )


def _answer(message: Incoming) -> bool | None:
    """Yes, no, or neither. Only the button of this notice or plain words count."""
    if message.files:
        return None
    said = {_YES: "1", _NO: "2"}.get(message.action or "")
    if message.action is None:
        said = fold(one_line(message.text)).strip(" .!")
    if said in {"1", "dong y", "toi dong y", "co", "co dong y", "ok", "yes"}:
        return True
    if said in {"2", "khong", "khong dong y", "toi khong dong y", "no", "huy"}:
        return False
    return None


def _notice(turn: Turn, invitation: Invitation | None) -> Reply:
    unit = invitation.unit if invitation else turn.me.unit
    text = say(
        "enrol.notice",
        version=NOTICE_VERSION,
        unit=invitation.unit.name if invitation else "",
        role=role_name(invitation.role) if invitation else "",
        operator=_root(turn, unit).name,
    )
    return Reply(text, (Choice(say("labels.yes"), _YES), Choice(say("labels.no"), _NO)))


def _root(turn: Turn, unit: Unit) -> Unit:
    while unit.parent_id is not None and (parent := turn.reads.unit(unit.parent_id)) is not None:
        unit = parent
    return unit


def _start(turn: Turn, words: str) -> Outcome:
    """ "/start" from somebody who is enrolled: the code of another unit or role changes nothing by itself."""
    person = turn.me
    if words.strip():
        return say_only(say("enrol.already", **_who(person)), *menu(person))
    return Outcome(replies=(_hello("greeting", person),))


def _hello(block: str, person: Person) -> Reply:
    return Reply(say(f"enrol.{block}", **_who(person), abilities=abilities(person)), menu(person))


def _who(person: Person) -> dict[str, str]:
    return {"name": person.name, "role": role_name(person.role), "unit": person.unit.name}


COMMANDS = (Command("start", _start, ("bat dau",), takes_words=True),)
FLOWS = {"enrol": _enrol}
