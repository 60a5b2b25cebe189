"""What the storm has left: turns that failed, people who were not answered, and people who are stuck."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from bot.channels.base import NewUpdate
from bot.storage.schema import account, inbox, outbox, person
from tests.support.world import Chat, World


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


async def look_back(world: World, report: Report) -> None:
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


async def speaks(world: World, chat: Chat, report: Report) -> None:
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
            await files_a_report(world, chat, report)


async def files_a_report(world: World, chat: Chat, report: Report) -> None:
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
