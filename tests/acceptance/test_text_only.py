"""Text alone, as on Zalo: every flow is walked by every role that may use it, with digits, keys and labels as typed.

At every step of every walk "0", "tiep", "lai" and "huy" lead somewhere, nothing longer than 2,000 characters is sent,
and what is offered can be typed in any manner. A flow without a walk fails the first test.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

import bot.turns
from bot.channels.render import in_words
from bot.channels.zalo import LIMITS
from bot.storage import Store
from handlers.permissions import reach
from handlers.records.people import Role
from handlers.routing import _MODULES, recognise
from handlers.texts import say
from handlers.turn import Outcome, Turn
from knowledge.fold import fold
from tests.support.province import a_province
from tests.support.world import Chat, RecordingChannel

ROLES: tuple[Role, ...] = get_args(Role)
CADRE, STAFF, BOSS, ADMIN = ({role} for role in ROLES)
EVERYBODY, REPORTING, PULLING, RUNNING = set(ROLES), CADRE | STAFF, STAFF | BOSS | ADMIN, STAFF | ADMIN

DOCUMENT = """ỦY BAN NHÂN DÂN
TỈNH TRUNG NAM
Số: 71/KH-UBND
Trung Nam, ngày 05 tháng 11 năm 2026
KẾ HOẠCH
Về công tác dân vận năm 2026
I. NHIỆM VỤ
1. Các xã, phường đối thoại với Nhân dân mỗi quý một lần.
II. TỔ CHỨC THỰC HIỆN
1. Sở Nội vụ theo dõi việc thực hiện.
2. UBND các xã, phường gửi báo cáo kết quả về Sở Nội vụ trước ngày 15/12 hằng năm.
"""
FORM = 'title = "Tiếp xúc cử tri"\nperiods = ["month"]\n[[question]]\nname = "so"\nkind = "whole"\ntitle = "Số cuộc"\n'

# Module, who, and what is typed. "#Label" chooses: by its number or key, without accents, in capitals, in part, in
# turns; "@name" sends a file; "RECEIPT", "UNIT" stand for what the world has.
WALKS: list[tuple[str, set[Role], list[str]]] = [
    ("accounts", EVERYBODY, ["/lienket"]),
    ("accounts", EVERYBODY, ["tai khoan cua toi", "#Liên kết ứng dụng khác"]),
    ("announce", RUNNING, ["thong bao", "Họp giao ban sáng thứ Hai", "#Tất cả đơn vị", "#Cán bộ", "#Gửi"]),
    ("announce", RUNNING, ["/thongbao Mời dự hội nghị", "son ha", "#Xã Sơn Hà", "#Cán bộ", "#Gửi"]),
    ("approve", RUNNING, ["/duyettin"]),
    ("approve", ADMIN, ["/duyethai"]),
    ("ask", EVERYBODY, ["dân vận khéo là gì?"]),
    ("ask", EVERYBODY, ["/vanban 120-KL/TW"]),
    ("chart", PULLING, ["bieu do", "#Quy chế dân chủ"]),
    ("correct", RUNNING, ["/thongbao Họp lúc 8 giờ", "#Tất cả đơn vị", "#Cán bộ", "#Gửi", "/theodoi", "*",
                          "#Đính chính", "Họp lúc 9 giờ", "#Đính chính ngay"]),
    ("deadline", EVERYBODY, ["han nop"]),
    ("deadline", EVERYBODY, ["tai lich"]),
    ("directory", RUNNING, ["danh ba", "#Nguyễn Thị Lan"]),
    ("directory", ADMIN, ["/xoanguoi Nguyễn Thị Lan"]),
    ("deciding", RUNNING, ["/yeucau 1 donvi", "xã không có thật"]),
    ("deciding", RUNNING, ["yeu cau du lieu", "*", "#Không chấp nhận", "Dữ liệu đã đúng"]),
    ("documents", RUNNING, ["@ke-hoach.txt", "*"]),
    ("drill", PULLING, ["/chitiet qcdc quy 3/2026"]),
    ("enrol", EVERYBODY, ["/start"]),
    ("export", PULLING, ["/xuat qcdc quy 3/2026", "#Bảng CSV"]),
    ("figures", EVERYBODY, ["/solieu đối thoại quý 3"]),
    ("figures", PULLING, ["xã nào chưa nộp quý 3?"]),
    ("follow", PULLING, ["theo doi"]),
    ("follow", PULLING, ["/hengui"]),
    ("follow", EVERYBODY, ["da doc"]),
    ("groups", RUNNING, ["/nhom"]),
    ("handover", RUNNING, ["/bangiao Nguyễn Thị Lan"]),
    ("help", EVERYBODY, ["0", "*"]),
    ("help", EVERYBODY, ["tiep tuc"]),
    ("invite", RUNNING, ["moi nguoi moi", "Xã Sơn Hà", "#Cán bộ", "Lò Văn Tư"]),
    ("invite", RUNNING, ["/mamoi"]),
    ("merge", RUNNING, ["/sapnhap Xã Sơn Hạ vào Xã Sơn Hà từ 1/12/2026"]),
    ("merge", RUNNING, ["/doiten Xã Sơn Hạ thành Xã Sơn Hồng từ 1/12/2026"]),
    ("own", EVERYBODY, ["du lieu cua toi"]),
    ("own", EVERYBODY, ["/suaten Trần Văn Mới"]),
    ("own", EVERYBODY, ["/suaten", "Trần Văn Cũ"]),
    ("own", EVERYBODY, ["sua du lieu", "tôi đã chuyển sang xã Tân Hòa"]),
    ("publish", RUNNING, ["mau bao cao", "*"]),
    ("publish", RUNNING, ["@tiep-xuc.toml", "#Công bố"]),
    ("report", REPORTING, ["bao cao", "#Quy chế dân chủ", "*", "12", "1"]),
    ("report", CADRE, ["/baocao qcdc quy 4/2026", "12", "1", "2", "co", "bo", "4", "bo", "sua", "1", "13", "sau"]),
    ("report", REPORTING, ["lam tiep"]),
    ("report", REPORTING, ["bao cao da gui"]),
    ("review", PULLING, ["/duyet", "*"]),
    ("same", RUNNING, ["/gopnguoi Nguyễn Thị Lan", "lo thi mai"]),
    ("review", RUNNING, ["/duyet", "*", "#Trả lại", "1 2", "Số liệu chưa khớp", "#Trả lại"]),
    ("schedule", PULLING, ["xem han"]),
    ("schedule", RUNNING, ["han moi", "Báo cáo quý", "trước ngày 30/10 hằng năm", "*", "*", "*", "*"]),
    ("search", PULLING, ["/tim kinh phí"]),
    ("snooze", EVERYBODY, ["nhac lai luc 16h"]),
    ("supervise", PULLING, ["tong hop", "*"]),
    ("supervise", PULLING, ["/chuanop qcdc quy 3/2026", "*"]),
    ("template", RUNNING, ["mau bao cao tong hop", "*"]),
    ("trail", ADMIN, ["nhat ky"]),
    ("unanswered", RUNNING, ["/chuatraloi", "*", "Phòng Tổng hợp phụ trách", "#Không", "#Lưu"]),
    ("view", EVERYBODY, ["/xem RECEIPT", "*"]),
    ("view", EVERYBODY, ["/lichsu RECEIPT"]),
]  # fmt: skip


def name_of(module: Any) -> str:
    return str(module.__name__.rsplit(".", 1)[-1])


def test_every_flow_has_a_walk_for_everybody_who_may_use_it() -> None:
    walked = {(module, role) for module, roles, _ in WALKS for role in roles}
    used = {
        (name_of(module), role)
        for module in _MODULES
        for role in ROLES
        if any(reach(role, name) for name in [*(one.name for one in module.COMMANDS), *module.FLOWS])
    }
    assert used - walked == set()


class Walker:
    """Somebody who types, and looks at what comes back."""

    def __init__(self, chat: Chat, receipt: str) -> None:
        self.chat, self.receipt = chat, receipt
        self.manners = itertools.cycle(("shown", "plain", "CAPITALS", "part"))
        self.flows: set[str] = set()

    async def open(self) -> str | None:
        state = await self.chat.world.store.read(lambda tx: tx.conversation(f"person:{self.chat.person_id}"))
        return state.conversation.flow if state.conversation and state.conversation.flow != "ask" else None

    async def types(self, words: str) -> str:
        before = len(self.chat.world.channel.sent)
        if words.startswith("@"):
            text = FORM if words.endswith(".toml") else DOCUMENT
            said = await self.chat.shows(words[1:], text.encode())
        else:
            said = await self.chat.says(self.meant(words))
        assert said.strip(), f"no answer to {words!r}"
        assert say("help.error", error_id="").split("mã")[0] not in said, (words, said)
        for message in self.chat.world.channel.sent[before:]:
            assert len(message.text) <= LIMITS.text, words
            texts = in_words(message.text, (), message.choices, numbered=message.numbered, limit=LIMITS.text)
            assert max(map(len, texts)) <= LIMITS.text
        if flow := await self.open():
            self.flows.add(flow)
        return said

    def meant(self, words: str) -> str:
        if words != "*" and not words.startswith("#"):
            return words.replace("RECEIPT", self.receipt)
        message = next((one for one in reversed(self.chat.messages) if one.choices), None)
        assert message is not None, (words, [one.text for one in self.chat.messages[-2:]])
        labels = [choice.label for choice in message.choices]
        wanted = fold(words[1:])
        place = 0 if words == "*" else next((at for at, one in enumerate(labels) if fold(one).startswith(wanted)), None)
        assert place is not None, (words, labels)
        shown = str(place + 1) if message.numbered else message.choices[place].key or labels[place]
        manner = next(self.manners)
        if manner == "shown" or sum(fold(one) == fold(labels[place]) for one in labels) > 1:
            return shown
        if manner == "part" and message.numbered and (part := part_of(labels, place)):
            return part
        return labels[place].upper() if manner == "CAPITALS" else fold(labels[place])


def part_of(labels: Sequence[str], place: int) -> str | None:
    """Some words of this label alone, no command's."""
    words = fold(labels[place]).split()
    parts = [" ".join(words[:end]) for end in range(1, len(words))] + [" ".join(words[1:])]
    return next(
        (
            part
            for part in parts
            if sum(map(str.isalpha, part)) >= 4
            and part.replace(" ", "").isalnum()
            and recognise(part) is None
            and sum(part in fold(label) for label in labels) == 1
        ),
        None,
    )


