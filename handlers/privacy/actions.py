"""What the audit trail's rows say, in Vietnamese: ``texts/action.j2`` names each action, here and nowhere else."""

from __future__ import annotations

from handlers.records.privacy import AuditLine
from handlers.texts import blocks, say
from handlers.turn import Reads
from knowledge.fold import fold
from knowledge.period import Period


def action_name(action: str) -> str:
    """An action in words; as it is written where a later version of the program wrote it."""
    try:
        return say(f"action.{action}".replace("-", "_"))
    except KeyError:
        return action


def actions_like(typed: str) -> list[str]:
    """The actions whose names have these words side by side; "bao cao" finds all about reports. ``typed`` is folded."""
    named = {name.replace("_", "-"): fold(say(f"action.{name}")) for name in blocks("action")}
    exact = [action for action, name in named.items() if name == typed or action == typed]
    return exact or [action for action, name in named.items() if f" {typed} " in f" {name} "]


def subject_name(reads: Reads, line: AuditLine) -> str:
    """The thing that it was done to, as far as it says something to a reader; else empty."""
    kind, _, key = line.subject.partition(":")
    if kind == "report" and key.count("/") == 2:
        unit_id, form, period = key.split("/")
        return ", ".join(one for one in (_unit(reads, unit_id), form, _period(period)) if one)
    if kind == "unit":
        return _unit(reads, key)
    if kind == "person" and key.isdecimal() and int(key) != line.person_id:
        return reads.names([int(key)]).get(int(key), "")
    if kind in {"request", "announcement", "deadline", "document"} and key:
        return say("audit.number", number=key)
    return str(line.detail.get("receipt") or "")


def _unit(reads: Reads, key: str) -> str:
    unit = reads.unit(int(key)) if key.isdecimal() else None
    return unit.name if unit else ""


def _period(code: str) -> str:
    try:
        return Period.from_code(code).label
    except ValueError:
        return code
