"""What people do in a day on Zalo, with words alone: the complete program over real HTTP against the strict server."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from openpyxl import load_workbook
from pydantic import SecretStr

from bot.check import problems
from bot.clock import VIETNAM
from bot.storage import Transaction, open_store
from bot.storage.schema import account, announcement, file, inbox, outbox, person, report, unit
from handlers.records.people import NOTICE_VERSION
from handlers.texts import say
from knowledge.period import Period
from tests.acceptance.test_telegram_stories import FORM, RECEIPT
from tests.support.live import Live
from tests.support.mortal import Mortal
from tests.support.phones import download
from tests.support.pictures import jpeg
from tests.support.zalo_server import ZaloServer, zalo_server
from tests.support.zalo_user import User

JPEG = jpeg()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[ZaloServer]:
    async with zalo_server() as running:
        yield running


@pytest_asyncio.fixture
async def bot(server: ZaloServer, tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Live]:
    """Reached from outside: a webhook, and links to files."""
    running = Live(None, tmp_path / "data", {"nha-van-hoa": FORM}, port=unused_tcp_port, zalo=server)
    try:
        await running.start()
        yield running
    finally:
        if running.program is not None:
            await running.stop()


async def enrolled(bot: Live, server: ZaloServer, key: str, name: str, unit: int, role: str) -> User:
    user = server.user(key, name)
    user.says(await bot.code(unit, role))  # type: ignore[arg-type]
    await user.hears("đồng ý không")
    user.says("dong y")
    await user.hears("họ và tên")
    user.says("1")
    await user.hears("Đăng ký xong")
    return user


async def test_a_day_with_words_alone(bot: Live, server: ZaloServer) -> None:
    """Enrol, report with a photo, announce, acknowledge with one digit, pull the totals, open the spreadsheet."""
    province = await bot.unit("Tỉnh Tân Giang", "province")
    office = await bot.unit("Sở Nội vụ", "office", province)
    mai = await enrolled(bot, server, "mai", "Lò Thị Mai", await bot.unit("Xã Sơn Hà", parent=province), "cadre")
    staff = await enrolled(bot, server, "thuan", "Hà Văn Thuận", office, "staff")
    boss = await enrolled(bot, server, "hanh", "Tô Thị Hạnh", office, "supervisor")
    # A report: numbers, a correction by going back, a choice by its digit, a word to leave out, a photo.
    mai.says("/baocao nvh 10/2026")
    await mai.hears("Câu 1/6")
    mai.says("5")
    await mai.hears("Câu 2/6")
    mai.says("lai")
    await mai.hears("Câu 1/6")
    mai.says("4")
    await mai.hears("Câu 2/6")
    mai.says("0")
    await mai.hears("Câu 3/6")
    mai.says("huy")
    await mai.hears("1. ")
    mai.says("sau")
    await mai.hears("Đã lưu bản nháp")
    mai.says("lam tiep")
    await mai.hears("Câu 3/6")
    mai.says("12 triệu rưỡi")
    await mai.hears("Câu 4/6")
    mai.says("1")
    await mai.hears("Câu 5/6")
    mai.says("bo")
    await mai.hears("Câu 6/6")
    mai.sends_photo(JPEG)
    await mai.hears("Đã nhận")
    mai.says("xong")
    await mai.hears("Xem lại trước khi gửi")
    mai.says("gui")
    receipt = RECEIPT.search((await mai.hears("Mã tiếp nhận")).text)
    assert receipt
    (row,) = await bot.rows(sa.select(report))
    assert (row.answers["so_nha"], row.answers["ngay_cong"], row.answers["cong_khai"]) == (4, 0, True)
    (kept,) = await bot.rows(sa.select(file))
    assert (row.answers["anh"], kept.size) == ([kept.id], len(JPEG))
    mai.says("0")
    await mai.hears("1. Hạn báo cáo")
    # An announcement. The menu is still above it, and yet "1" means the announcement.
    staff.says("/thongbao Họp giao ban sáng thứ Sáu.")
    await staff.hears("Gửi tới đơn vị nào")
    staff.says("tat ca don vi")
    await staff.hears("Gửi cho ai")
    staff.picks("Cán bộ")
    await staff.hears("Số người nhận: 1")
    staff.says("1")
    await staff.hears("Đã nhận lệnh")
    heard = await mai.hears("Họp giao ban sáng thứ Sáu.")
    assert heard.typed == {"Đã đọc": "1"}
    mai.says("1")
    await mai.hears("Đã ghi nhận")
    staff.picks("Theo dõi")
    await staff.hears("Đã đọc: 1/1")
    # The totals, and the file under a link that only she has.
    boss.says("/tonghop nvh 10/2026")
    await boss.hears("Đã nộp 1/1 đơn vị")
    boss.picks("Tải tệp")
    name, data = await download((await boss.hears("/f/")).link)
    assert name.endswith(".xlsx")
    assert "Xã Sơn Hà" in {str(cell) for page in load_workbook(BytesIO(data)) for line in page.values for cell in line}
    # A chart comes as a picture, the proof of a report as a link.
    boss.says("/bieudo nvh 10/2026")
    await server.until(lambda: any(one.photo.startswith(b"\x89PNG") for one in boss.messages), 60)
    boss.says(f"/xem {receipt[1]}")
    await boss.hears(receipt[1])
    await server.until(lambda: any(one.photo == JPEG for one in boss.messages))
    # Nobody was ever sent what the platform does not take.
    assert not await bot.rows(sa.select(outbox).where(outbox.c.state == "failed"))


async def test_what_cannot_be_read_gets_a_sentence_and_the_question_stays(bot: Live, server: ZaloServer) -> None:
    stranger = server.user("ai", "Ai đó")
    stranger.sends("message.sticker.received", sticker="0e078a2fb66a5f34067b", url="https://stickers.example/1")
    heard = await stranger.hears(say("help.unread_sticker"))
    assert "đăng ký" in heard.text
    mai = await enrolled(bot, server, "mai", "Lò Thị Mai", await bot.unit("Xã Sơn Hà"), "cadre")
    mai.sends("message.unsupported.received")
    await mai.hears(say("help.unread_hidden"))
    mai.says("/baocao nvh 10/2026")
    await mai.hears("Câu 1/6")
    mai.sends("message.voice.received", voice_url="https://voice.example/a.aac")
    heard = await mai.hears(say("help.unread_voice"))
    assert "Câu 1/6" in heard.text


async def test_the_quota_is_told_to_staff_with_what_is_left_and_all_arrives_when_there_is_more(
    bot: Live, server: ZaloServer
) -> None:
    province = await bot.unit("Tỉnh Tân Giang", "province")
    staff = await enrolled(bot, server, "thuan", "Hà Văn Thuận", await bot.unit("Sở", "office", province), "staff")
    commune = await bot.unit("Xã Sơn Hà", parent=province)
    names = ("Lò Thị Mai", "Vàng A Páo", "Tẩn Mẩy", "Giàng A Sử")
    cadres = [await enrolled(bot, server, name, name, commune, "cadre") for name in names]
    staff.says("/thongbao Họp giao ban sáng thứ Sáu.")
    await staff.hears("Gửi tới đơn vị nào")
    staff.says("1")
    await staff.hears("Gửi cho ai")
    staff.picks("Cán bộ")
    await staff.hears("Số người nhận: 4")
    assert bot.program is not None
    server.quota = 2  # for five messages: the confirmation and four announcements
    staff.picks("Gửi cho 4 người")
    zalo = bot.program.channels["zalo"]
    await server.until(lambda: server.quota == 0 and getattr(zalo, "trouble", None) is not None)
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        health = (await client.get(f"http://127.0.0.1:{bot.port}/healthz")).json()
    assert health["trouble"] == {"zalo": "429 Quota exceeded"}
    (told,) = await bot.rows(sa.select(announcement))
    async with asyncio.timeout(15):
        while not (progress := await bot.store.read(lambda tx: tx.progress(told.id))).held:
            await asyncio.sleep(0.05)
    assert progress.sent + progress.waiting == 4
    assert progress.waiting >= 2
    lines: list[str] = []
    await problems(bot.settings, lines.append)
    assert any("tin chờ gửi" in line for line in lines), lines
    # A restart knows nothing of the wait; neither would the operator who has just bought more.
    server.quota = None
    await bot.stop()
    bot.clock.move(dt.timedelta(hours=1))
    await bot.start()
    for one in cadres:
        await one.hears("Họp giao ban sáng thứ Sáu.")


KILLS = 4
ANSWERS = {1: "12", 2: "1", 3: "có", 4: "bỏ", 5: "4", 6: "bỏ"}
QUESTION = re.compile(r"Câu (\d+)/6")
NUMBER = re.compile(r"\d\d-\d{4}-\d{4}")


class Cadre:
    """Files one report on a phone, answering each question once, however often it is asked."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.answered: set[int] = set()
        self.done: set[str] = set()
        self.receipts: set[str] = set()
        self._read = 0

    def react(self) -> None:
        """Read what is new, and type what is asked for."""
        for message in self.user.messages[self._read :]:
            self._read += 1
            asked = [int(number) for number in QUESTION.findall(message.text)]
            if asked and asked[-1] == 2 and asked[-1] in self.answered and "xong" not in self.done:
                self.done.add("xong")
                self.user.says("xong")
            elif asked and asked[-1] not in self.answered:
                self.answered.add(asked[-1])
                self.user.says(ANSWERS[asked[-1]])
            elif "Xem lại" in message.text and "gửi" not in self.done:
                self.done.add("gửi")
                self.user.says("gửi")
            elif "gửi" in self.done:
                self.receipts.update(NUMBER.findall(message.text))


