"""Every command of every role is aimed at everything that belongs to another unit, under every name that it has.

What lies outside of a person's reach is neither shown nor changed, whatever they type and whatever old or foreign
button they press. Nothing here knows what a command means: a new one is walked from the day it is registered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.channels.base import NewUpdate, Outgoing
from bot.payload import unpack
from bot.storage import Store, Transaction
from bot.storage.schema import (
    account,
    announcement,
    data_request,
    deadline,
    enrolment_code,
    outbox,
    person,
    report,
    report_version,
    unanswered,
    unit,
)
from handlers.permissions import reach, units_for
from handlers.receipts import new_receipt
from handlers.records.deadlines import AddDeadline
from handlers.records.files import MadeFile
from handlers.records.people import Person, Role
from handlers.records.reports import SaveAnswer, SubmitReport
from handlers.reply import Reply
from handlers.routing import COMMANDS
from tests.support.world import Chat, World

FORM, PERIOD, DRAFT = "quy-che-dan-chu", "2026-Q3", "2026-Q2"
ROLES: tuple[Role, ...] = ("cadre", "staff", "supervisor", "admin")


@dataclass
class Place:
    """A unit with people, a report, a draft, an announcement, a code, a deadline and a question, all of them its own.

    Whatever is private to it has the mark in it.
    """

    unit_id: int
    name: str
    mark: str
    cadre: Chat
    staff: Chat
    receipt: str
    uid: str
    keys: Mapping[str, int]

    def private(self, role: Role) -> list[str]:
        """What nobody outside may read. Deadlines may be read by whoever may change all of them."""
        whose = ("Cán bộ", "Chuyên viên", "khó", "tin", "Người Mới", "hỏi")
        return [f"{what} {self.mark}" for what in (*whose, *(["Hạn"] if reach(role, "suahan") != "any" else []))]

    @property
    def names(self) -> list[str]:
        """All that can be typed or forged to mean something of it."""
        key = self.keys
        return [
            self.receipt,
            f"{self.receipt} 1",
            f"{self.receipt} 1 dongy",
            *(f"{self.uid}{wish}" for wish in ("", " nhac", " bang", " huy dongy", " dongy")),
            *(f"{number}{sure}" for number in sorted(set(key.values())) for sure in ("", " dongy")),
            f"#{self.unit_id}",
            self.name,
            f"{self.name} {FORM} {PERIOD}",
            f"{FORM} {PERIOD} #{self.unit_id}",
            f"{FORM} {PERIOD} {self.unit_id}",
            f"{FORM} {DRAFT}",
            self.mark,
            f"{self.name} thành Xã Khác",
        ]


class Land(World):
    """A province, a commune with everybody in question, a hamlet below it, and a foreign commune."""

    home: int
    below: Place
    foreign: Place
    people: dict[Role, Chat]

    async def hears(self, chat: Chat, *payloads: Mapping[str, Any]) -> list[Reply]:
        """What this phone is to be told after these messages, which are handed over at once; nothing is sent."""
        newest = sa.select(sa.func.max(outbox.c.id))
        since = await self.store.read(lambda tx: tx.connection.scalar(newest)) or 0
        updates = [NewUpdate(f"walk-{next(self._numbers)}", chat.address, payload) for payload in payloads]
        await self.journal(updates)
        while await self.turns.take():
            pass
        mine = outbox.select().where(outbox.c.id > since, outbox.c.address == chat.address).order_by(outbox.c.id)
        rows = await self.store.read(lambda tx: list(tx.connection.execute(mine)))
        return [unpack(row.payload) for row in rows]

    async def settle_in(self) -> None:
        root = await self.unit("Tỉnh Hải Lâm", "province")
        # Keys that nothing of anybody's has in common: a number that is typed means one thing alone.
        await self._skip(unit, 1000)
        self.home = await self.unit("Xã Nhà", "commune", root)
        self.below = await self.place("Thôn Dưới", self.home, "Mãdưới", "27-AAAA-0001", 3000)
        self.foreign = await self.place("Xã Lạ", root, "Mãlạ", "27-BBBB-0002", 5000)
        self.people = {role: await self.person(f"Lê {role}", role, self.home) for role in ROLES}

    async def _skip(self, table: sa.Table, at: int) -> None:
        """The next row of the table has the key after this one."""
        missing = {
            column.name: _filler(column)
            for column in table.c
            if not column.nullable and column.server_default is None and column.name != "id"
        }

        def work(tx: Transaction) -> None:
            tx.connection.execute(sa.text("PRAGMA foreign_keys=OFF"))
            tx.connection.execute(table.insert(), {"id": at, **missing})

        await self.store.write(work)

    async def place(self, name: str, parent: int, mark: str, receipt: str, keys: int) -> Place:
        home = await self.unit(name, "commune", parent)
        now = self.clock.now()
        cadre = await self.person(f"Cán bộ {mark}", "cadre", home)
        staff = await self.person(f"Chuyên viên {mark}", "staff", home)
        form = self.forms[FORM]
        receipt = new_receipt(2026, f"{keys:032x}")
        given: dict[str, Any] = {question.name: None for question in form.questions} | {"kho_khan": f"khó {mark}"}

        def work(tx: Transaction) -> None:
            for question, value in given.items():
                tx.apply(SaveAnswer(home, FORM, 1, PERIOD, question, value), cadre.person_id, now)
                tx.apply(SaveAnswer(home, FORM, 1, DRAFT, question, value), cadre.person_id, now)
            tx.apply(SubmitReport(home, FORM, PERIOD, receipt, False), cadre.person_id, now)
            rule = {"every": "month", "day": 25}
            tx.apply(
                AddDeadline(None, f"Hạn {mark}", None, rule, FORM, None, {"units": [home]}, (3,), staff.person_id),
                staff.person_id,
                now,
            )
            question = {
                "text": f"hỏi {mark}",
                "key": mark,
                "reason": "not-stated",
                "person_id": cadre.person_id,
                "at": now,
            }
            tx.connection.execute(unanswered.insert(), question)

        await self.store.write(work)
        await staff.says(f"/thongbao tin {mark}")
        await staff.says("tất cả")
        await staff.says("cán bộ")
        await staff.taps("Gửi cho")
        await staff.says("/moi")
        await staff.says(name)
        await staff.taps("Cán bộ")
        await staff.says(f"Người Mới {mark}")
        await staff.says("/huy")

        def keyed(tx: Transaction) -> tuple[dict[str, int], str]:
            def last(table: sa.Table, column: str = "id") -> Any:
                return tx.connection.scalar(sa.select(table.c[column]).order_by(table.c.id.desc()).limit(1))

            rows = {"unit": home, "person": cadre.person_id, "staff": staff.person_id}
            for table in (deadline, unanswered, enrolment_code, announcement, account):
                rows[table.name] = last(table)
            return rows, last(announcement, "uid")

        rows, uid = await self.store.read(keyed)
        return Place(home, name, mark, cadre, staff, receipt, uid, rows)

    async def rows_of(self, place: Place) -> list[str]:
        """All rows that belong to this place."""
        theirs = (place.cadre.person_id, place.staff.person_id)
        mine = {
            unit: unit.c.id == place.unit_id,
            person: person.c.unit_id == place.unit_id,
            account: account.c.person_id.in_(theirs),
            report: report.c.unit_id == place.unit_id,
            report_version: report_version.c.report_id.in_(
                sa.select(report.c.id).where(report.c.unit_id == place.unit_id)
            ),
            announcement: announcement.c.author_id.in_(theirs),
            enrolment_code: enrolment_code.c.unit_id == place.unit_id,
            deadline: deadline.c.title.contains(place.mark),
            unanswered: unanswered.c.person_id.in_(theirs),
            data_request: data_request.c.person_id.in_(theirs),
            outbox: outbox.c.person_id.in_(theirs) | outbox.c.address.in_((place.cadre.address, place.staff.address)),
        }

        def work(tx: Transaction) -> list[str]:
            return [
                str(row) for table, which in mine.items() for row in tx.connection.execute(table.select().where(which))
            ]

        return await self.store.read(work)


def _filler(column: sa.Column[Any]) -> Any:
    return 0 if isinstance(column.type, sa.Integer) else "-"


@pytest_asyncio.fixture
async def land(sqlite_store: Store, tmp_path: Path) -> Land:
    made = Land(sqlite_store, tmp_path)
    await made.settle_in()
    return made


def outside(role: Role, land: Land) -> list[Place]:
    return [land.below, land.foreign] if role == "cadre" else [land.foreign]


def limited(role: Role) -> list[str]:
    """The commands that this role has for some units and not for all."""
    return [name for name in COMMANDS if reach(role, name) in {"own", "below", "province"}]


def told(replies: Sequence[Reply]) -> str:
    """All that a phone was shown: words, labels of buttons, names of files."""
    return "\n".join(
        f"{one.text} {[choice.label for choice in one.choices]} {[file.name for file in one.files]}" for one in replies
    )


def typed(*lines: str) -> list[dict[str, str]]:
    return [{"text": line} for line in lines]


def pressed(messages: Sequence[Outgoing], extra: int = 0) -> list[dict[str, Any]]:
    """Every button of these messages, and so many that they do not have."""
    return [{"pressed": [one.id, place]} for one in messages for place in range(len(one.choices) + extra)]


@pytest.mark.parametrize("role", ["cadre", "staff", "supervisor"])
async def test_nothing_outside_of_ones_reach_is_shown_or_changed_by_any_command(land: Land, role: Role) -> None:
    chat = land.people[role]
    for place in outside(role, land):
        before = await land.rows_of(place)
        for name in limited(role):
            said = await land.hears(chat, *typed(*(f"/{name} {words}" for words in place.names), "/huy"))
            assert len(said) >= len(place.names), f"{role}: /{name} leaves a line without an answer"
            for private in place.private(role):
                assert private not in told(said), f"{role}: /{name} shows “{private}”"
            assert await land.rows_of(place) == before, f"{role}: /{name} changes what is {place.name}'s"
            made = [file for one in said for file in one.files if isinstance(file, MadeFile)]
            assert not [file for file in made if place.unit_id in _numbers(file.parameters)]


def _numbers(value: Any) -> list[int]:
    if isinstance(value, int):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    return [number for one in value for number in _numbers(one)] if isinstance(value, list | tuple) else []


async def test_the_same_words_show_it_to_those_whom_it_concerns(land: Land) -> None:
    """The walk can fail: within one's reach every one of these names opens what it means."""
    for role, place in (("staff", land.below), ("admin", land.foreign)):
        chat = land.people[role]
        for line, private in (
            (f"/xem {place.receipt}", f"khó {place.mark}"),
            (f"/theodoi {place.uid}", f"tin {place.mark}"),
            (f"/nguoi {place.keys['person']}", f"Cán bộ {place.mark}"),
            ("/mamoi", f"Người Mới {place.mark}"),
            (f"/xemhan {place.keys['deadline']}", f"Hạn {place.mark}"),
            ("/chuatraloi", f"hỏi {place.mark}"),
        ):
            assert private in told(await land.hears(chat, *typed(line))), f"{role}: {line}"


