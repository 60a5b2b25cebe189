"""The console by keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from knowledge.forms.form import NUMBERS, PROOFS, load_forms
from tests.support.browser import IN_CHROMIUM, Chat, on_a_desk, photo

pytestmark = IN_CHROMIUM

FORM = load_forms()["dan-van-kheo"]


def test_the_keyboard_is_enough(chat: Chat) -> None:
    keys = chat.page.keyboard
    chat.page.locator("#who").focus()
    keys.press("Enter")
    expect(chat.page.locator("#find")).to_be_focused()
    chat.page.locator("#find").fill("truong thi khong co ai")
    expect(chat.page.locator("#list")).to_contain_text("Không tìm thấy")
    chat.page.locator("#find").fill("vo thi kim")
    chat.page.locator("#find").press("ArrowDown")
    keys.press("Enter")
    expect(chat.page.locator("#name")).to_have_text("Võ Thị Kim Oanh")
    expect(chat.page.locator("#text")).to_be_focused()
    keys.type("dòng một")
    keys.press("Shift+Enter")
    keys.type("dòng hai")
    expect(chat.page.locator("#text")).to_have_value("dòng một\ndòng hai")
    keys.press("Enter")
    expect(chat.page.locator(".mine .bubble").last).to_contain_text("dòng một\ndòng hai", use_inner_text=True)
    chat.page.locator("#when").focus()
    keys.press("Enter")
    expect(chat.page.locator("#tools [data-hours='1']")).to_be_focused()
    keys.press("Escape")
    expect(chat.page.locator("#tools")).not_to_be_visible()
    expect(chat.page.locator("#text")).to_be_focused()


@on_a_desk
def test_a_whole_report_is_filed_by_the_keyboard_alone(chat: Chat) -> None:
    page, keys, text = chat.page, chat.page.keyboard, chat.page.locator("#text")

    def ringed() -> Locator:
        """What has the focus, which shows."""
        here = page.locator(":focus")
        style = here.evaluate("one => { const s = getComputedStyle(one); return s.outlineStyle + s.boxShadow; }")
        assert style != "nonenone", here.inner_text()
        return here

    def go(to: Locator, key: str, most: int = 12) -> None:
        """Press a key until the focus is there, and see that every stop on the way shows itself."""
        for _ in range(most):
            keys.press(key)
            ringed()
            if to.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"{key} does not lead there")

    def heard(before: int) -> None:
        expect(chat.bubbles.nth(before)).to_be_visible()
        expect(page.locator("#typing")).to_be_hidden()

    def types(words: str) -> None:
        before = chat.bubbles.count()
        expect(text).to_be_focused()
        keys.type(words)
        keys.press("Enter")
        heard(before)

    def chooses(label: str) -> None:
        """From the text box back to the newest answer's buttons, along them, and into the text box again."""
        choices = page.locator(".choices").last.locator("button")
        before = chat.bubbles.count()
        expect(text).to_be_focused()
        go(choices.last, "Shift+Tab")
        wanted = choices.filter(has_text=re.compile(label)).first
        if not wanted.evaluate("one => one === document.activeElement"):
            go(wanted, "ArrowLeft")
        keys.press("Enter")
        heard(before)
        expect(text).to_be_focused()

    page.on("filechooser", lambda chooser: chooser.set_files(photo()))
    keys.press("Tab")
    expect(ringed()).to_have_text("Tới ô nhập tin nhắn")
    go(page.locator("#find"), "Tab")
    keys.type("duong thi sau")
    with page.expect_response(re.compile("/api/messages")) as loaded:
        keys.press("Enter")
    loaded.value.finished()
    expect(page.locator("#name")).to_have_text("Dương Thị Sáu")
    types("/baocao")
    chooses("Dân vận khéo")
    chooses(r"^Tháng \d+/\d+(?!.*đã nộp)")
    for question in FORM.questions:
        if question.kind in NUMBERS:
            types("3")
        elif question.kind in PROOFS:
            go(page.locator("#attach"), "Shift+Tab", 1)
            keys.press("Enter")
            expect(page.locator("#picked")).to_contain_text("họp thôn.jpg")
            types("")
            chooses("^Xong$")
        else:
            chooses("^Bỏ qua$")
    chooses("^Gửi$")
    if page.locator(".choices").last.get_by_text("Đúng, gửi").count():  # far from the last period's: asked back
        chooses("^Đúng, gửi$")
    expect(chat.last).to_contain_text(re.compile(r"Mã tiếp nhận: \d\d-\d{4}-\d{4}"))
    go(page.locator("#tools [data-hours='1']"), "Tab", 1)
    keys.press("ArrowRight")
    expect(page.locator("#tools [data-hours='24']")).to_be_focused()
    hour = page.locator("#tools [data-now=hour]").inner_text()
    go(page.locator("#tools [data-hours='1']"), "ArrowLeft", 1)
    keys.press("Enter")
    expect(page.locator("#tools [data-now=hour]")).not_to_have_text(hour)
    keys.press("Escape")
    expect(text).to_be_focused()


def test_the_arrows_bring_back_what_was_said(chat: Chat) -> None:
    chat.become("Bùi Văn Thắng")
    chat.says("/han")
    chat.says("xin chao")
    text = chat.page.locator("#text")
    for key, expected in (("Up", "xin chao"), ("Up", "/han"), ("Down", "xin chao"), ("Down", ""), ("Up", "xin chao")):
        text.press(f"Arrow{key}")
        expect(text).to_have_value(expected)
    text.press("End")
    text.press("!")
    text.press("ArrowUp")  # in words of one's own the arrows only move about
    expect(text).to_have_value("xin chao!")
    text.fill("")


def test_everything_that_can_be_used_has_a_name_and_can_be_reached_by_keys(chat: Chat) -> None:
    chat.become("Bùi Văn Thắng")
    chat.says("/baocao")
    chat.page.locator("#files").set_input_files(photo())
    nodes = chat.page.context.new_cdp_session(chat.page).send("Accessibility.getFullAXTree")["nodes"]
    used = [node for node in nodes if any(one["name"] == "focusable" for one in node.get("properties", ()))]
    roles = {node["role"]["value"] for node in used}
    assert {"button", "textbox", "region", "link"} <= roles
    for node in used:
        if node["role"]["value"] != "RootWebArea":
            assert node.get("name", {}).get("value", "").strip(), node
    assert any(node["role"]["value"] == "log" and node["name"]["value"] for node in nodes)
    chat.page.locator("#who").focus()
    reached = []
    for _ in range(60):
        chat.page.keyboard.press("Tab")
        here = chat.page.locator(":focus")
        reached.append(here.get_attribute("id") or here.inner_text())
        if reached[-1] == "send":
            break
        style = here.evaluate("one => { const s = getComputedStyle(one); return s.outlineStyle + s.boxShadow; }")
        assert style != "nonenone", reached
    assert {"when", "scroll", "attach", "text", "send"} <= set(reached)
    assert any("Dân vận khéo" in one for one in reached)
    chat.page.locator("#picked button").click()
