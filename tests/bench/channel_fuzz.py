"""A storm of random and damaged updates through the real parsing and the real turns, for every channel.

    python -m tests.bench.channel_fuzz [--updates 100000] [--channel telegram] [--seed 1]

In process, without HTTP. People, staff and strangers say what people say and what nobody says, press buttons that were
offered and that never were, send files, edit, quote, speak in groups; a third of the updates is damaged before they
are read. Whatever comes: no turn fails, everybody who was heard is answered, and nobody is stuck. After the storm each
person gets the menu and an answer, and whoever may report files a report.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import json
import logging
import random
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot import turns
from bot.channels import telegram_updates, zalo_updates
from bot.channels.base import Arrival, FileProblem, Limits, NewUpdate, RemoteFile, Unreachable
from bot.channels.console import ConsoleChannel
from bot.library import ingest, refresh_library
from bot.outbox import Sender
from bot.storage import open_store
from bot.storage.schema import account, inbox, outbox, person
from handlers.routing import COMMANDS
from knowledge.library import Library
from tests.support.world import NOON, Chat, RecordingChannel, StillClock, World

CHANNELS = ("telegram", "zalo", "console")
_DOCUMENTS = Path(__file__).resolve().parents[2] / "bot" / "demo" / "documents"
_ME = telegram_updates.Me(99, "danvan_bot")
_BATCH = 25
_SENT = 400
"""Messages of late that are pressed, quoted and corrected."""
_ROLES = ("cadre",) * 8 + ("staff", "supervisor", "admin")
_STRANGERS = 6

WORDS = (
    "0", "1", "2", "12", "lại", "hủy", "huy", "tiep", "bỏ", "xong", "gửi", "có", "không", "quay lại", "menu", "?",
    "???", "báo cáo dân vận khéo tháng 10: 2 mô hình mới, 3 buổi đối thoại", "han nop bao cao dan van kheo?",
    "12 triệu rưỡi",
    "1.250 công", "15/9/2026", "quý 3/2026", "tháng 10", "tất cả trừ An Phú", "sáng mai 8h", "Nguyễn Văn Bình",
    "0912345678", "ABCD-EFGH-1234", "start K7QM-3F9X-W2AB", "1234-5678", "câu 2 là 15", "sửa câu 1 thành 7", "đã đọc",
    "/start", "/start baocao_dan-van-kheo", "/start b64_gg", "/huy@danvan_bot", "/ /", "//", "/\u200b", "\u202e",
    "ạ" * 3000,
    "xã nào chưa nộp tháng 10?", "ai ký công văn này", "120-KL/TW", "{{ 7*7 }}", "<b>", "%s", "'; DROP TABLE",
    "😀" * 50,
    "e\u0302\u0323" * 20, "\x00\x07", "٣", "½", "1e9", "-1", "99999999999999999999", "1,5", "NaN", "1/13/2026",
    "31/2/2026",
)  # fmt: skip
JUNK: tuple[Any, ...] = (
    None, True, -1, 0, 2**63, 2**70, 1.5, float("1e308"), "", "\0", "\ud800", "x" * 5000, [], {}, [[]], {"id": {}},
    "null",
    "٣", "-100", "\u202ehi", [None, {"file_id": 7}], {"x": [1, {"y": "z"}]},
)  # fmt: skip


class Storm(RecordingChannel):
    """A real channel's reading, over a platform that is a list."""

    def __init__(self, name: str, dice: random.Random) -> None:
        super().__init__(buttons=name != "zalo")
        self.name = name
        self.limits = Limits(2000 if name == "zalo" else 4096, name != "zalo", 1e6, lambda _: 0, 64)
        self._dice = dice
        reads: dict[str, Callable[[Mapping[str, Any]], Arrival]] = {
            "telegram": telegram_updates.read,
            "zalo": zalo_updates.read,
            "console": lambda payload: ConsoleChannel.read(None, payload),  # type: ignore[arg-type]
        }
        self._read = reads[name]
        self.sent = deque(maxlen=_SENT)  # type: ignore[assignment]

    def read(self, payload: Mapping[str, Any]) -> Arrival:
        """As the real channel reads it."""
        return self._read(payload)

    async def download(self, file: RemoteFile, limit: int) -> bytes:
        """A photo, a text, or what can go wrong."""
        kind = self._dice.random()
        if kind < 0.5:
            raise FileProblem(self._dice.choice(("too-big", "unavailable", "unsupported")))
        if kind < 0.6:
            raise Unreachable("x")
        return b"KE HOACH\n\n1. Noi dung truoc ngay 30/10."