@pytest.mark.parametrize("role", ["cadre", "staff", "supervisor"])
async def test_a_button_of_somebody_elses_message_means_nothing(land: Land, role: Role) -> None:
    chat = land.people[role]
    before = [await land.rows_of(place) for place in (land.below, land.foreign)]
    offered = [message for message in land.channel.sent if message.choices and message.address != chat.address]
    assert len(offered) > 10
    forged = ([0, 0], [-1, 0], [2**70, 0], [10**9, 0], [offered[0].id, -1], [offered[0].id, 10**9])
    presses = [*pressed(offered, extra=1), *({"pressed": one} for one in forged)]
    shown = told(await land.hears(chat, *presses))
    assert land.below.mark not in shown
    assert land.foreign.mark not in shown
    assert before == [await land.rows_of(place) for place in (land.below, land.foreign)]


@pytest.mark.parametrize("change", ["unit", "role", "removed"])
async def test_what_one_was_offered_is_worth_what_one_may_do_now(land: Land, change: str) -> None:
    """Staff below see the hamlet; then they sit in the foreign commune, are cadres, or are nobody: old buttons know."""
    chat, place = land.people["staff"], land.below
    for line in (
        f"/xem {place.receipt}",
        f"/xetduyet {place.receipt}",
        f"/theodoi {place.uid}",
        f"/nguoi {place.keys['person']}",
        "/danhba",
        "/mamoi",
        "/chuatraloi",
        f"/xemhan {place.keys['deadline']}",
        f"/tonghop {FORM} {PERIOD}",
        f"/tralai {place.receipt} 1",
    ):
        await chat.says(line)
    offered = [message for message in chat.messages if message.choices]
    assert len(offered) > 8
    values: dict[str, Any] = {
        "unit": {"unit_id": land.foreign.unit_id},
        "role": {"role": "cadre"},
        "removed": {"removed_at": land.clock.now()},
    }[change]
    move = person.update().where(person.c.id == chat.person_id).values(**values)
    await land.store.write(lambda tx: tx.connection.execute(move))
    before = await land.rows_of(place)
    shown = told(await land.hears(chat, *pressed(offered), *typed("vì số liệu sai")))
    role: Role = "staff" if change == "unit" else "cadre"
    assert not [private for private in place.private(role) if private in shown]
    assert await land.rows_of(place) == before


