"""/nhatky: who did what and when, for admins; by person, by action, by day, as typed; and as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final

from handlers.privacy.actions import action_name, actions_like, subject_name
from handlers.records.files import MadeFile
from handlers.records.privacy import AuditLine, NoteAccess, Trail
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only
from knowledge.fold import fold, one_line
from knowledge.past_days import past_days

_PAGE: Final = 10


def _trail(turn: Turn, words: str) -> Outcome:
    """/nhatky [who] [what] [when] [@page | tep]."""
    rest, _, last = words.strip().rpartition(" ")
    wants_file = fold(last) in {"tep", "excel", "xlsx", "file"}
    page = int(last[1:]) if last.startswith("@") and last[1:].isdecimal() and len(last) < 8 else 1
    typed = rest.strip() if wants_file or last.startswith("@") else words.strip()
    wanted = _wanted(turn, typed)
    if wanted is None:
        return say_only(say("audit.not_understood", typed=typed[:60]), _all())
    count = turn.reads.audit_count(wanted)
    if not count:
        return say_only(say("audit.none", typed=typed[:60]), *([_all()] if typed else []))
    if wants_file:
        return _file(turn, wanted, typed, count)
    pages = -(-count // _PAGE)
    page = min(max(1, page), pages)
    lines = turn.reads.audit_lines(wanted, _PAGE, (page - 1) * _PAGE)
    text = say(
        "audit.list",
        typed=typed[:60],
        count=count,
        page=page,
        pages=pages,
        lines=[_line(turn, one) for one in lines],
    )
    choices = [Choice(say("audit.more"), one_line(f"nhatky {typed} @{page + 1}"))] if page < pages else []
    choices.append(Choice(say("audit.to_file"), one_line(f"nhatky {typed} tep")))
    seen = tuple({one.person_id for one in lines if one.person_id is not None} - {turn.me.id})
    return Outcome((Reply(text, tuple(choices)),), (NoteAccess("view-audit", "audit", seen),))


def _all() -> Choice:
    return Choice(say("audit.all"), "nhatky")


def _line(turn: Turn, line: AuditLine) -> str:
    return say(
        "audit.line",
        at=line.at,
        who=line.person_name or say("audit.operator"),
        action=action_name(line.action),
        subject=subject_name(turn.reads, line),
    )


def _file(turn: Turn, wanted: Trail, typed: str, count: int) -> Outcome:
    parameters = {
        "people": list(wanted.people) if wanted.people is not None else None,
        "actions": list(wanted.actions) if wanted.actions is not None else None,
        "since": wanted.since.isoformat() if wanted.since else None,
        "until": wanted.until.isoformat() if wanted.until else None,
    }
    file = MadeFile("audit-sheet", f"nhat-ky-{turn.now:%Y-%m-%d}.xlsx", parameters)
    noted = NoteAccess("export-audit", "audit", tuple(wanted.people or ()))
    return Outcome((Reply(say("audit.file", count=count, typed=typed[:60]), files=(file,)),), (noted,))


def _wanted(turn: Turn, typed: str) -> Trail | None:
    """Days, a person and an action in any order; ``None`` where a word is left that is none of them."""
    days = past_days(typed, turn.now.date())
    rest = days.rest if days else one_line(fold(typed))
    since = until = None
    if days:
        since, until = (dt.datetime.combine(day, dt.time(), turn.now.tzinfo) for day in (days.since, days.until))
    words = rest.split()
    if not words:
        return Trail(since=since, until=until)
    people = turn.reads.people_named()
    for cut in range(len(words), -1, -1):
        for what, who in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
            actions = actions_like(" ".join(what)) if what else None
            named = _named(who, people) if who else None
            if (not what or actions) and (not who or named):
                return Trail(named, actions, since, until)
    return None


def _named(words: Sequence[str], people: Sequence[tuple[int, str]]) -> list[int]:
    exact = [key for key, name in people if fold(name).split() == list(words)]
    return exact or [key for key, name in people if set(words) <= set(fold(name).split())]


COMMANDS = (Command("nhatky", _trail, ("nhat ky", "nhat ky he thong", "nhat ky hoat dong"), takes_words=True),)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
