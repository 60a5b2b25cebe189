"""After an announcement: who says that they read it, what became of it, and telling those again who have not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

from handlers.permissions import scope, units_for
from handlers.records.announcements import Acknowledge, Addressee, Announcement, Progress, RemindUnread
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Turn, say_only

_RECENT: Final = 8
_SHOWN_PEOPLE: Final = 30
_BETWEEN_ROUNDS: Final = dt.timedelta(hours=1)
_REASONS: Final = {"no-account": "no_account", "gone": "gone", "refused": "refused", "removed": "removed"}


def _read(turn: Turn, words: str) -> Outcome:
    """Acknowledge the announcement whose button was tapped, or the latest."""
    received = turn.reads.received(turn.me.id, words.strip() or None)
    if received is None:
        return say_only(say("announce.not_received"))
    if received.acknowledged_at is not None:
        return say_only(say("announce.thanks_before", at=received.acknowledged_at))
    told = received.announcement
    thanks = say("announce.thanks", author=told.author_name, at=told.created_at)
    return Outcome(replies=(Reply(thanks),), effects=(Acknowledge(told.id),))


def _follow(turn: Turn, words: str) -> Outcome:
    uid, _, wish = words.strip().partition(" ")
    if not uid:
        return _recent(turn)
    told = turn.reads.announcement(uid)
    if told is None or told.author_unit_id not in {unit.id for unit in units_for(turn.me, "theodoi", turn.reads)}:
        return say_only(say("announce.unknown"), _list_choice())
    progress = turn.reads.progress(told.id)
    if wish == "nhac" and _may_remind(turn):
        return _remind(turn, told, progress)
    return Outcome(replies=(_progress(turn, told, progress),))


def _recent(turn: Turn) -> Outcome:
    units = [unit.id for unit in units_for(turn.me, "theodoi", turn.reads)]
    latest = turn.reads.announcements(units, _RECENT)
    if not latest:
        return say_only(say("announce.none"))
    return say_only(
        say("announce.choose"),
        *(Choice(say("announce.item", at=told.created_at, text=_line(told)), f"theodoi {told.uid}") for told in latest),
    )


def _progress(turn: Turn, told: Announcement, progress: Progress) -> Reply:
    failed = [
        (say(f"announce.failed_{_REASONS.get(reason, 'other')}"), count) for reason, count in progress.failed.items()
    ]
    text = say(
        "announce.progress",
        at=told.created_at,
        author=told.author_name,
        text=_line(told),
        people=progress.people,
        sent=progress.sent,
        waiting=progress.waiting,
        uncertain=progress.uncertain,
        failed=failed,
        acknowledged=progress.acknowledged,
        rounds=told.rounds,
        reminded=told.reminded_at,
        unread=_by_unit(progress.unread[:_SHOWN_PEOPLE]),
        more=max(0, len(progress.unread) - _SHOWN_PEOPLE),
    )
    choices = [Choice(say("announce.refresh"), f"theodoi {told.uid}"), _list_choice()]
    if progress.unread and _may_remind(turn):
        label = say("announce.remind", count=len(progress.unread))
        choices.insert(0, Choice(label, f"theodoi {told.uid} nhac"))
    return Reply(text, tuple(choices))


def _by_unit(people: Sequence[Addressee]) -> list[tuple[str, list[str]]]:
    return [(unit, [one.name for one in group]) for unit, group in groupby(people, key=lambda one: one.unit_name)]


def _remind(turn: Turn, told: Announcement, progress: Progress) -> Outcome:
    follow = Choice(say("announce.follow"), f"theodoi {told.uid}")
    if not progress.unread:
        return say_only(say("announce.all_read"), follow)
    if told.reminded_at is not None and turn.now - told.reminded_at < _BETWEEN_ROUNDS:
        return say_only(say("announce.reminded_just_now", at=told.reminded_at), follow)
    unit = turn.reads.unit(told.author_unit_id)
    first = say("announce.message", unit=unit.name if unit else "", author=told.author_name, text=told.text)
    message = Reply(
        say("announce.reminder", message=first), (Choice(say("announce.read"), f"dadoc {told.uid}"),), told.files
    )
    return Outcome(
        replies=(Reply(say("announce.reminded", count=len(progress.unread)), (follow,)),),
        effects=(RemindUnread(told.id, told.rounds + 1, message),),
    )


def _may_remind(turn: Turn) -> bool:
    """Whoever may announce may also tell again."""
    return scope(turn.me, "thongbao") is not None


def _line(told: Announcement) -> str:
    return " ".join(told.text.split()) or say("announce.only_files")


def _list_choice() -> Choice:
    return Choice(say("announce.recent"), "theodoi")


COMMANDS = (
    Command("dadoc", _read, ("da doc", "da xem")),
    Command("theodoi", _follow, ("theo doi", "theo doi thong bao")),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
