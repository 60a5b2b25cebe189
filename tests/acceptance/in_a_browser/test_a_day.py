"""The demo as somebody sees it who has just typed ``make run``: what each role does in a day."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO

from openpyxl import load_workbook
from playwright.sync_api import expect

from knowledge.forms.form import NUMBERS, PROOFS, load_forms
from tests.support.browser import IN_CHROMIUM, Chat, on_a_desk, photo

pytestmark = IN_CHROMIUM

FORM = load_forms()["dan-van-kheo"]


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
