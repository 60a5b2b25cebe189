"""After an announcement: who says that they read it, what became of it, and telling those again who have not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

from handlers.announcing.told import line, shown, within_reach
from handlers.permissions import scope, units_for
from handlers.records.announcements import (
    Acknowledge,
    Addressee,
    Announcement,
    Progress,
    RemindUnread,
    WithdrawAnnouncement,
)
from handlers.records.files import MadeFile
from handlers.records.privacy import NoteAccess
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only

_RECENT: Final = 8
_SHOWN_PEOPLE: Final = 30
_BETWEEN_ROUNDS: Final = dt.timedelta(hours=1)
_REASONS: Final = {
    "no-account": "no_account",
    "gone": "gone",
    "refused": "refused",
    "removed": "removed",
    "withdrawn": "withdrawn",
}


def _read(turn: Turn, words: str) -> Outcome:
    """Acknowledge the announcement whose button was tapped, or the latest."""
    if words.strip() == "thu":
        return say_only(say("announce.only_a_test"))
    received = turn.reads.received(turn.me.id, words.strip() or None)
    if received is None:
        return say_only(say("announce.not_received"))
    if received.acknowledged_at is not None:
        return say_only(say("announce.thanks_before", at=received.acknowledged_at))
    told = received.announcement
    thanks = say("announce.thanks", author=told.author_name, at=told.send_at)
    return Outcome(replies=(Reply(thanks),), effects=(Acknowledge(told.id),))


def _follow(turn: Turn, words: str) -> Outcome:
    uid, _, wish = words.strip().partition(" ")
    if not uid:
        return _recent(turn)
    told = turn.reads.announcement(uid)
    if told is None or not within_reach(turn, told, "theodoi"):
        return say_only(say("announce.unknown"), _list_choice())
    if wish.startswith("huy") and _may_change(turn, told):
        return _withdraw(turn, told, sure=wish == "huy dongy")
    if told.state in {"waiting", "scheduled", "refused"}:
        return Outcome(replies=(_plan(turn, told),))
    if wish == "bang":
        return _sheet(turn, told)
    progress = turn.reads.progress(told.id)
    if wish == "nhac" and _may_remind(turn):
        return _remind(turn, told, progress)
    seen = (NoteAccess("view-readers", f"announcement:{told.id}"),) if progress.unread else ()
    return Outcome(replies=(_progress(turn, told, progress),), effects=seen)


def _recent(turn: Turn) -> Outcome:
    units = [unit.id for unit in units_for(turn.me, "theodoi", turn.reads)]
    latest = turn.reads.announcements(units, _RECENT)
    planned = Choice(say("announce.to_planned"), "hengui")
    more = (planned,) if turn.reads.planned_announcements(units) else ()
    if not latest:
        return say_only(say("announce.none"), *more)
    return say_only(say("announce.choose"), *map(_item, latest), *more)


def _planned(turn: Turn, words: str) -> Outcome:
    """/hengui: what is planned for later, or waits for approval."""
    units = [unit.id for unit in units_for(turn.me, "theodoi", turn.reads)]
    planned = turn.reads.planned_announcements(units)
    if not planned:
        return say_only(say("announce.none_planned"), _list_choice())
    return say_only(say("announce.choose_planned"), *map(_item, planned))


def _item(told: Announcement) -> Choice:
    text = say("announce.item", at=told.send_at, text=line(told))
    return Choice(text if told.state == "sent" else f"{text} ({_state(told)})", f"theodoi {told.uid}")


def _state(told: Announcement) -> str:
    return say(f"announce.state_{told.state}")


def _plan(turn: Turn, told: Announcement) -> Reply:
    """What has not gone out yet, or never will."""
    expired = told.state == "waiting" and not told.may_be_approved(turn.now)
    text = say(
        "announce.plan", state=_state(told), expired=expired, at=told.send_at, author=told.author_name, text=told.text
    )
    choices = [_list_choice()]
    if told.state != "refused" and _may_change(turn, told):
        choices.insert(0, Choice(say("announce.withdraw"), f"theodoi {told.uid} huy"))
    return Reply(text, tuple(choices))


def _withdraw(turn: Turn, told: Announcement, *, sure: bool) -> Outcome:
    follow = Choice(say("announce.follow"), f"theodoi {told.uid}")
    if told.state in {"cancelled", "refused"}:
        return say_only(say("announce.cancelled_already"), follow)
    progress = turn.reads.progress(told.id)
    if told.state == "sent" and not progress.waiting:
        return say_only(say("announce.too_late"), follow)
    if not sure:
        yes = Choice(say("announce.withdraw_yes"), f"theodoi {told.uid} huy dongy")
        return say_only(say("announce.ask_withdraw", sent=progress.sent, waiting=progress.waiting), yes, follow)
    text = say("announce.withdrawn", sent=progress.sent, waiting=progress.waiting)
    return Outcome((Reply(text, (follow,)),), (WithdrawAnnouncement(told.id),))


def _sheet(turn: Turn, told: Announcement) -> Outcome:
    file = MadeFile("announcement-sheet", f"thong-bao-{told.send_at:%Y-%m-%d}.xlsx", {"uid": told.uid})
    seen = NoteAccess("export-readers", f"announcement:{told.id}")
    return Outcome((Reply(say("announce.sheet"), files=(file,)),), (seen,))


def _progress(turn: Turn, told: Announcement, progress: Progress) -> Reply:
    failed = [
        (say(f"announce.failed_{_REASONS.get(reason, 'other')}"), count) for reason, count in progress.failed.items()
    ]
    text = say(
        "announce.progress",
        at=told.send_at,
        author=told.author_name,
        text=line(told),
        cancelled=told.state == "cancelled",
        corrected=told.corrected_at,
        corrections=progress.corrections,
        groups=progress.groups,
        people=progress.people,
        sent=progress.sent,
        waiting=progress.waiting,
        held=progress.held,
        uncertain=progress.uncertain,
        failed=failed,
        acknowledged=progress.acknowledged,
        rounds=told.rounds,
        reminded=told.reminded_at,
        unread=_by_unit(progress.unread[:_SHOWN_PEOPLE]),
        more=max(0, len(progress.unread) - _SHOWN_PEOPLE),
    )
    choices = [
        Choice(say("announce.refresh"), f"theodoi {told.uid}"),
        Choice(say("announce.to_sheet"), f"theodoi {told.uid} bang"),
        _list_choice(),
    ]
    if told.state == "sent" and _may_change(turn, told):
        choices.insert(1, Choice(say("announce.correct"), f"suatin {told.uid}"))
        if progress.waiting:
            choices.insert(1, Choice(say("announce.withdraw"), f"theodoi {told.uid} huy"))
    if told.state == "sent" and progress.unread and _may_remind(turn):
        label = say("announce.remind", count=len(progress.unread))
        choices.insert(0, Choice(label, f"theodoi {told.uid} nhac"))
    return Reply(text, tuple(choices))


def _by_unit(people: Sequence[Addressee]) -> list[tuple[str, list[str]]]:
    return [(unit, [one.name for one in group]) for unit, group in groupby(people, key=lambda one: one.unit_name)]


def _remind(turn: Turn, told: Announcement, progress: Progress) -> Outcome:
    follow = Choice(say("announce.follow"), f"theodoi {told.uid}")
    if told.state != "sent":
        return say_only(say("announce.cancelled_already"), follow)
    if not progress.unread:
        return say_only(say("announce.all_read"), follow)
    if told.reminded_at is not None and turn.now - told.reminded_at < _BETWEEN_ROUNDS:
        return say_only(say("announce.reminded_just_now", at=told.reminded_at), follow)
    message = Reply(
        say("announce.reminder", message=shown(turn, told)),
        (Choice(say("announce.read"), f"dadoc {told.uid}"),),
        told.files,
    )
    return Outcome(
        replies=(Reply(say("announce.reminded", count=len(progress.unread)), (follow,)),),
        effects=(RemindUnread(told.id, told.rounds + 1, message),),
    )


def _may_remind(turn: Turn) -> bool:
    """Whoever may announce may also tell again."""
    return scope(turn.me, "thongbao") is not None


def _may_change(turn: Turn, told: Announcement) -> bool:
    """Whoever may announce to that unit may also call back and correct what it has announced."""
    return within_reach(turn, told, "thongbao")


def _list_choice() -> Choice:
    return Choice(say("announce.recent"), "theodoi")


COMMANDS = (
    Command("dadoc", _read, ("da doc", "da xem")),
    Command("theodoi", _follow, ("theo doi", "theo doi thong bao")),
    Command("hengui", _planned, ("thong bao hen gio", "lich gui thong bao")),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