def prefixes(walk: Sequence[str]) -> Iterator[Sequence[str]]:
    return (walk[:end] for end in range(1, len(walk) + 1))


async def walk_world(store: Store, folder: Path, role: Role) -> tuple[Walker, str]:
    province = await a_province(store, folder)
    channel = RecordingChannel(buttons=False)
    channel.limits = replace(LIMITS, per_second=1e6, chat_interval=lambda _: 0)
    province.world.channel = channel
    province.world.restart()
    receipt = await province.files("Xã Suối Đá", "2026-Q3", so_cuoc_tiep_dan=3)
    await province.files("Xã Sơn Hà", "2026-Q3", so_cuoc_tiep_dan=4)
    await province.cadre.says("khoản chi cho đội chiêng lấy ở đâu?")
    mai = await province.world.person("Lò Thị Mai", "cadre", province.communes["Xã Sơn Hà"])
    await mai.says("/suadulieu Tôi đã chuyển sang xã Suối Đá")
    unit = province.communes["Xã Suối Đá"] if role == "cadre" else province.office
    chat = await province.world.person("Vàng A Páo", role, unit)
    return Walker(chat, receipt), receipt


@pytest.mark.parametrize("role", ROLES)
async def test_every_flow_can_be_walked_by_typing(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    walker, _ = await walk_world(sqlite_store, tmp_path, role)
    ran: set[str] = set()
    route = bot.turns.route

    def noted(turn: Turn) -> Outcome:
        found = recognise(turn.message.action or turn.message.text, chosen=turn.message.action is not None)
        ran.update({found[0].name} if found else {"hoi", "solieu", "themvanban", "nhapmau"})
        return route(turn)

    monkeypatch.setattr(bot.turns, "route", noted)
    for module in _MODULES:
        ran.clear()
        for _, roles, walk in (one for one in WALKS if one[0] == name_of(module)):
            if role in roles:
                for words in walk:
                    await walker.types(words)
                await leave(walker)
        if any(reach(role, command.name) for command in module.COMMANDS):
            assert ran & {command.name for command in module.COMMANDS}, name_of(module)
    flows = {flow for module in _MODULES for flow in module.FLOWS if flow not in {"ask", "enrol"} and reach(role, flow)}
    assert flows - walker.flows == set()


async def leave(walker: Walker) -> None:
    """ "huy" ends what is open, whatever it is, at most after one question."""
    for _ in range(2):
        if await walker.open():
            await walker.types("huy")
    if await walker.open():
        await walker.types("#Để sau")
    assert await walker.open() is None


@pytest.mark.parametrize("role", ROLES)
async def test_no_step_is_a_dead_end(sqlite_store: Store, tmp_path: Path, role: Role) -> None:
    walker, _ = await walk_world(sqlite_store, tmp_path, role)
    chat = walker.chat
    steps = 0
    for _, roles, walk in WALKS:
        for typed in prefixes(walk) if role in roles else ():
            if walk is not typed and len(typed) == len(walk):
                continue
            for words in typed:
                await walker.types(words)
            if not (flow := await walker.open()):
                await walker.types("0")
                assert "trogiup" not in [choice.action for choice in chat.choices[:1]]
                continue
            steps += 1
            step = chat.messages[-1]
            await walker.types("0" if step.numbered and step.choices else "menu")
            assert any(choice.action == "han" for choice in chat.choices), (typed, chat.messages[-1])
            assert await walker.open() == flow
            await walker.types("tiep")
            assert await walker.open() == flow
            assert chat.choices, typed
            await walker.types("lai")
            await leave(walker)
    assert steps > (10 if role != "supervisor" else -1)