@dataclass
class Weather:
    """What makes updates: people's own, and damaged."""

    name: str
    dice: random.Random
    addresses: Sequence[str]
    channel: Storm
    number: int = 0
    keys: deque[int] = field(default_factory=lambda: deque(maxlen=50))

    def words(self) -> str:
        """Something that is typed: known words, a command, a label that was offered, or noise."""
        dice, kind = self.dice, self.dice.random()
        if kind < 0.4:
            return dice.choice(WORDS)
        if kind < 0.65:
            command = COMMANDS[dice.choice(list(COMMANDS))]
            name = dice.choice((command.name, f"/{command.name}", *command.spellings))
            return f"{name} {dice.choice(WORDS)}" if dice.random() < 0.3 else name
        if kind < 0.8 and self.channel.sent:
            choices = dice.choice(self.channel.sent).choices
            return dice.choice(choices).label if choices else "1"
        if kind < 0.9:
            return str(dice.randint(0, 40))
        return "".join(
            chr(dice.randint(1, 0x2FF) if dice.random() < 0.9 else 0x1F600) for _ in range(dice.randint(1, 60))
        )

    def update(self) -> Any:
        """The next one."""
        self.number += 1
        address = self.dice.choice(self.addresses)
        made: Any = {"telegram": self._telegram, "zalo": self._zalo, "console": self._console}[self.name](address)
        if self.name != "console" and self.dice.random() < 0.33:
            for _ in range(self.dice.randint(1, 3)):
                made = damaged(self.dice, made)
        return made

    def _pressed(self, address: str) -> tuple[int, int]:
        mine = [one for one in self.channel.sent if one.address == address and one.choices]
        if mine and self.dice.random() < 0.85:
            one = self.dice.choice(mine[-3:])
            return one.id, self.dice.randrange(len(one.choices))
        return self.dice.choice((0, 1, 7, 10**9, 10**17)), self.dice.choice((0, 1, 99, 9999))

    def _telegram(self, address: str) -> Any:
        dice, key = self.dice, self.number + 1000
        sender = {"id": int(address), "is_bot": False, "first_name": "Người"}
        chat: dict[str, Any] = {"id": int(address), "type": "private"}
        if in_group := dice.random() < 0.08:
            chat = {"id": -1005, "type": "supergroup", "title": "Tổ công tác"}
        message: dict[str, Any] = {"message_id": key, "date": 0, "chat": chat, "from": sender}
        kind = dice.random()
        if kind < 0.35:
            data = "{}:{}{}".format(*self._pressed(address), dice.choice(("", "!")))
            query = {"id": "q", "from": sender, "message": message, "data": data}
            return {"update_id": self.number, "callback_query": query}
        words = self.words()
        message["text"] = f"@danvan_bot {words}" if in_group else words
        if kind < 0.42 and self.keys:
            message["message_id"] = dice.choice(self.keys)
            return {"update_id": self.number, "edited_message": message}
        self.keys.append(key)
        if kind < 0.50 and self.channel.sent:
            quoted = {"message_id": dice.choice(self.channel.sent).id, "from": {"id": 99}}
            message["reply_to_message"] = quoted
        if kind > 0.93:
            del message["text"]
            content: tuple[dict[str, Any], ...] = (
                {"photo": [{"file_id": "p", "width": 5, "height": 5}], "media_group_id": f"g{self.number // 4}"},
                {"document": {"file_id": "d", "file_name": words[:80]}, "caption": words},
                {"voice": {"file_id": "v"}}, {"sticker": {"emoji": "x"}}, {"location": {"latitude": 1}}, {"poll": {}},
                {"contact": {"phone_number": "0912345678"}}, {"dice": {"value": 3}}, {"web_app_data": {}},
            )  # fmt: skip
            message |= dice.choice(content)
        return {"update_id": self.number, "message": message}

    def _zalo(self, address: str) -> Any:
        dice = self.dice
        sender = {"id": address, "display_name": "Người", "is_bot": False}
        message: dict[str, Any] = {"message_id": f"{self.number:020x}", "chat": {"id": address}, "from": sender}
        kind = dice.random()
        event = "message.text.received"
        if kind < 0.35:
            message["text"] = str(self._pressed(address)[1] + 1)
        elif kind < 0.93:
            message["text"] = self.words()
        else:
            event = dice.choice((
                "message.image.received", "message.sticker.received", "message.unsupported.received",
                "message.voice.received", "message.link.received", "", "message.reaction.received",
            ))  # fmt: skip
            message |= {"photo": "https://photo.example/a.jpg"} if "image" in event else {}
        return {"event_name": event, "message": message}

    def _console(self, address: str) -> Any:
        kind = self.dice.random()
        payload: dict[str, Any] = {"text": self.words()}
        if kind < 0.35:
            payload = {"press": list(self._pressed(address)), "label": "x"}
        elif kind > 0.97:
            payload["files"] = [{"sha256": "0" * 64, "name": self.words()[:80], "size": 10}]
        return {"address": address, "payload": payload}

    def read(self, update: Any) -> NewUpdate | None:
        """As the real channel takes it; what it passes over is ``None``."""
        if self.name == "telegram":
            return telegram_updates.new_update(update, _ME)
        if self.name == "zalo":
            return zalo_updates.new_update(update)
        return NewUpdate(f"c{self.number}", update["address"], update["payload"], bool(update["payload"].get("files")))


