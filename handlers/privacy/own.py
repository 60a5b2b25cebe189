"""One's own data: /dulieucuatoi shows and exports it; correction, erasure and withdrawal of consent by request."""

from __future__ import annotations

from handlers.people.names import valid_name
from handlers.privacy.requests import deciders, due_at, kind_name, reminders
from handlers.records.files import MadeFile
from handlers.records.privacy import AskAboutData, DataRequest, NoteAccess, RenamePerson, RequestKind
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Outcome, Turn, say_only
from knowledge.fold import fold, one_line


def _held(turn: Turn, words: str) -> Outcome:
    """/dulieucuatoi: in short; with "tep" all of it as a file."""
    if fold(words).strip() in {"tep", "file", "excel", "xuat"}:
        return _export(turn)
    me, held = turn.me, turn.reads.held(turn.me.id)
    text = say(
        "privacy.held",
        name=me.name,
        unit=me.unit.name,
        role=say(f"labels.role_{me.role}"),
        accounts=[
            say("privacy.account", channel=channel, address=_masked(address)) for channel, address in held.accounts
        ],
        held=held,
        requests=[_line(turn, one) for one in turn.reads.requests_of(me.id)[:3]],
    )
    export = Choice(say("privacy.to_export"), "dulieucuatoi tep")
    erase = Choice(say("privacy.to_erase"), "xoadulieu")
    if not me.agreed:
        return say_only(text, export, erase)
    return say_only(
        text,
        export,
        Choice(say("privacy.to_rename"), "suaten"),
        Choice(say("privacy.to_correct"), "suadulieu"),
        erase,
        Choice(say("privacy.to_withdraw"), "rutdongy"),
        Choice(say("labels.menu"), "trogiup"),
    )


def _masked(address: str) -> str:
    """Enough of an account to know it by."""
    return "•" * 4 + address[-3:] if len(address) > 5 else "•" * 4


def _line(turn: Turn, request: DataRequest) -> str:
    return say(
        "request.own_line",
        number=request.number,
        kind=kind_name(request.kind),
        outcome=request.outcome,
        due=request.due_at,
        decided=request.decided_at,
    )


def _export(turn: Turn) -> Outcome:
    file = MadeFile("own-data", f"du-lieu-cua-toi-{turn.now:%Y-%m-%d}.xlsx", {"person": turn.me.id})
    return Outcome(
        (Reply(say("privacy.export"), files=(file,)),), (NoteAccess("export-own-data", f"person:{turn.me.id}"),)
    )


def _rename(turn: Turn, words: str) -> Outcome:
    """/suaten name: one's own name is corrected at once."""
    if not words:
        return _asking("name", say("privacy.ask_name", name=turn.me.name))
    name = valid_name(words)
    if name is None:
        return _asking("name", say("privacy.bad_name"))
    return Outcome((Reply(say("privacy.renamed", name=name)),), (RenamePerson(name),), conversation=None)


def _correct(turn: Turn, words: str) -> Outcome:
    """/suadulieu what is wrong."""
    if open_one := _open(turn, "correct"):
        return open_one
    text = one_line(words)
    if len(text) < 5:
        return _asking("what", say("privacy.ask_what"))
    return _request(turn, "correct", text[:500])


def _erase(turn: Turn, words: str) -> Outcome:
    """/xoadulieu, then yes."""
    return _after_yes(turn, words, "erase", "xoadulieu")


def _withdraw(turn: Turn, words: str) -> Outcome:
    """/rutdongy, then yes."""
    return _after_yes(turn, words, "withdraw", "rutdongy")


def _after_yes(turn: Turn, words: str, kind: RequestKind, command: str) -> Outcome:
    if open_one := _open(turn, kind):
        return open_one
    if words.strip() == "dongy":
        return _request(turn, kind, None)
    yes = Choice(say(f"privacy.yes_{kind}"), f"{command} dongy")
    return say_only(say(f"privacy.ask_{kind}"), yes, Choice(say("privacy.back"), "dulieucuatoi"))


def _open(turn: Turn, kind: RequestKind) -> Outcome | None:
    """What is said of a request that waits already."""
    found = next((one for one in turn.reads.requests_of(turn.me.id) if one.kind == kind and not one.outcome), None)
    if found is None:
        return None
    return say_only(say("privacy.asked_already", number=found.number, kind=kind_name(kind), due=found.due_at))


def _request(turn: Turn, kind: RequestKind, text: str | None) -> Outcome:
    number, due, people = turn.reads.next_request(), due_at(turn.now), deciders(turn, turn.me)
    said = say("privacy.asked", number=number, kind=kind_name(kind), due=due, anybody=bool(people))
    return Outcome(
        (Reply(said, (Choice(say("privacy.back"), "dulieucuatoi"),)),),
        (AskAboutData(number, kind, text, due),),
        tuple(reminders(turn, number, kind, due, people)),
        conversation=None if kind == "correct" else turn.conversation,
    )


def _asking(step: str, question: str) -> Outcome:
    cancel = Choice(say("labels.cancel"), ":cancel", key=say("labels.cancel_key"))
    return Outcome((Reply(question, (cancel,), numbered=False),), conversation=Conversation("privacy", step))


def _step(turn: Turn) -> Outcome:
    assert turn.conversation is not None
    if turn.message.action == ":cancel":
        return Outcome((Reply(say("privacy.cancelled")),), conversation=None)
    typed = turn.message.text if turn.message.action is None else ""
    return (_rename if turn.conversation.step == "name" else _correct)(turn, typed)


COMMANDS = (
    Command("dulieucuatoi", _held, ("du lieu cua toi", "du lieu ca nhan", "thong tin cua toi")),
    Command("suaten", _rename, ("sua ten", "doi ten toi", "sua ho ten")),
    Command("suadulieu", _correct, ("sua du lieu", "sua thong tin")),
    Command("xoadulieu", _erase, ("xoa du lieu", "xoa du lieu cua toi")),
    Command("rutdongy", _withdraw, ("rut dong y", "rut lai dong y")),
)
FLOWS = {"privacy": _step}
WITHOUT_CONSENT = frozenset({"dulieucuatoi", "xoadulieu", "trogiup"})
"""Commands of whoever does not agree to the notice in force: to see one's data, to have it erased, to find out how."""
