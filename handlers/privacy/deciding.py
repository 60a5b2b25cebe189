"""/yeucau: what people asked about their own data, those due first first; granted, or refused with a reason."""

from __future__ import annotations

from handlers.people.persons import people_for, who
from handlers.permissions import units_for
from handlers.privacy.requests import kind_name, may_decide, open_for
from handlers.records.people import Person
from handlers.records.privacy import (
    DataRequest,
    DecideRequest,
    ErasePerson,
    MovePerson,
    NoteAccess,
    WithdrawConsent,
)
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Effect, Outcome, Push, Turn, say_only, typed_key
from handlers.units import find_units
from knowledge.fold import one_line

_SHOWN = 10


def _requests(turn: Turn, words: str) -> Outcome:
    """/yeucau [number [duyet [dongy] | tuchoi [reason] | donvi name]]."""
    number, _, wish = words.strip().partition(" ")
    if not number:
        return _list(turn)
    key = typed_key(number)
    request = turn.reads.data_request(key) if key is not None else None
    if request is None or request.person is None or not may_decide(turn, turn.me, request.person):
        return say_only(say("request.unknown", typed=number[:20]), _to_list())
    seen = NoteAccess("view-request", f"request:{request.number}", (request.person.id,))
    if request.outcome is not None:
        return Outcome((Reply(say("request.answered_already", number=request.number), (_to_list(),)),), (seen,))
    verb, _, rest = wish.strip().partition(" ")
    match verb:
        case "duyet":
            return _grant(turn, request, request.person, sure=rest == "dongy")
        case "tuchoi":
            return _refuse(turn, request, request.person, rest)
        case "donvi" if request.kind == "correct":
            return _move(turn, request, request.person, rest)
    return Outcome((_card(turn, request, request.person),), (seen,))


def _list(turn: Turn) -> Outcome:
    found = open_for(turn)
    if not found:
        return say_only(say("request.none"), Choice(say("labels.menu"), "trogiup"))
    lines = [
        say(
            "request.line",
            number=one.number,
            kind=kind_name(one.kind),
            **who(one.person),
            due=one.due_at,
            late=one.due_at < turn.now,
        )
        for one in found[:_SHOWN]
        if one.person
    ]
    text = say("request.list", count=len(found), lines=lines, more=max(0, len(found) - _SHOWN))
    choices = tuple(Choice(say("request.show", number=one.number), f"yeucau {one.number}") for one in found[:_SHOWN])
    seen = NoteAccess("view-requests", "requests", tuple(one.person.id for one in found[:_SHOWN] if one.person))
    return Outcome((Reply(text, choices),), (seen,))


def _card(turn: Turn, request: DataRequest, person: Person) -> Reply:
    text = say(
        "request.card",
        number=request.number,
        kind=kind_name(request.kind),
        **who(person),
        asked=request.asked_at,
        due=request.due_at,
        late=request.due_at < turn.now,
        text=request.text,
    )
    number = request.number
    choices = [Choice(say(f"request.grant_{request.kind}"), f"yeucau {number} duyet")]
    if request.kind == "correct":
        choices.append(Choice(say("request.to_move"), f"yeucau {number} donvi"))
    choices += [Choice(say("request.to_refuse"), f"yeucau {number} tuchoi"), _to_list()]
    return Reply(text, tuple(choices))


def _to_list() -> Choice:
    return Choice(say("request.to_list"), "yeucau")


def _grant(turn: Turn, request: DataRequest, person: Person, *, sure: bool) -> Outcome:
    number = request.number
    if request.kind == "erase" and person.role == "admin" and _only_admin(turn, person):
        return say_only(say("directory.only_admin", name=person.name), _to_list())
    if not sure and request.kind != "correct":
        yes = Choice(say(f"request.yes_{request.kind}"), f"yeucau {number} duyet dongy")
        return say_only(say(f"request.ask_{request.kind}", number=number, **who(person)), yes, _to_list())
    effects: list[Effect] = [DecideRequest(number, "done")]
    if request.kind == "erase":
        effects.append(ErasePerson(person.id, say("privacy.erased_name")))
    elif request.kind == "withdraw":
        effects.append(WithdrawConsent(person.id))
    return _decided(turn, request, person, effects, say(f"request.granted_{request.kind}", number=number))


def _only_admin(turn: Turn, person: Person) -> bool:
    return not any(one.role == "admin" and one.id != person.id for one in people_for(turn, "xoanguoi"))


def _refuse(turn: Turn, request: DataRequest, person: Person, words: str) -> Outcome:
    reason = one_line(words)
    if len(reason) < 3:
        return _asking(request, "reason", say("request.ask_reason", number=request.number))
    told = say("request.was_refused", number=request.number, kind=kind_name(request.kind), reason=reason[:500])
    return _decided(turn, request, person, [DecideRequest(request.number, "refused", reason[:500])], told)


def _move(turn: Turn, request: DataRequest, person: Person, words: str) -> Outcome:
    """The person belongs to another unit: of those for which who decides may act."""
    if not words.strip():
        return _asking(request, "unit", say("request.ask_unit", **who(person)))
    found = find_units(words, list(units_for(turn.me, "yeucau", turn.reads)))
    if len(found) != 1:
        choices = [Choice(unit.name, f"yeucau {request.number} donvi {unit.name}") for unit in found[:8]]
        return say_only(say("request.which_unit", typed=words[:60], found=bool(found)), *choices, _to_list())
    effects: list[Effect] = [DecideRequest(request.number, "done"), MovePerson(person.id, found[0].id)]
    return _decided(turn, request, person, effects, say("request.moved", number=request.number, unit=found[0].name))


def _decided(turn: Turn, request: DataRequest, person: Person, effects: list[Effect], told: str) -> Outcome:
    """The person is told on the account used last: after an erasure that account is nobody's any more."""
    accounts = turn.reads.accounts([person.id]).get(person.id, ())
    pushes = tuple(
        Push(person.id, Reply(told), "notice", f"answered:{request.number}", account_id=one.id)
        for one in [one for one in accounts if one.active][:1]
    )
    done = Reply(say("request.decided", number=request.number, told=bool(pushes)), (_to_list(),))
    return Outcome((done,), tuple(effects), pushes, conversation=None)


def _asking(request: DataRequest, step: str, question: str) -> Outcome:
    cancel = Choice(say("labels.cancel"), ":cancel", key=say("labels.cancel_key"))
    reply = Reply(question, (cancel,), numbered=False)
    return Outcome((reply,), conversation=Conversation("request", step, {"number": request.number}))


def _step(turn: Turn) -> Outcome:
    assert turn.conversation is not None
    if turn.message.action == ":cancel":
        return Outcome((Reply(say("privacy.cancelled")),), conversation=None)
    typed = turn.message.text if turn.message.action is None else ""
    wish = "tuchoi" if turn.conversation.step == "reason" else "donvi"
    return _requests(turn, f"{turn.conversation.data['number']} {wish} {typed}")


COMMANDS = (Command("yeucau", _requests, ("yeu cau du lieu", "yeu cau ve du lieu")),)
FLOWS = {"request": _step}
