"""Two people for what goes to the whole province: one writes it, another lets it go."""

from __future__ import annotations

from collections.abc import Callable

from handlers.announcing.told import line, shown, within_reach
from handlers.permissions import units_for
from handlers.records.announcements import Announcement, DecideAnnouncement, RequireTwo
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Outcome, Push, Turn, say_only
from knowledge.fold import fold

_ON, _OFF = "bat", "tat"


def _approve(turn: Turn, words: str) -> Outcome:
    """/duyettin [key [dongy | tuchoi]]"""
    uid, _, wish = words.strip().partition(" ")
    if not uid:
        return _waiting(turn)
    told = turn.reads.announcement(uid)
    if told is None or not within_reach(turn, told, "duyettin"):
        return say_only(say("announce.unknown"))
    if told.author_id == turn.me.id:
        return say_only(say("announce.not_your_own"))
    if not told.may_be_approved(turn.now):
        return say_only(say("announce.nothing_to_approve", state=told.state))
    if wish not in {"dongy", "tuchoi"}:
        return _look(turn, told)
    approve = wish == "dongy"
    tell = Reply(
        say("announce.was_approved" if approve else "announce.was_refused", by=turn.me.name, text=line(told)),
        (Choice(say("announce.follow"), f"theodoi {told.uid}"),),
    )
    return Outcome(
        replies=(Reply(say("announce.approved" if approve else "announce.refused", author=told.author_name)),),
        effects=(DecideAnnouncement(told.id, approve),),
        pushes=(Push(told.author_id, tell, "notice", f"decided:{told.uid}"),),
    )


def _look(turn: Turn, told: Announcement) -> Outcome:
    choices = (
        Choice(say("announce.approve"), f"duyettin {told.uid} dongy"),
        Choice(say("announce.refuse"), f"duyettin {told.uid} tuchoi"),
    )
    at = told.send_at if told.send_at > turn.now else None
    return Outcome((Reply(shown(turn, told), files=told.files), Reply(say("announce.ask_approval", at=at), choices)))


def _waiting(turn: Turn) -> Outcome:
    units = [unit.id for unit in units_for(turn.me, "duyettin", turn.reads)]
    waiting = [
        told
        for told in turn.reads.planned_announcements(units)
        if told.may_be_approved(turn.now) and told.author_id != turn.me.id
    ]
    if not waiting:
        return say_only(say("announce.none_waiting"))
    return say_only(
        say("announce.choose_waiting"),
        *(
            Choice(say("announce.item", at=told.created_at, text=line(told)), f"duyettin {told.uid}")
            for told in waiting
        ),
    )


def _switch(turn: Turn, words: str) -> Outcome:
    """/duyethai [bat | tat]"""
    wish, on = fold(words).strip(), turn.reads.two_must_agree()
    if wish not in {_ON, _OFF} or (wish == _ON) == on:
        other = Choice(say("announce.switch_off" if on else "announce.switch_on"), f"duyethai {_OFF if on else _ON}")
        return say_only(say("announce.two_needed" if on else "announce.one_is_enough"), other)
    text = say("announce.two_needed" if not on else "announce.one_is_enough")
    return Outcome((Reply(text),), (RequireTwo(not on),))


COMMANDS = (
    Command("duyettin", _approve, ("duyet thong bao", "phe duyet thong bao")),
    Command("duyethai", _switch, ("duyet hai nguoi",)),
)
FLOWS: dict[str, Callable[[Turn], Outcome]] = {}
