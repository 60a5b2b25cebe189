"""Codes that are used twice, too late, or guessed."""

from __future__ import annotations

import datetime as dt

from handlers.texts import say
from tests.support.clumsy import Province


async def test_a_code_used_by_two_people_at_once_lets_one_in(province: Province) -> None:
    code = await province.code()
    one, two = province.world.stranger(), province.world.stranger()
    for chat in (one, two):
        await chat.says(f"/start {code}")
    await one.sends(text="đồng ý")
    await two.sends(text="đồng ý")
    await province.world.settle()
    await one.sends(text="Lò Thị Mai")
    await two.sends(text="Lò Thị Hoa")
    await province.world.settle()
    assert "Đăng ký xong" in one.messages[-1].text
    assert two.messages[-1].text == say("enrol.used")
    assert await province.world.stranger().says(f"/start {code}") == say("enrol.used")


async def test_a_code_past_its_day_is_refused_even_after_the_notice_was_shown(province: Province) -> None:
    code = await province.code(days=1)
    chat = province.world.stranger()
    assert "Mã đúng" in await chat.says(f"start {code.lower()}")
    province.world.clock.move(dt.timedelta(days=2))
    assert await chat.says("đồng ý") == say("enrol.expired")
    assert await chat.says(f"/start {code}") == say("enrol.expired")


async def test_guessing_is_slowed_and_the_right_code_waits_too(province: Province) -> None:
    code = await province.code()
    chat = province.world.stranger()
    answers = [await chat.says(f"/start AAAA-BBBB-CCC{number}") for number in range(6)]
    assert [("lần thử" in said, "nhiều lần" in said) for said in answers] == [(True, False)] * 4 + [(False, True)] * 2
    assert "nhiều lần" in await chat.says(f"/start {code}")
    province.world.clock.move(dt.timedelta(minutes=6))
    assert "Mã đúng" in await chat.says(f"/start {code}")
