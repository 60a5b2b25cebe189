"""Who is there, and what is to be told them: a province, an announcement to all, reminders, and cadres who file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bot.clock import VIETNAM
from bot.storage import Store, Transaction
from bot.storage.schema import account, person, unit
from handlers.records.announcements import Audience, SendAnnouncement
from handlers.records.deadlines import AddDeadline
from handlers.records.people import NOTICE_VERSION
from handlers.reply import Choice, Reply
from knowledge.calendar import Rule

NOON = dt.datetime(2026, 11, 18, 12, 0, tzinfo=VIETNAM)
"""When it plays: a Wednesday, so that reminders go out, whatever the hour of the test."""
MARK = {"announcement": "📢 Thử sức", "reminder": "Báo cáo thử sức"}
"""By which words a message of that kind is known."""
DUE = dt.date(2026, 11, 20)


def fill(tx: Transaction, cadres: int, people: int) -> int:
    """A province whose first communes have a cadre each, and ``people`` in all; gives the key of the author."""
    run = tx.connection.execute
    born = dt.datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)
    agreed = {"agreed_version": NOTICE_VERSION, "agreed_at": born, "created_at": born}
    top = run(unit.insert().returning(unit.c.id), {"name": "Tỉnh Tân Giang", "kind": "province"}).scalar()
    homes = [
        run(
            unit.insert().returning(unit.c.id), {"name": f"Xã {number}", "kind": "commune", "parent_id": top}
        ).scalar_one()
        for number in range(cadres)
    ]
    for number in range(people):
        role = "cadre" if number < cadres else "supervisor"
        values: dict[str, Any] = {"name": f"Người {number}", "role": role, "unit_id": homes[number % cadres], **agreed}
        key = run(person.insert().returning(person.c.id), values).scalar()
        chat = {"channel": "telegram", "address": str(number + 1), "person_id": key, "last_used_at": born}
        run(account.insert(), chat)
    author = {"name": "Người soạn", "role": "staff", "unit_id": top, **agreed}
    return run(person.insert().returning(person.c.id), author).scalar_one()


def announce(tx: Transaction, author: int, cadres: int) -> None:
    """One message to everybody."""
    units = tuple(one.id for one in tx.all_units())
    read = Choice("Đã đọc", f"dadoc {'a' * 32}")
    message = Reply(f"{MARK['announcement']}\nMời họp trực tuyến lúc 14 giờ.", (read,))
    effect = SendAnnouncement("a" * 32, "Mời họp", (), Audience(units, ("cadre", "supervisor")), message)
    tx.apply(effect, author, NOON)


def remind(tx: Transaction, number: int, communes: int, cadres: int) -> list[int]:
    """A deadline that some communes are to be reminded of now; gives the addresses of their cadres."""
    units = [one.id for one in tx.all_units() if one.kind == "commune"]
    units.sort()
    chosen = [(number * communes + place) % cadres for place in range(communes)]
    rule = Rule("once", date=DUE)
    concerned = {"units": [units[place] for place in chosen]}
    title = f"{MARK['reminder']} {number}"
    effect = AddDeadline(None, title, None, rule.to_dict(), None, "Sở Nội vụ", concerned, (3,))
    tx.add_deadline(effect, None, dt.datetime(2026, 11, 3, 9, 0, tzinfo=VIETNAM))
    return [place + 1 for place in chosen]


async def insist(store: Store, work: Any, tries: int = 30) -> Any:
    """Write although the program has the database in its hands."""
    import asyncio

    for attempt in range(tries):
        try:
            return await store.write(work)
        except Exception:
            if attempt == tries - 1:
                raise
            await asyncio.sleep(0.5)
    raise AssertionError