async def _cadres(server: ZaloServer, url: str, count: int) -> list[Cadre]:
    """People who enrolled long ago, in a database that nobody runs on yet."""
    store = open_store(url)
    await store.migrate()
    now = dt.datetime.now(VIETNAM)

    def work(tx: Transaction) -> None:
        for number in range(count):
            home = {"name": f"Xã {number}", "kind": "commune"}
            key = tx.connection.scalar(unit.insert().returning(unit.c.id), home)
            row = {"name": f"Người {number}", "role": "cadre", "unit_id": key, "created_at": now}
            agreed = {"agreed_version": NOTICE_VERSION, "agreed_at": now}
            someone = tx.connection.scalar(person.insert().returning(person.c.id), row | agreed)
            chat = {"channel": "zalo", "address": f"cb{number}", "person_id": someone, "last_used_at": now}
            tx.connection.execute(account.insert(), chat)

    await store.write(work)
    await store.close()
    return [Cadre(server.user(f"cb{number}", f"Người {number}", started=True)) for number in range(count)]


@pytest.mark.xdist_group("plug")
async def test_with_a_webhook_kill_9_loses_nothing_that_was_said_on_zalo(
    server: ZaloServer, tmp_path: Path, unused_tcp_port: int
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'danvan.sqlite3'}"
    cadres = await _cadres(server, url, 6)
    mortal = Mortal(
        tmp_path,
        url,
        "",
        "",
        "",
        telegram_token=None,
        zalo_token=SecretStr(server.token),
        zalo_api_url=server.api_url,
        public_url=f"http://127.0.0.1:{unused_tcp_port}",
        port=unused_tcp_port,
    )
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    period = Period.of("quarter", dt.datetime.now(VIETNAM).date()).previous().code
    mortal.start()
    await server.until(lambda: server.webhook is not None, 60)
    for cadre in cadres:
        cadre.user.says(f"/baocao quy-che-dan-chu {period}")
    kills = 0
    async with asyncio.timeout(120):
        while True:
            for cadre in cadres:
                cadre.react()
            if all(cadre.receipts for cadre in cadres):
                break
            count = server.counts["sendMessage"]
            await server.until(lambda count=count: server.counts["sendMessage"] > count or bool(server.queue), 30)  # type: ignore[misc]
            if kills < KILLS and chance.random() < 0.2:
                kills += 1
                await asyncio.sleep(chance.uniform(0, 0.02))
                mortal.kill()
                mortal.start()
            await asyncio.sleep(0.01)
    assert mortal.stop() == 0
    store = open_store(url)
    kept = await store.read(lambda tx: tx.connection.execute(sa.select(report)).all())
    updates = await store.read(lambda tx: {row.state for row in tx.connection.execute(sa.select(inbox.c.state))})
    await store.close()
    print(f"{kills} kills, {len(kept)} reports, {server.counts['sendMessage']} messages")
    assert sorted(row.receipt for row in kept) == sorted(one for cadre in cadres for one in cadre.receipts)
    assert len({repr(sorted(row.answers.items())) for row in kept}) == 1, "an answer went astray"
    assert updates == {"done"}


async def test_polling_a_kill_loses_at_most_the_update_that_was_under_way(server: ZaloServer, tmp_path: Path) -> None:
    """A poll hands over one update and forgets it: this is what the trial without a webhook costs."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'danvan.sqlite3'}"
    (cadre,) = await _cadres(server, url, 1)
    mortal = Mortal(
        tmp_path, url, "", "", "", telegram_token=None, zalo_token=SecretStr(server.token), zalo_api_url=server.api_url
    )
    mortal.start()
    said = 40
    for number in range(said):
        cadre.user.says(f"câu hỏi số {number} về dân vận")
    await server.until(lambda: len(server.queue) < said - 5, 60)
    mortal.kill()
    await asyncio.sleep(0.05)  # a poll of the dead process may be taking one more
    left = len(server.queue)
    store = open_store(url)
    kept = await store.read(lambda tx: len(tx.connection.execute(sa.select(inbox.c.id)).all()))
    await store.close()
    assert said - left - 1 <= kept <= said - left
    mortal.start()
    await server.until(lambda: not server.queue, 60)
    assert mortal.stop() == 0
