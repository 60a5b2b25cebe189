"""What the machinery of turns promises, whatever the flows say."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot import turns
from bot.channels.base import Gone, Refused, TooFast, Uncertain, Unreachable
from bot.storage import Store
from bot.storage.schema import outbox
from handlers.reply import Choice, Reply
from handlers.turn import Conversation, Outcome, Turn
from tests.support.world import World


@pytest_asyncio.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    yield World(store, tmp_path)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flow that counts what it hears, fails on "boom", and asks on "ask"."""

    def route(turn: Turn) -> Outcome:
        if turn.message.text == "boom":
            raise RuntimeError("số điện thoại 0912345678")
        if turn.message.stale:
            return Outcome((Reply("cũ"),))
        if turn.message.action:
            return Outcome((Reply(f"chọn {turn.message.action}"),), conversation=None)
        heard = turn.conversation.data["heard"] if turn.conversation else 0
        choices = (Choice("Có", ":yes", "có"), Choice("Không", ":no")) if turn.message.text == "ask" else ()
        reply = Reply(f"{turn.message.text} {heard + 1}", choices)
        return Outcome((reply,), conversation=Conversation("count", "on", {"heard": heard + 1}))

    monkeypatch.setattr(turns, "route", route)


@pytest.mark.usefixtures("counting")
async def test_an_update_delivered_three_times_has_one_effect_and_one_reply(world: World) -> None:
    chat = world.stranger()
    assert await chat.says("một", key="same") == "một 1"
    assert await chat.says("một", key="same") == ""
    world.restart()
    assert await chat.says("một", key="same") == ""
    assert await chat.says("hai") == "hai 2"


@pytest.mark.usefixtures("counting")
async def test_two_messages_at_once_are_dealt_with_in_their_order(world: World) -> None:
    chat = world.stranger()
    await chat.sends(text="một")
    await chat.sends(text="hai")
    await chat.sends(text="ba")
    await world.settle()
    assert [message.text for message in chat.messages] == ["một 1", "hai 2", "ba 3"]


@pytest.mark.usefixtures("counting")
async def test_a_restart_in_mid_conversation_is_invisible(world: World) -> None:
    chat = world.stranger()
    await chat.says("một")
    await chat.sends(text="hai")
    world.restart()
    await world.settle()
    assert chat.messages[-1].text == "hai 2"


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize("typed", ["1", "1.", "Có", "có", "co", "CO"])
async def test_a_choice_arrives_however_it_is_typed(world: World, typed: str) -> None:
    chat = world.stranger()
    await chat.says("ask")
    assert await chat.says(typed) == "chọn :yes"


@pytest.mark.usefixtures("counting")
async def test_a_button_of_an_older_message_is_recognised_as_old(world: World) -> None:
    chat = world.stranger()
    await chat.says("ask")
    old = chat.messages[-1]
    await chat.says("ask")
    assert await chat.presses(old, 0) == "cũ"
    assert await chat.presses(chat.messages[-2], 1) == "chọn :no"


@pytest.mark.usefixtures("counting")
async def test_a_button_of_somebody_elses_message_does_nothing(world: World) -> None:
    chat, other = world.stranger(), world.stranger()
    await chat.says("ask")
    assert await other.presses(chat.messages[-1], 0) == "cũ"
    assert await other.presses(chat.messages[-1], 99) == "cũ"


@pytest.mark.usefixtures("counting")
async def test_a_failing_turn_changes_nothing_and_names_an_id_that_the_log_has(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    chat = world.stranger()
    await chat.says("một")
    with caplog.at_level(logging.ERROR):
        answer = await chat.says("boom")
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 1
    error_id = lines[0].split()[1].rstrip(":")
    assert error_id in answer
    assert "RuntimeError" in lines[0]
    assert "0912345678" not in lines[0]
    assert await chat.says("hai") == "hai 2"


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize(
    "failure", [Unreachable("no route"), TooFast(5), TooFast(5, everywhere=True), Uncertain("time")]
)
async def test_a_reply_that_did_not_get_through_is_sent_again(world: World, failure: Exception) -> None:
    chat = world.stranger()
    world.channel.failing = [failure]
    await chat.says("một")
    if not chat.messages:
        world.clock.move(dt.timedelta(hours=1))
        world.restart()
        await world.settle()
    assert [message.text for message in chat.messages] == ["một 1"]


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize("failure", [Gone("blocked"), Refused("bad")])
async def test_a_message_that_can_never_arrive_is_marked_as_failed_and_not_repeated(
    world: World, failure: Exception
) -> None:
    chat = world.stranger()
    world.channel.failing = [failure]
    await chat.says("một")
    world.clock.move(dt.timedelta(hours=48))
    await world.settle()
    assert chat.messages == []
    states = await world.store.read(
        lambda tx: list(tx.connection.scalars(outbox.select().with_only_columns(outbox.c.state)))
    )
    assert states == ["failed"]


@pytest.mark.usefixtures("counting")
async def test_a_reply_whose_sending_had_begun_when_the_process_died_is_sent_again(world: World) -> None:
    chat = world.stranger()
    await chat.sends(text="một")
    await world.turns.take()

    now = world.clock.now()
    await world.store.write(lambda tx: tx.claim({"test": 5}, now, "one"))
    world.restart()
    await world.settle()
    assert chat.messages == []
    assert await world.sender.recover() == 1
    await world.settle()
    assert [message.text for message in chat.messages] == ["một 1"]


@pytest.mark.usefixtures("counting")
async def test_a_reply_outlives_any_number_of_crashes_at_the_moment_of_sending(world: World) -> None:
    chat = world.stranger()
    await chat.sends(text="một")
    await world.turns.take()
    now = world.clock.now()
    for _ in range(30):
        assert len(await world.store.write(lambda tx: tx.claim({"test": 5}, now, "one"))) == 1
        world.restart()
        assert await world.sender.recover() == 1
    await world.settle()
    assert [message.text for message in chat.messages] == ["một 1"]


@pytest.mark.usefixtures("counting")
async def test_a_reply_too_long_for_the_channel_arrives_in_pieces_and_in_order(world: World) -> None:
    chat = world.stranger()
    text = "\n\n".join(f"Đoạn {number}: " + "chữ " * 120 for number in range(20))
    await chat.says(text)
    assert len(chat.messages) > 1
    assert all(len(message.text) <= 4000 for message in chat.messages)
    assert " ".join("".join(message.text + " " for message in chat.messages).split()) == " ".join(f"{text} 1".split())