def damaged(dice: random.Random, update: Any) -> Any:
    """The same JSON with one thing in it gone, doubled, or other than it should be."""
    whole = copy.deepcopy(update)
    places: list[tuple[Any, Any]] = []
    waiting = [whole]
    while waiting:
        held = waiting.pop()
        pairs = (
            list(held.items()) if isinstance(held, dict) else list(enumerate(held)) if isinstance(held, list) else []
        )
        places += [(held, key) for key, _ in pairs]
        waiting += [value for _, value in pairs if isinstance(value, dict | list)]
    if not places:
        return dice.choice(JUNK)
    held, key = dice.choice(places)
    match dice.randrange(4):
        case 0:
            del held[key]
        case 1:
            other, name = dice.choice(places)
            held[key] = copy.deepcopy(other[name])
        case _:
            held[key] = dice.choice(JUNK)
    return whole


@dataclass
class Report:
    """What the storm has shown."""

    channel: str
    updates: int = 0
    heard: int = 0
    seconds: float = 0.0
    failed: list[str] = field(default_factory=list)
    """Updates whose turn failed, or that could not be read."""
    unanswered: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    filed: int = 0

    @property
    def wrong(self) -> list[str]:
        """All that must not be."""
        return [*self.failed, *self.unanswered, *self.stuck]


