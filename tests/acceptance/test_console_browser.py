"""The demo in a browser, as somebody sees it who has just typed ``make run``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Page, ViewportSize, expect, sync_playwright

from knowledge.forms.form import NUMBERS, PROOFS, load_forms
from tests.conftest import absent
from tests.support.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1440, height=900)
FORM = load_forms()["dan-van-kheo"]

expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    started = Demo(tmp_path_factory.mktemp("demo"))
    started.start()
    yield started
    assert started.stop() == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        absent("Chromium (/usr/bin/chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield launched
        launched.close()


class Chat:
    """The page, used like a person does."""

    def __init__(self, page: Page, demo: Demo) -> None:
        self.page = page
        self.demo = demo
        self.complaints: list[str] = []
        page.set_default_timeout(30_000)
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "ERR_CONNECTION" not in text:
            self.complaints.append(text)

    def open(self) -> None:
        self.page.goto(self.demo.url)
        expect(self.page.locator("#name")).not_to_be_empty()

    @property
    def bubbles(self) -> Locator:
        return self.page.locator(".theirs .bubble")

    @property
    def last(self) -> Locator:
        return self.bubbles.last

    def become(self, name: str) -> None:
        """Choose a person by name in the list, which on a phone is behind the header."""
        if not self.page.locator("#people").is_visible():
            self.page.locator("#who").click()
        self.page.locator("#list button", has_text=name).click()
        expect(self.page.locator("#name")).to_have_text(name)
        expect(self.page.locator("#typing")).to_be_hidden()

    def play(self, role: str) -> None:
        """Choose the first person of a role."""
        if not self.page.locator("#people").is_visible():
            self.page.locator("#who").click()
        self.page.locator("#cast button", has_text=role).click()

    def says(self, text: str) -> None:
        """Type, send with Enter, and wait for an answer."""
        before = self.bubbles.count()
        self.page.locator("#text").fill(text)
        self.page.locator("#text").press("Enter")
        expect(self.bubbles.nth(before)).to_be_visible()
        expect(self.page.locator("#text")).to_have_value("")

    def taps(self, label: str | re.Pattern[str]) -> None:
        """Tap the newest button with these words, and wait for what follows."""
        button = self.page.locator(".choices button").filter(has_text=label).last
        before = self.page.locator(".msg").count()
        button.click()
        expect(self.page.locator(".theirs").last).to_be_visible()
        expect(self.page.locator(".msg").nth(before + 1)).to_be_visible()


@pytest.fixture(params=[PHONE], ids=["phone"])
def chat(browser: Browser, demo: Demo, request: pytest.FixtureRequest) -> Iterator[Chat]:
    context = browser.new_context(viewport=request.param, locale="vi-VN", accept_downloads=True)
    opened = Chat(context.new_page(), demo)
    opened.open()
    yield opened
    assert opened.complaints == []
    context.close()


on_a_desk = pytest.mark.parametrize("chat", [DESK], indirect=True, ids=["desk"])


def photo(name: str = "họp thôn.jpg") -> FilePayload:
    data = BytesIO()
    Image.new("RGB", (640, 400), (120, 160, 190)).save(data, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": data.getvalue()}


def test_a_stranger_enrols_with_a_code(chat: Chat) -> None:
    chat.play("Người lạ")
    chat.says("xin chào")
    expect(chat.last).to_contain_text("đăng ký")
    chat.says("/start DEMO-CANB-0001")
    expect(chat.last).to_contain_text("dữ liệu", ignore_case=True)
    chat.taps(re.compile("^Đồng ý$"))
    chat.says("Nguyễn Thử Việc")
    expect(chat.page.locator("#name")).to_have_text("Nguyễn Thử Việc")
    expect(chat.page.locator("#post")).to_contain_text("Cán bộ")
    chat.says("/han")
    expect(chat.last).to_contain_text("Dân vận khéo")


def test_a_cadre_gets_an_answer_with_its_source(chat: Chat) -> None:
    chat.page.locator("#hints button", has_text="dân chủ ở cơ sở").click()
    expect(chat.last).to_contain_text("10/2022/QH15")
    expect(chat.page.locator(".theirs:not(.old) .choices button").first).to_be_visible()


def test_a_cadre_reports_with_a_photo_and_the_supervisor_downloads_the_table(chat: Chat) -> None:
    chat.play("Cán bộ")
    chat.says("/baocao")
    chat.taps("Dân vận khéo")
    open_period = chat.page.locator(".theirs:not(.old) .choices button").filter(has_not_text="đã nộp").first
    period = re.match(r"Tháng \d+/\d+", open_period.inner_text())
    assert period
    chat.taps(period[0])
    for number, question in enumerate(FORM.questions, 1):
        expect(chat.last).to_contain_text(f"{number}/{len(FORM.questions)}")
        if question.kind in NUMBERS:
            chat.says("3")
        elif question.kind in PROOFS:
            before = chat.bubbles.count()
            chat.page.locator("#files").set_input_files(photo())
            expect(chat.page.locator("#picked")).to_contain_text("họp thôn.jpg")
            chat.page.locator("#send").click()
            expect(chat.bubbles.nth(before)).to_be_visible()
            expect(chat.page.locator(".mine img").last).to_have_js_property("naturalWidth", 640)
            chat.taps("Xong")
        else:
            assert not question.required
            chat.taps("Bỏ qua")
    expect(chat.last).to_contain_text("họp thôn.jpg")
    chat.taps(re.compile("^Gửi$"))
    expect(chat.last).to_contain_text("Người tham gia vận động: ")  # far from the last period's: asked back
    chat.taps("Đúng, gửi")
    expect(chat.last).to_contain_text(re.compile(r"Mã tiếp nhận: \d\d-\d{4}-\d{4}"))
    unit = chat.page.locator("#post").inner_text().split(" · ")[1]

    chat.play("Lãnh đạo")
    chat.says("/tonghop")
    chat.taps("Dân vận khéo")
    expect(chat.last).to_contain_text("đơn vị")
    chat.says(f"/xuat dân vận khéo {period[0].lower()}")
    link = chat.page.locator(".theirs a.file").last
    with chat.page.expect_download() as downloading:
        link.click()
    assert downloading.value.suggested_filename.endswith(".xlsx")
    table = load_workbook(BytesIO(downloading.value.path().read_bytes()), read_only=True)
    cells = {str(cell) for sheet in table for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert unit in cells


def test_an_announcement_reaches_everybody_and_one_tap_acknowledges_it(chat: Chat) -> None:
    chat.play("Chuyên viên")
    expect(chat.page.locator("#others")).to_be_hidden()
    chat.says("/thongbao")
    chat.says("Mời các xã, phường dự họp giao ban lúc 8 giờ sáng thứ Hai.")
    chat.taps("Tất cả đơn vị")
    chat.taps(re.compile("^Cán bộ$"))
    chat.taps(re.compile(r"^Gửi cho \d+ người$"))
    expect(chat.page.locator("#others")).to_have_text(re.compile(r"^[1-9]\d*$"))
    expect(chat.page).to_have_title(re.compile(r"^\([1-9]\d*\) "))
    chat.become("Đàm Thị Lụa")
    expect(chat.last).to_contain_text("họp giao ban")
    chat.taps("Đã đọc")
    expect(chat.last).to_contain_text("Đã ghi nhận")
    expect(chat.page.locator("#list [aria-current=true] .badge")).to_have_count(0)


@on_a_desk
def test_the_clock_moved_forward_brings_reminders(chat: Chat) -> None:
    chat.become("Lương Văn Khoát")
    before = chat.bubbles.count()
    date = chat.page.locator("#tools [data-now=long]").inner_text()
    chat.page.get_by_role("button", name="+7 ngày").click()
    expect(chat.page.locator("#tools [data-now=long]")).not_to_have_text(date)
    # Where it is night now, they come in the morning.
    moved = chat.page.locator("#tools [data-now=long]").inner_text().split(", ")[-1]
    morning = dt.datetime.strptime(f"{moved} +0700", "%d/%m/%Y %z") + dt.timedelta(days=1, hours=9)
    chat.page.locator("#to").fill(f"{morning:%Y-%m-%dT%H:%M}")
    chat.page.get_by_role("button", name="Tới lúc này").click()
    expect(chat.bubbles.nth(before)).to_be_visible()
    expect(chat.last).to_contain_text(re.compile("hạn", re.I))
    chat.page.locator("#to").fill("2020-01-01T08:00")
    chat.page.get_by_role("button", name="Tới lúc này").click()
    expect(chat.page.locator("#toast")).to_contain_text("chỉ đi tới")
    chat.complaints = [text for text in chat.complaints if "400" not in text]


@on_a_desk
def test_the_guide_says_what_to_try_and_does_it(chat: Chat) -> None:
    steps = chat.page.locator("#steps button")
    steps.filter(has_text="xem tổng hợp").click()
    expect(chat.page.locator("#post")).to_contain_text("Lãnh đạo")
    expect(chat.last).to_contain_text("báo cáo")
    expect(steps.filter(has_text="xem tổng hợp")).to_have_class("done")
    steps.filter(has_text="Người lạ").click()
    expect(chat.page.locator("#text")).to_have_value("/start ")


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


def test_a_photo_can_be_pasted(chat: Chat) -> None:
    chat.page.evaluate(
        "() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'image.png', {type: 'image/png'}));"
        " document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true})); }"
    )
    expect(chat.page.locator("#picked")).to_contain_text(re.compile(r"anh-dan-\d{6}\.png"))


def test_the_page_runs_nothing_but_its_own_scripts(chat: Chat) -> None:
    ran = chat.page.evaluate(
        """() => {
            const tries = [
                () => { document.body.innerHTML += '<img src=x onerror="window.broken = 1">'; },
                () => {
                    const script = document.createElement('script'); script.textContent = 'window.broken = 1';
                    document.body.append(script);
                },
                () => { window.setTimeout('window.broken = 1', 0); },
            ];
            return tries.map((one) => { try { one(); return 'ran'; } catch (error) { return error.name; } })
                .concat(String(window.broken));
        }"""
    )
    assert ran == ["TypeError", "TypeError", "TypeError", "undefined"]
    chat.complaints = [text for text in chat.complaints if "TrustedScript" not in text and "TrustedHTML" not in text]


def test_nothing_is_wider_than_the_phone(chat: Chat) -> None:
    chat.become("Cao Bá Lâm")
    chat.says("https://" + "rat-dai-" * 60)
    for panel in (None, "#who", "#when"):
        if panel:
            chat.page.locator(panel).click()
        assert chat.page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
        assert chat.page.evaluate("() => document.getElementById('scroll').scrollWidth") <= PHONE["width"]
        chat.page.keyboard.press("Escape")


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
