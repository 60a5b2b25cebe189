"""What the storm sends: what people type, press, quote and send on each channel, and the same damaged."""

from __future__ import annotations

import copy
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.channels import telegram_updates, zalo_updates
from bot.channels.base import NewUpdate
from handlers.routing import COMMANDS
from tests.support.world import RecordingChannel

_ME = telegram_updates.Me(99, "danvan_bot")

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


@dataclass
class Weather:
    """What makes updates: people's own, and damaged."""

    name: str
    dice: random.Random
    addresses: Sequence[str]
    channel: RecordingChannel
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