async def storm(channel: str, updates: int, seed: int, folder: Path, witnesses: int = len(_ROLES)) -> Report:
    """Let it rage, and look around afterwards; so many people are then asked whether they are stuck."""
    dice, report = random.Random(seed), Report(channel)
    store = open_store(f"sqlite+aiosqlite:///{folder / 'danvan.sqlite3'}")
    await store.migrate()
    library, clock = Library(), StillClock()
    await ingest(store, sorted(_DOCUMENTS.glob("*.txt"))[:4], NOON, lambda: None)
    await refresh_library(store, library)
    there = Storm(channel, dice)
    world = World(store, folder, clock, library, channel=there)
    world.sender = Sender(store, {channel: there}, _any_file, clock)
    people = await _people(world)
    strangers = [str(5_000 + number) for number in range(_STRANGERS)]
    weather = Weather(channel, dice, [*(chat.address for chat in people), *strangers], there)
    started = time.perf_counter()
    while report.updates < updates:
        batch: list[NewUpdate] = []
        for _ in range(min(_BATCH, updates - report.updates)):
            report.updates += 1
            update = weather.update()
            try:
                new = weather.read(update)
                json.dumps(new.payload) if new else None
            except Exception as error:
                report.failed.append(f"{type(error).__name__}: {update!r}"[:400])
                continue
            if new is not None:
                batch.append(new)
        await world.journal(batch)
        await world.settle()
        report.heard += len(batch)
        if report.updates % 10_000 == 0:
            print(f"  {channel}: {report.updates}", file=sys.stderr, flush=True)
    report.seconds = time.perf_counter() - started
    while await store.read(lambda tx: tx.updates_to_fetch(1)):  # the last file may have failed once: it is asked again
        await world.settle()
    await _look(world, report)
    for chat in people[:witnesses]:
        await _speaks(world, chat, report)
    await _reports(world, await _newcomer(world), report)
    await store.close()
    return report


async def _any_file(file: object) -> tuple[str, str, Path]:
    """Making a spreadsheet takes longer than a thousand turns, and is tested elsewhere."""
    return "tep", "text/plain", Path(__file__)


async def _people(world: World) -> list[Chat]:
    province = await world.unit("Tỉnh Tân Giang", "province")
    people = []
    for number, role in enumerate(_ROLES):
        home = await world.unit(f"Xã {number}", parent=province) if role == "cadre" else province
        people.append(await _enrolled(world, f"Người {number}", role, home, str(1_000 + number)))
    return people


async def _enrolled(world: World, name: str, role: Any, home: int, address: str) -> Chat:
    chat = await world.person(name, role, home)
    here = account.c.person_id == chat.person_id
    await world.store.write(lambda tx: tx.connection.execute(account.update().where(here).values(address=address)))
    chat.address = address
    return chat


async def _newcomer(world: World) -> Chat:
    province = await world.unit("Tỉnh khác", "province")
    return await _enrolled(world, "Người mới", "cadre", await world.unit("Xã Mới", parent=province), "9999")


async def _look(world: World, report: Report) -> None:
    """Turns that failed, and people who were heard and not answered."""
    replied = outbox.alias()
    answered = sa.exists().where(replied.c.dedupe_key == sa.literal("reply:") + sa.cast(inbox.c.id, sa.Text) + ":0")
    rows = await world.store.read(
        lambda tx: tx.connection.execute(sa.select(inbox, answered.label("answered")).order_by(inbox.c.id)).all()
    )
    albums: dict[tuple[str, str], bool] = {}
    for row in rows:
        arrival = world.channel.read(row.payload)
        told = f"{row.id} {row.state} {json.dumps(row.payload, ensure_ascii=False)}"[:400]
        if arrival.album:
            key = (row.address, arrival.album)
            albums[key] = albums.get(key, False) or bool(row.answered)
        if row.state != "done":
            report.failed.append(told)
        elif not row.answered and arrival.moved_to is None and not arrival.album:
            report.unanswered.append(told)
    report.unanswered += [f"album {key}" for key, answered_once in albums.items() if not answered_once]


async def _speaks(world: World, chat: Chat, report: Report) -> None:
    """Whoever was in the storm gets the menu and an answer, and files a report if they may."""
    who = await world.store.read(
        lambda tx: tx.connection.execute(
            sa.select(person).join(account, account.c.person_id == person.c.id).where(account.c.address == chat.address)
        ).one_or_none()
    )
    heard = [await _says(world, chat, words) for words in ("hủy", "hủy", "0", "hạn nộp báo cáo dân vận khéo?")]
    if not all(heard) or any("trục trặc" in one for one in heard):
        report.stuck.append(f"{chat.address}: {heard}"[:400])
    elif who is not None and who.agreed_at and who.removed_at is None:
        if "chọn việc" not in heard[2]:
            report.stuck.append(f"{chat.address} gets no menu: {heard[2]}"[:400])
        elif who.role == "cadre":
            await _reports(world, chat, report)


