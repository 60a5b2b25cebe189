"""Files on the page: chosen, dropped, pasted, too large, on a slow line."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.support.browser import IN_CHROMIUM, Chat, on_a_desk, photo

pytestmark = IN_CHROMIUM


def test_a_picture_opens_and_a_file_too_large_is_refused_in_words(chat: Chat, tmp_path: Path) -> None:
    chat.become("Tạ Hữu Phước")
    large = tmp_path / "video.mp4"
    with large.open("wb") as file:
        file.truncate(26 * 1024 * 1024)
    chat.page.locator("#files").set_input_files(large)
    expect(chat.page.locator("#toast")).to_contain_text("25 MB")
    expect(chat.page.locator("#picked li")).to_have_count(0)
    chat.page.locator("#files").set_input_files([photo(), photo("thứ hai.jpg")])
    chat.page.locator("#picked button").first.click()
    expect(chat.page.locator("#picked li")).to_have_text([re.compile("thứ hai.jpg")])
    chat.page.locator("#send").click()
    with chat.page.expect_popup() as popup:
        chat.page.locator(".mine .files a").last.click()
    expect(popup.value.locator("img")).to_have_js_property("naturalWidth", 640)


@on_a_desk
def test_files_can_be_dropped_on_the_page(chat: Chat) -> None:
    drop = chat.page.evaluate_handle(
        "() => { const data = new DataTransfer();"
        " data.items.add(new File(['noi dung'], 'kế hoạch.txt', {type: 'text/plain'})); return data; }"
    )
    chat.page.dispatch_event(".phone", "dragover", {"dataTransfer": drop})
    expect(chat.page.locator("#drop")).to_be_visible()
    chat.page.dispatch_event(".phone", "drop", {"dataTransfer": drop})
    expect(chat.page.locator("#drop")).to_be_hidden()
    expect(chat.page.locator("#picked")).to_contain_text("kế hoạch.txt")


def test_an_upload_shows_how_far_it_is(chat: Chat) -> None:
    chat.become("Cao Bá Lâm")
    line = chat.page.context.new_cdp_session(chat.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", slow)
    chat.page.locator("#files").set_input_files(
        {"name": "lon.txt", "mimeType": "text/plain", "buffer": b"so lieu " * 100_000}
    )
    chat.page.locator("#send").click()
    expect(chat.page.get_by_role("progressbar", name="Đang tải tệp lên")).to_be_visible()
    expect(chat.page.locator("#percent")).to_have_text(re.compile(r"^\d+%$"))
    expect(chat.page.locator(".mine .files").last).to_contain_text("lon.txt")
    expect(chat.page.locator("#uploading")).to_be_hidden()


def test_a_photo_can_be_pasted(chat: Chat) -> None:
    chat.page.evaluate(
        "() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'image.png', {type: 'image/png'}));"
        " document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true})); }"
    )
    expect(chat.page.locator("#picked")).to_contain_text(re.compile(r"anh-dan-\d{6}\.png"))
