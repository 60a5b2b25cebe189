"""What stands beside the keyboard, and what goes when it was used."""

import json

import pytest

from bot.channels.base import (
    SendError,
)
from bot.menus import show_menus
from handlers.menu import commands
from handlers.people.codes import last_moment
from handlers.records.people import IssueCode, RedeemCode, RemovePerson
from handlers.reply import Choice
from tests.support.hearing import Book, listening
from tests.support.telegram_channel import message
from tests.support.telegram_server import proxy_page
from tests.support.world import NOON


async def test_an_account_is_shown_the_commands_of_its_role_and_a_stranger_only_the_first(
    server, channel, sqlite_store
):
    hoa = server.user()
    hoa.says("xin chào")

    def enrol(tx):
        unit = tx.add_unit("Xã Sơn Hà", "commune", None)[0].id
        key = tx.account("telegram", str(hoa.id), NOON).id
        tx.account("telegram", "5555", NOON)  # a stranger, who is shown what everybody is
        tx.apply(IssueCode("code", unit, "cadre", None, last_moment(NOON)), None, NOON)
        tx.apply(RedeemCode("code", key, "Lê Thị Hoa", NOON), None, NOON)
        return tx.account("telegram", str(hoa.id), NOON).person_id

    person = await sqlite_store.write(enrol)
    assert await show_menus(sqlite_store, channel) == 1
    assert server.commands[""] == ["start"]
    assert server.commands[str(hoa.id)] == [name for name, _ in commands("cadre")]
    assert "baocao" in server.commands[str(hoa.id)]
    assert "tonghop" not in server.commands[str(hoa.id)]
    assert await show_menus(sqlite_store, channel) == 0
    await sqlite_store.write(lambda tx: tx.apply(RemovePerson(person), None, NOON))
    assert await show_menus(sqlite_store, channel) == 1
    assert str(hoa.id) not in server.commands


async def test_commands_that_cannot_be_shown_now_are_shown_later(server, channel, sqlite_store):
    server.trouble("setMyCommands", proxy_page())
    with pytest.raises(SendError):
        await show_menus(sqlite_store, channel)
    await show_menus(sqlite_store, channel)
    assert server.commands[""] == ["start"]


async def test_the_keyboard_of_a_question_goes_when_it_was_answered_and_that_of_a_menu_stays(server, channel):
    user, book = server.user(), Book()
    user.says("xin chào")
    await channel.send(message("Mục?", choices=(Choice("Bỏ qua", ":skip"), Choice("Hủy", ":cancel"))))
    await channel.send(message("Chọn:", choices=(Choice("Hạn", "han"),)))
    question, menu = user.messages
    async with listening(channel, book):
        user.presses("Bỏ qua", question)
        user.presses("Hạn", menu)
        await server.until(lambda: not user.messages[0].buttons)
        await book.has(3)
        await server.until(lambda: all(server.queries.values()))
    assert user.messages[0].text == "Mục?"
    assert user.messages[1].labels == ["Hạn"]
    assert [channel.read(one.payload).pressed for one in book.updates[1:]] == [(42, 0), (42, 0)]


async def test_a_question_that_was_answered_in_words_loses_its_buttons_when_the_next_one_is_asked(server, channel):
    user = server.user(started=True)
    await channel.send(message("Câu 1?", choices=(Choice("Bỏ qua", ":skip"), Choice("Hủy", ":cancel"))))
    await channel.send(message("Thông báo", choices=(Choice("Đã đọc", "dadoc x"),)))
    await channel.send(message("Câu 2?", choices=(Choice("Bỏ qua", ":skip"), Choice("Hủy", ":cancel"))))
    await server.until(lambda: not user.messages[0].buttons)
    assert user.messages[0].text == "Câu 1?"
    assert user.messages[1].labels == ["Đã đọc"]
    assert user.messages[2].labels == ["Bỏ qua", "Hủy"]


async def test_in_a_group_buttons_for_everybody_stay_and_all_others_open_the_private_chat(server, channel):
    group, book = server.user(-1005, "Tổ công tác", kind="supergroup", started=True), Book()
    choices = (Choice("Xem nguyên văn", "nguyenvan 3"), Choice("Đã đọc", "dadoc 0a1"), Choice("Gửi", "gui x"))
    async with listening(channel, book):
        await server.asked("getUpdates")
        await channel.send(message("Thông báo", chat=-1005, choices=choices))
    keyboard = json.loads(server.calls[-1][1]["reply_markup"])["inline_keyboard"]
    assert [button for row in keyboard for button in row] == [
        {"text": "Xem nguyên văn", "callback_data": "42:0"},
        {"text": "Đã đọc", "url": "https://t.me/danvan_test_bot?start=dadoc_0a1"},
    ]
    assert group.messages[-1].labels == ["Xem nguyên văn", "Đã đọc"]