async def test_a_draft_of_another_unit_is_nobodys_but_its_own(land: Land) -> None:
    chat, place = land.people["cadre"], land.foreign
    before = await land.rows_of(place)
    asked = [f"/{name}{words}" for name in ("baocao", "gui", "nhap") for words in ("", f" {FORM} {DRAFT}")]
    assert place.mark not in told(await land.hears(chat, *typed(*asked)))
    assert await land.rows_of(place) == before


async def test_a_step_cannot_be_typed_only_chosen(land: Land) -> None:
    """ "(colon)unit 5" is what a button stands for; typed, it is words like others."""
    chat, place = land.people["staff"], land.foreign
    before = await land.rows_of(place)
    for line in (
        ["/moi", f":unit {place.unit_id}", ":role admin", ":skip"],
        ["/thongbao Mời họp", f":unit {place.unit_id}", ":send", ":all"],
        ["/sapnhap", f":unit {place.unit_id}", ":yes"],
    ):
        await land.hears(chat, *typed(*line, "/huy"))
    assert await land.rows_of(place) == before
    codes = await land.store.read(
        lambda tx: list(tx.connection.scalars(sa.select(enrolment_code.c.role).where(enrolment_code.c.role != "cadre")))
    )
    assert codes == []


@pytest.mark.parametrize("role", ROLES)
async def test_reach_means_the_units_that_it_says(land: Land, role: Role) -> None:
    """Own, below, any: over every action that the role has."""
    root = 1
    everything = {root, 1000, land.home, land.below.unit_id, land.foreign.unit_id}
    wanted = {
        None: set(),
        "province": set(),
        "own": {land.home},
        "below": {land.home, land.below.unit_id},
        "any": everything,
    }

    def work(tx: Transaction) -> None:
        me = tx.person(land.people[role].person_id)
        assert isinstance(me, Person)
        for name in COMMANDS:
            units = {one.id for one in units_for(me, name, tx)}
            assert units - {1000} == wanted[reach(role, name)] - {1000}, name

    await land.store.read(work)
