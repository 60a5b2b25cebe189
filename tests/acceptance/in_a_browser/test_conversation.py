"""The conversation: where it is shown from, what stays of it, and what is told while it waits."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.support.browser import IN_CHROMIUM, PHONE, Chat
from tests.support.demo import Demo

pytestmark = IN_CHROMIUM


def test_a_long_answer_is_shown_from_its_beginning(chat: Chat) -> None:
    chat.become("Nông Thị Xuyến")
    chat.page.locator("#hints button", has_text="dân chủ ở cơ sở").click()
    expect(chat.last).to_contain_text("10/2022/QH15")
    expect(chat.page.locator(".mine .bubble").last).to_be_in_viewport()
    expect(chat.page.locator("#down")).to_be_visible()
    chat.page.locator("#down").click()
    expect(chat.page.locator("#down")).to_be_hidden()
    expect(chat.page.locator(".choices button").last).to_be_in_viewport(ratio=1)


def test_everything_is_there_again_after_a_reload_and_old_buttons_still_work(chat: Chat) -> None:
    chat.become("Võ Thị Kim Oanh")
    chat.says("/trogiup")
    chat.says("/han")
    expect(chat.page.locator(".theirs.old .choices")).not_to_have_count(0)
    texts = chat.page.locator(".bubble").all_inner_texts()
    chat.page.reload()
    expect(chat.page.locator("#name")).to_have_text("Võ Thị Kim Oanh")
    expect(chat.page.locator(".bubble")).to_have_count(len(texts))
    assert chat.page.locator(".bubble").all_inner_texts() == texts
    before = chat.bubbles.count()
    chat.page.locator(".theirs.old .choices button").last.click()
    expect(chat.bubbles.nth(before)).to_be_visible()


def test_what_people_type_is_shown_as_text_and_nothing_else(chat: Chat) -> None:
    chat.become("Quách Minh Triết")
    hostile = "<img src=x onerror=alert(1)><b>đậm</b>\n  hai dòng"
    chat.page.locator("#text").fill(hostile)
    chat.page.locator("#text").press("Enter")
    mine = chat.page.locator(".mine .bubble").last
    expect(mine).to_contain_text("<img src=x onerror=alert(1)>")
    assert mine.locator("img, b").count() == 0
    assert "\n  hai dòng" in (mine.text_content() or "")


def test_the_conversation_can_be_seen_as_zalo_shows_it_and_digits_choose(chat: Chat) -> None:
    chat.become("Cao Bá Lâm")
    chat.says("/han")
    expect(chat.page.locator(".choices button").first).to_be_visible()
    chat.page.locator("#when").click()
    chat.page.get_by_role("switch", name="Xem như Zalo").check()
    chat.page.keyboard.press("Escape")
    expect(chat.page.locator(".choices")).to_have_count(0)
    expect(chat.last).to_contain_text(re.compile(r"^1\. \S", re.M), use_inner_text=True)
    chat.says("trợ giúp")
    expect(chat.last).to_contain_text("2. Làm báo cáo")
    chat.says("2")
    expect(chat.last).to_contain_text(re.compile("báo cáo nào", re.I))
    chat.page.reload()
    expect(chat.page.locator("#plain")).to_be_visible()
    expect(chat.page.locator(".choices")).to_have_count(0)
    chat.page.get_by_role("button", name="Hiện nút").click()
    expect(chat.page.locator(".choices button").first).to_be_visible()


def test_who_waits_for_more_than_a_second_is_told_that_it_is_being_done(chat: Chat) -> None:
    chat.become("Cao Bá Lâm")
    answered = chat.page.request.get(f"{chat.demo.url}api/messages", params={"as": "demo-cao-ba-lam"}).json()
    waiting = {"id": 0, "mine": True, "at": answered["now"], "text": "/xuat", "files": [], "waiting": True}
    slow = {"messages": [waiting], "now": answered["now"]}
    chat.page.route("**/api/messages*", lambda route: route.fulfill(json=slow))
    chat.page.reload()
    expect(chat.page.locator("#typing")).to_be_visible()
    expect(chat.page.get_by_role("status").filter(has_text="đang làm…")).to_be_visible()
    chat.page.unroute("**/api/messages*")
    expect(chat.page.locator("#typing")).to_be_hidden()


def test_a_message_typed_while_the_program_is_away_arrives_once_when_it_is_back(
    browser: Browser, tmp_path: Path
) -> None:
    demo = Demo(tmp_path)
    demo.start()
    context = browser.new_context(viewport=PHONE, locale="vi-VN")
    chat = Chat(context.new_page(), demo)
    chat.open()
    assert demo.stop() == 0
    chat.page.locator("#text").fill("/han")
    chat.page.locator("#text").press("Enter")
    expect(chat.page.locator("#toast")).to_contain_text("mất kết nối")
    expect(chat.page.locator("#offline")).to_be_visible()
    expect(chat.page.locator("#text")).to_have_value("/han")
    demo.start()
    expect(chat.page.locator("#offline")).to_be_hidden()
    chat.page.locator("#text").press("Enter")
    expect(chat.page.locator(".mine .bubble")).to_have_count(1)
    expect(chat.last).to_contain_text("Dân vận khéo")
    assert chat.complaints == []
    context.close()
    assert demo.stop() == 0
