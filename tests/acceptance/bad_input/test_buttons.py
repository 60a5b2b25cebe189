"""Buttons that are old, forged or somebody else's, and what comes twice or at once."""

from __future__ import annotations

from bot.channels.base import Outgoing
from bot.storage.schema import report
from handlers.texts import say
from tests.support.clumsy import FORM, JPEG, RECEIPT, Province, file_report


async def test_two_messages_at_once_are_two_answers_in_their_order(province: Province) -> None:
    await province.an.says(FORM)
    await province.an.sends(text="4")
    await province.an.sends(text="3")
    await province.world.settle()
    assert "Câu 3/10" in province.an.messages[-1].text
    kept = await province.world.store.read(lambda tx: tx.report(province.son_ha, "dan-van-kheo", "2026-10"))
    assert kept is not None
    assert list(kept.answers.values()) == [4, 3]


async def test_buttons_that_are_old_forged_or_somebody_elses_change_nothing(province: Province) -> None:
    receipt = await file_report(province.binh)
    theirs = next(one for one in reversed(province.binh.messages) if one.choices)
    await province.an.says(FORM)
    await province.an.says("3")
    old = province.an.messages[-1]
    await province.an.says("3")
    forged = [(theirs, 0), (theirs, 99), *((_message(key), 0) for key in (0, -1, 10**12, 2**63, 10**40)), (old, -1)]
    for message, index in [*forged, (old, 0)]:
        said = await province.an.presses(message, index)
        assert said.startswith(say("help.stale")), (message.id, index)
        assert "Câu 3/10" in said
        assert receipt not in said


def _message(key: int) -> Outgoing:
    return Outgoing(key, "", "")


async def test_an_update_delivered_three_times_across_restarts_sends_one_report(province: Province) -> None:
    await province.an.says(FORM)
    for _ in range(7):
        await province.an.says("1")
    await province.an.taps("Bỏ qua")
    await province.an.taps("Bỏ qua")
    await province.an.shows("anh.jpg", JPEG)
    await province.an.taps("Xong")
    review = province.an.messages[-1]
    before = len(province.an.messages)
    for _ in range(3):
        await province.an.sends(key="the same", pressed=[review.id, 0])
        province.world.restart()
        await province.world.settle()
    assert len(province.an.messages) == before + 1
    assert await province.count(report) == 1
    receipt = RECEIPT.search(province.an.messages[-1].text)
    assert receipt
    assert receipt[1] in await province.an.presses(review, 0), "tapped again: the same receipt"
