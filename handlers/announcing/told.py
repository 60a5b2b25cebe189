"""What all that deals with announcements has in common: their words, and who may approve them."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.permissions import units_for
from handlers.records.announcements import Announcement
from handlers.records.people import Person
from handlers.texts import say
from handlers.turn import Turn


def head(unit_name: str, author: str, text: str) -> str:
    """The words of an announcement under the name of who sends it."""
    return say("announce.message", unit=unit_name, author=author, text=text)


def shown(turn: Turn, told: Announcement, text: str | None = None) -> str:
    """An announcement as its addressees see it; with other words where they are given."""
    unit = turn.reads.unit(told.author_unit_id)
    return head(unit.name if unit else "", told.author_name, told.text if text is None else text)


def line(told: Announcement) -> str:
    """Its words on one line."""
    return " ".join(told.text.split()) or say("announce.only_files")


def within_reach(turn: Turn, told: Announcement, action: str) -> bool:
    """Whether this person may do it with what people of that unit have announced."""
    return told.author_unit_id in {unit.id for unit in units_for(turn.me, action, turn.reads)}


def approvers(turn: Turn) -> Sequence[Person]:
    """The other people who may approve what this person sends to the whole province."""
    everywhere = [unit.id for unit in units_for(turn.me, "thongbao", turn.reads)]
    return [
        person
        for person in turn.reads.people(everywhere, ("staff", "admin"))
        if person.id != turn.me.id
        and person.agreed
        and any(unit.parent_id is None for unit in units_for(person, "duyettin", turn.reads))
    ]
