"""Units that are merged or renamed: /sapnhap, /doiten. First what would follow is shown, then one tap does it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Final

from handlers.permissions import units_for
from handlers.records.people import MergeUnit, RenameUnit, Unit
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only
from handlers.units import find_units, near_units
from knowledge.fold import one_line
from knowledge.numbers import parse_date

_SINCE: Final = re.compile(r"(?i)\s+(?:kể từ|ke tu|từ|tu)\s+(?:ngày\s+|ngay\s+)?(\d[\d/.-]*)\s*(co)?$")
_INTO: Final = re.compile(r"(?i)\s+(?:vào|vao)\s+")
_TO: Final = re.compile(r"(?i)\s+(?:thành|thanh)\s+")
_LONGEST: Final = 80
"""Characters of a unit's name."""


def _merge(turn: Turn, words: str) -> Outcome:
    """/sapnhap unit vào unit [từ day]: who moves, what stays; and the button that does it."""
    read = _read(turn, words, _INTO)
    if read is None:
        return say_only(say("merge.how", example=_example(turn)))
    old_name, new_name, since, sure = read
    if isinstance(since, str):
        return say_only(say("merge.bad_day", day=since))
    units = [unit for unit in units_for(turn.me, "sapnhap", turn.reads) if unit.parent_id is not None]
    tail = f"{since:%d/%m/%Y}"
    old = _one(old_name, units, lambda unit: f"sapnhap #{unit.id} vào {new_name} từ {tail}")
    if isinstance(old, Outcome):
        return old
    others = [unit for unit in units if unit.id != old.id and unit.kind == old.kind]
    new = _one(new_name, others, lambda unit: f"sapnhap #{old.id} vào #{unit.id} từ {tail}")
    if isinstance(new, Outcome):
        return new
    if sure:
        done = say("merge.merged", old=old.name, new=new.name, since=since)
        return Outcome((Reply(done),), (MergeUnit(old.id, new.id, since),))
    text = say(
        "merge.ask",
        old=old.name,
        new=new.name,
        since=since,
        people=len(turn.reads.people([old.id], ("cadre", "staff", "supervisor", "admin"))),
        sent=len(turn.reads.submitted(old.id, 1000)),
        drafts=sum(not report.sent for report in turn.reads.drafts(old.id)),
    )
    return say_only(text, Choice(say("merge.do"), f"sapnhap #{old.id} vào #{new.id} từ {tail} co"))


def _rename(turn: Turn, words: str) -> Outcome:
    """/doiten unit thành name [từ day]: what follows; and the button that does it."""
    read = _read(turn, words, _TO)
    if read is None:
        return say_only(say("merge.how_rename", example=_example(turn)))
    old_name, name, since, sure = read
    if isinstance(since, str):
        return say_only(say("merge.bad_day", day=since))
    units = [unit for unit in units_for(turn.me, "doiten", turn.reads) if unit.parent_id is not None]
    tail = f"{since:%d/%m/%Y}"
    unit = _one(old_name, units, lambda one: f"doiten #{one.id} thành {name} từ {tail}")
    if isinstance(unit, Outcome):
        return unit
    if not 3 <= len(name) <= _LONGEST or not any(map(str.isalpha, name)) or name.startswith("#"):
        return say_only(say("merge.bad_name", name=name[:_LONGEST]))
    if any(one.name.casefold() == name.casefold() for one in units):
        return say_only(say("merge.name_taken", name=name))
    if sure:
        done = say("merge.renamed", old=unit.name, new=name, since=since)
        return Outcome((Reply(done),), (RenameUnit(unit.id, name, since),))
    text = say("merge.ask_rename", old=unit.name, new=name, since=since)
    return say_only(text, Choice(say("merge.do_rename"), f"doiten #{unit.id} thành {name} từ {tail} co"))


def _read(turn: Turn, words: str, between: re.Pattern[str]) -> tuple[str, str, dt.date | str, bool] | None:
    """The two names, from which day on (or what was written for it, where that is no day that has come), and whether
    it is sure; ``None`` where the words are no such order."""
    today = turn.now.date()
    match = _SINCE.search(words)
    since: dt.date | str = today
    if match:
        day = parse_date(match[1], today)
        since = day if day is not None and day <= today else match[1]
        words = words[: match.start()]
    names = [one_line(part) for part in between.split(words)]
    if len(names) != 2 or not all(names):
        return None
    return names[0], names[1], since, bool(match and match[2])


def _one(typed: str, units: Sequence[Unit], action: Callable[[Unit], str]) -> Unit | Outcome:
    """The unit that is meant; a question where it can be several, or none is called so."""
    if typed.startswith("#"):
        found = [unit for unit in units if str(unit.id) == typed[1:]]
        if not found:
            return say_only(say("merge.gone"))
    else:
        found = find_units(typed, units)
    if len(found) == 1:
        return found[0]
    near = found or near_units(typed, units)
    if found:
        text = say("supervise.which_unit", count=len(found), name=typed[:60])
    else:
        text = say("supervise.no_unit", name=typed[:60], near=bool(near))
    return say_only(text, *(Choice(unit.name, action(unit)) for unit in near))


def _example(turn: Turn) -> str:
    return next((unit.name for unit in units_for(turn.me, "sapnhap", turn.reads) if unit.kind == "commune"), "")


COMMANDS = (
    Command("sapnhap", _merge, ("sap nhap",)),
    Command("doiten", _rename, ("doi ten",)),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
