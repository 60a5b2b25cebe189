"""kill -9 while cadres file reports: what they were told is received is there once, and everybody gets on."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.clock import VIETNAM
from bot.storage import Store, Transaction, open_store
from bot.storage.schema import account, person, report, unit
from handlers.records.people import NOTICE_VERSION
from knowledge.period import Period
from tests.conftest import create_database
from tests.support.mortal import Mortal
from tests.support.telegram_server import TelegramServer, telegram_server
from tests.support.telegram_user import User

KILLS = 15
AT_ONCE = 6
ANSWERS = {1: "12", 2: "1, 2", 3: "có", 4: "bỏ", 5: "4", 6: "bỏ"}
FORM = "quy-che-dan-chu"
QUESTION = re.compile(r"Câu (\d+)/6")
RECEIPT = re.compile(r"\d\d-\d{4}-\d{4}")
PEOPLE = 400


class Cadre:
    """Files one report, answering each question once, however often it is asked."""

    def __init__(self, user: User, period: str) -> None:
        self.user = user
        self.period = period
        self.answered: set[int] = set()
        self.sent = False
        self.receipts: set[str] = set()
        self._read = 0

    def begin(self) -> None:
        self.user.says(f"/baocao {FORM} {self.period}")

    def react(self) -> None:
        """Read what is new, and do what a cadre would do."""
        for message in self.user.messages[self._read :]:
            self._read += 1
            self.receipts.update(RECEIPT.findall(message.text) if self.sent else ())
            asked = [int(number) for number in QUESTION.findall(message.text)]
            if asked and asked[-1] not in self.answered:
                self.answered.add(asked[-1])
                if asked[-1] == 2:
                    self.user.says(ANSWERS[2])
                else:
                    self.user.says(ANSWERS[asked[-1]])
            elif "Gửi" in message.labels and not self.sent:
                self.sent = True
                self.user.presses("Gửi", message)


async def fill(store: Store, people: int) -> None:
    now = dt.datetime.now(VIETNAM)

    def work(tx: Transaction) -> None:
        run = tx.connection.execute
        for number in range(people):
            home = run(unit.insert().returning(unit.c.id), {"name": f"Xã {number}", "kind": "commune"}).scalar()
            values: dict[str, Any] = {"name": f"Người {number}", "role": "cadre", "unit_id": home, "created_at": now}
            agreed = {"agreed_version": NOTICE_VERSION, "agreed_at": now}
            key = run(person.insert().returning(person.c.id), {**values, **agreed}).scalar()
            chat = {"channel": "telegram", "address": str(number + 1), "person_id": key, "last_used_at": now}
            run(account.insert(), chat)

    await store.write(work)


async def strike(server: TelegramServer, chance: random.Random) -> None:
    """Wait for a moment to kill at: any moment, or one of those where the most is at stake."""
    seen = Counter(name for name, _ in server.calls)

    def called(method: str) -> bool:
        return Counter(name for name, _ in server.calls)[method] > seen[method]

    moment = chance.choice(["any", "sending", "confirming", "handed over"])
    if moment == "any":
        await asyncio.sleep(chance.uniform(0, 0.25))
        return
    try:
        if moment == "sending":  # committed, and on its way: the platform has the request, the bot has no answer
            await server.until(lambda: called("sendMessage"), 1)
        elif moment == "confirming":  # the poll that confirms what was handed over before
            await server.until(lambda: called("getUpdates"), 1)
        else:  # just handed over, perhaps not yet written down
            await server.until(lambda: bool(server.queue), 1)
            await asyncio.sleep(chance.uniform(0, 0.02))
    except TimeoutError:
        return


@pytest.mark.xdist_group("plug")
async def test_every_receipt_that_was_shown_is_kept_through_many_kills(database_url: str, tmp_path: Path) -> None:
    await create_database(database_url)
    store = open_store(database_url)
    await store.migrate()
    await fill(store, PEOPLE)
    await store.close()
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    period = Period.of("quarter", dt.datetime.now(VIETNAM).date()).previous().code
    async with telegram_server() as server:
        mortal = Mortal(tmp_path, database_url, server.token, server.api_url, server.file_url)
        waiting = [Cadre(server.user(number + 1, started=True), period) for number in range(PEOPLE)]
        begun: list[Cadre] = []

        async def drive(enough: asyncio.Event) -> None:
            while True:
                for cadre in begun:
                    cadre.react()
                busy = [cadre for cadre in begun if not cadre.receipts]
                if enough.is_set() and not busy:
                    return
                while len(busy) < AT_ONCE and waiting and not enough.is_set():
                    busy.append(waiting.pop())
                    begun.append(busy[-1])
                    busy[-1].begin()
                count = len(server.calls)
                await server.until(lambda count=count: len(server.calls) > count or enough.is_set(), 60)  # type: ignore[misc]
                await asyncio.sleep(0)

        enough = asyncio.Event()
        mortal.start()
        driving = asyncio.create_task(drive(enough))
        for _ in range(KILLS):
            polls = sum(name == "getUpdates" for name, _ in server.calls)
            await server.until(lambda polls=polls: sum(n == "getUpdates" for n, _ in server.calls) > polls, 60)  # type: ignore[misc]
            await strike(server, chance)
            mortal.kill()
            mortal.start()
        enough.set()
        server.ring()
        async with asyncio.timeout(90):
            await driving
        assert await asyncio.to_thread(mortal.stop) == 0

    store = open_store(database_url)
    kept = await store.read(
        lambda tx: [
            tuple(row)
            for row in tx.connection.execute(
                report.select().with_only_columns(report.c.receipt, report.c.state, report.c.answers)
            )
        ]
    )
    await store.close()
    shown = [receipt for cadre in begun for receipt in cadre.receipts]
    print(
        f"{KILLS} kills, {len(begun)} reports, "
        f"{sum(len(cadre.user.messages) for cadre in begun)} messages for {len(begun) * 8} steps"
    )
    assert len(begun) >= AT_ONCE
    assert all(len(cadre.receipts) == 1 for cadre in begun), "somebody was given two numbers"
    assert sorted(shown) == sorted(receipt for receipt, _, _ in kept)
    assert {state for _, state, _ in kept} == {"submitted"}
    answers = [found for _, _, found in kept]
    assert all(found == answers[0] for found in answers), "an answer went astray"
