"""Without buttons: everything that is offered can be typed, as it is written in the message, in every flow."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.render import as_lines
from bot.storage import Store
from handlers.routing import resolve
from handlers.texts import say
from tests.support.world import Chat, RecordingChannel, World

WALKS = {
    "cadre": [
        ["0"],
        ["tro giup"],
        ["/han"],
        ["/baocao"],
        ["/baocao qcdc", "huy"],
        [
            "/baocao qcdc quy 3/2026",
            "12",
            "1",
            "2",
            "xong",
            "co",
            "bo",
            "lai",
            "bo",
            "4",
            "bo",
            "sua",
            "1",
            "13",
            "sau",
        ],
        ["/nhap"],
        ["lam tiep"],
        ["/dagui"],
        ["/lich"],
        ["dân vận khéo là gì?"],
        ["/lichsu qcdc"],
    ],
    "staff": [
        ["0"],
        ["/thongbao", "Họp giao ban sáng mai", "tat ca don vi", "can bo", "huy"],
        ["/theodoi"],
        ["/hengui"],
        ["/moi", "huy"],
        ["/hanmoi", "Báo cáo quý", "trước ngày 30/10 hằng năm", "huy"],
        ["/xemhan"],
        ["/duyet"],
        ["/chuatraloi"],
        ["/tonghop"],
        ["/tonghop qcdc quy 3/2026"],
        ["/maubaocao"],
    ],
    "supervisor": [
        ["0"],
        ["/tonghop"],
        ["/tonghop qcdc quy 3/2026"],
        ["/chuanop qcdc quy 3/2026"],
        ["/chitiet qcdc quy 3/2026"],
        ["/bieudo"],
        ["/xuat"],
        ["/duyet"],
        ["/theodoi"],
    ],
}


def typed_for(message: str) -> list[str]:
    """What a message asks to type, in the order of its choices."""
    found = []
    for line in message.splitlines():
        number, dot, _ = line.partition(". ")
        if dot and number.isdecimal() and int(number) == len(found) + 1:
            found.append(number)
        elif line.startswith('Gõ "'):
            found.append(line.split('"')[1])
    return found


def check(chat: Chat, seen: set[str]) -> None:
    """All that was offered so far can be typed: by what stands there, and by the label in any manner."""
    for message in chat.messages:
        lines = as_lines("", message.choices, numbered=message.numbered, limit=2000)
        typed = typed_for(lines)
        assert len(typed) == len(message.choices), lines
        for words, choice in zip(typed, message.choices, strict=True):
            labels = [one.label for one in message.choices]
            assert resolve(words, message.choices, numbered=message.numbered) == choice.action, (words, lines)
            assert resolve(f' "{words.upper()}". ', message.choices, numbered=message.numbered) == choice.action
            if labels.count(choice.label) == 1:
                assert resolve(choice.label, message.choices, numbered=message.numbered) == choice.action
            seen.add(choice.label)
        assert len(as_lines(message.text, message.choices, numbered=message.numbered, limit=2000)) <= 2000


@pytest.mark.parametrize("role", list(WALKS))
async def test_everything_that_is_offered_can_be_typed(sqlite_store: Store, tmp_path: Path, role: str) -> None:
    channel = RecordingChannel(buttons=False)
    channel.limits = type(channel.limits)(
        text=2000, buttons=False, per_second=1e6, chat_interval=lambda _: 0, in_flight=32
    )
    world = World(sqlite_store, tmp_path, channel=channel)
    province = await world.unit("Tỉnh Tân Giang", "province")
    for number in range(12):
        await world.unit(f"Xã Vùng Cao {number}", parent=province)
    commune = await world.unit("Xã Sơn Hà", parent=province)
    office = await world.unit("Sở Nội vụ", "office", province)
    chat = await world.person("Lò Thị Mai", role, commune if role == "cadre" else office)  # type: ignore[arg-type]
    await world.person("Vàng A Páo", "cadre", commune)
    seen: set[str] = set()
    for walk in WALKS[role]:
        for words in walk:
            assert await chat.says(words), (walk, words)
        check(chat, seen)
        # Every choice of the last message leads somewhere, typed as it is offered.
        for place in range(min(len(chat.choices), 6)):
            offered = chat.messages[-1]
            typed = typed_for(as_lines("", offered.choices, numbered=offered.numbered, limit=2000))
            if place < len(typed):
                said = await chat.says(typed[place])
                assert said, (walk, typed[place])
                assert say("help.error", error_id="").split("mã")[0] not in said
        check(chat, seen)
        await chat.says("huy")
    assert len(seen) > 10
