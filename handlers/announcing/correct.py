"""Other words for an announcement that was sent: typed, looked at, and then put in place of the old ones."""

from __future__ import annotations

from typing import Final

from handlers.announcing.told import shown, within_reach
from handlers.records.announcements import Announcement, CorrectAnnouncement
from handlers.reply import Choice, Reply
from handlers.texts import say
from handlers.turn import Command, Conversation, Outcome, Turn, say_only
from knowledge.personal import personal_numbers

LONGEST: Final = 1500


def _correct(turn: Turn, words: str) -> Outcome:
    """/suatin key"""
    told = _told(turn, words.strip())
    if told is None:
        return say_only(say("announce.unknown"))
    if told.state != "sent":
        return say_only(say("announce.not_correctable"))
    return _ask(turn, told)


def _told(turn: Turn, uid: str) -> Announcement | None:
    told = turn.reads.announcement(uid)
    return told if told and within_reach(turn, told, "suatin") else None


def _ask(turn: Turn, told: Announcement, note: str = "") -> Outcome:
    text = say("announce.ask_correction", text=told.text, limit=LONGEST, note=note)
    return Outcome(
        (Reply(text, (_cancel(),), numbered=False),), conversation=Conversation("correct", "text", {"of": told.uid})
    )


def _step(turn: Turn) -> Outcome:
    assert turn.conversation is not None
    data, action = turn.conversation.data, turn.message.action or ""
    told = _told(turn, data["of"])
    if told is None or told.state != "sent" or action == ":cancel":
        return Outcome((Reply(say("announce.correction_dropped")),), conversation=None)
    text = data.get("text", "")
    if action == ":send" and text:
        return _done(turn, told, text)
    if not action and turn.message.text:
        text = turn.message.text
        if len(text) > LONGEST:
            return _ask(turn, told, say("announce.too_long", length=len(text), limit=LONGEST))
    if not text or action == ":text":
        return _ask(turn, told)
    progress = turn.reads.progress(told.id)
    summary = say(
        "announce.correction_summary",
        people=progress.sent + progress.uncertain + progress.waiting,
        numbers=personal_numbers(text),
    )
    choices = (Choice(say("announce.correct_now"), ":send"), Choice(say("announce.edit_text"), ":text"), _cancel())
    return Outcome(
        (Reply(shown(turn, told, text)), Reply(summary, choices, numbered=False)),
        conversation=Conversation("correct", "preview", {**data, "text": text}),
    )


def _done(turn: Turn, told: Announcement, text: str) -> Outcome:
    message = Reply(shown(turn, told, text), (Choice(say("announce.read"), f"dadoc {told.uid}"),))
    instead = say("announce.correction", message=message.text)
    follow = Choice(say("announce.follow"), f"theodoi {told.uid}")
    return Outcome(
        (Reply(say("announce.corrected"), (follow,)),),
        (CorrectAnnouncement(told.id, text, message, instead),),
        conversation=None,
    )


def _cancel() -> Choice:
    return Choice(say("labels.cancel"), ":cancel", say("labels.cancel_key"))


COMMANDS = (Command("suatin", _correct),)
FLOWS = {"correct": _step}