async def _reports(world: World, chat: Chat, report: Report) -> None:
    """Fill in a form as somebody would who takes what is offered."""
    heard = await _says(world, chat, "/baocao qcdc quý 1/2026")
    for _ in range(60):
        if "Mã tiếp nhận" in heard:
            report.filed += 1
            return
        last = world.channel.sent[-1]
        picked = any(choice.label.startswith("☑") for choice in last.choices)
        wanted = (
            ("gui ", ":done") if picked else ("gui ", ":skip", ":pick 1", ":done", ":yes", ":take", ":as-is", ":next")
        )
        offered = [choice.action for choice in last.choices]
        action = next((one for want in wanted for one in offered if one.startswith(want)), None)
        if action is not None:
            heard = await _presses(world, chat, last.id, offered.index(action))
            continue
        answers = ("3", "15/3/2026", "có")
        for words in answers:
            before = world.channel.sent[-1].text.split(".")[0]
            heard = await _says(world, chat, words)
            if heard.split(".")[0] != before:
                break
    report.stuck.append(f"{chat.address} files no report: {heard}"[:400])


async def _says(world: World, chat: Chat, words: str) -> str:
    return await _put(world, chat, _text_update(world.channel.name, chat.address, words, next(world._numbers)))


async def _presses(world: World, chat: Chat, message: int, place: int) -> str:
    name, number = world.channel.name, next(world._numbers)
    if name == "telegram":
        said = {"chat": {"id": int(chat.address), "type": "private"}, "message_id": 1}
        query = {"id": "q", "from": {"id": int(chat.address)}, "message": said, "data": f"{message}:{place}"}
        payload: dict[str, Any] = {"update_id": number, "callback_query": query}
    elif name == "console":
        payload = {"press": [message, place], "label": ""}
    else:
        choice = next(one for one in world.channel.sent if one.id == message).choices[place]
        payload = _text_update(name, chat.address, choice.key or choice.label, number)
    return await _put(world, chat, payload)


def _text_update(name: str, address: str, words: str, number: int) -> dict[str, Any]:
    if name == "telegram":
        chat = {"id": int(address), "type": "private"}
        message = {"message_id": number + 10**7, "chat": chat, "from": {"id": int(address)}, "text": words}
        return {"update_id": number + 10**7, "message": message}
    if name == "zalo":
        message = {"message_id": f"after-{number}", "chat": {"id": address}, "from": {"id": address}, "text": words}
        return {"event_name": "message.text.received", "message": message}
    return {"text": words}


async def _put(world: World, chat: Chat, payload: dict[str, Any]) -> str:
    last = world.channel.sent[-1] if world.channel.sent else None
    await world.journal([NewUpdate(f"after-{next(world._numbers)}", chat.address, payload)])
    await world.settle()
    fresh: list[str] = []
    for one in reversed(world.channel.sent):
        if one is last:
            break
        if one.address == chat.address:
            fresh.append(one.text)
    return "\n".join(reversed(fresh))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it for the channels that are wanted, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--channel", choices=CHANNELS, action="append")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    # Of a turn that fails the program says where, in one line; nothing else is worth reading here.
    logging.basicConfig(level=logging.CRITICAL, format="%(message)s")
    logging.getLogger(turns.__name__).setLevel(logging.ERROR)
    bad = 0
    for channel in given.channel or CHANNELS:
        with tempfile.TemporaryDirectory() as folder:
            report = asyncio.run(storm(channel, given.updates, given.seed, Path(folder)))
        print(
            f"{channel:9} {report.updates} updates, {report.heard} heard, {report.updates / report.seconds:.0f}/s: "
            f"{len(report.failed)} failed, {len(report.unanswered)} unanswered, {len(report.stuck)} stuck, "
            f"{report.filed} reports filed afterwards",
            flush=True,
        )
        for line in report.wrong[:20]:
            print("   ", " ".join(line.split()))
        bad += len(report.wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
