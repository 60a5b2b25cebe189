"""Every kind of question has its wrong answers, and for each one clear sentence; the question stays open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.storage import Store
from knowledge.forms.form import PROOFS, read_form
from tests.support.commune import JPEG, RECEIPT, Commune, settle_commune
from tests.support.pictures import jpeg
from tests.support.world import World

FORM = read_form(
    "moi-kieu.toml",
    """title = "Mọi kiểu"
periods = ["month"]
[[question]]
name = "chu"
kind = "text"
title = "Nhận xét"
min = 3
max = 40
[[question]]
name = "nguyen"
kind = "whole"
title = "Số buổi"
min = 1
max = 500
[[question]]
name = "le"
kind = "decimal"
title = "Diện tích"
unit = "ha"
max = 3000
[[question]]
name = "tien"
kind = "money"
title = "Kinh phí"
[[question]]
name = "mot"
kind = "choice"
title = "Đánh giá"
options = ["Tốt", "Khá"]
[[question]]
name = "nhieu"
kind = "several"
title = "Nội dung"
options = ["Đất đai", "Ngân sách", "Quy hoạch"]
max = 2
[[question]]
name = "ngay"
kind = "date"
title = "Ngày họp"
[[question]]
name = "co"
kind = "yes-no"
title = "Đã công khai"
[[question]]
name = "anh"
kind = "photo"
title = "Ảnh"
max = 1
[[question]]
name = "tep"
kind = "file"
title = "Tệp"
max = 1
""",
)
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(60)
PDF = b"%PDF-1.7\n" + bytes(60)

WRONG: dict[str, list[tuple[str, str]]] = {
    "chu": [("ab", "ít nhất 3 ký tự"), ("x" * 41, "tối đa 40"), ("👍👍👍", "chữ hoặc số")],
    "nguyen": [
        ("nhiều lắm", "cần một con số"),
        ("-3", "không thể âm"),
        ("1,5", "số nguyên"),
        ("501", "tối đa 500"),
        ("0", "tối thiểu 1"),
        ("khoảng 50", "con số cụ thể"),
        ("50-60", "nhiều con số"),
        ("9" * 40, "lớn quá mức"),
        ("👍", "chữ hoặc số"),
        ("x" * 5000, "tối đa 200"),
    ],
    "le": [("một ít", "cần một con số"), ("1,23456", "tối đa 4 chữ số"), ("3000,5", "tối đa 3.000")],
    "tien": [("0,5", "số nguyên"), ("-1tr", "không thể âm"), ("chưa tính", "cần một con số")],
    "mot": [("9", "các mục có sẵn"), ("tạm", "các mục có sẵn"), ("²", "các mục có sẵn")],
    "nhieu": [("1,9", "các mục có sẵn"), ("1,2,3", "tối đa 2 mục")],
    "ngay": [("31/2/2026", "ngày/tháng/năm"), ("hôm nọ", "ngày/tháng/năm")],
    "co": [("để xem", "Có hoặc Không")],
    "anh": [("gửi sau", "cần một tấm ảnh")],
    "tep": [("gửi sau", "cần một ảnh hoặc tệp")],
}
RIGHT = {
    "chu": "Tốt lắm",
    "nguyen": "mười lăm",
    "le": "2.941,86 ha",
    "tien": "1tr2",
    "mot": "tốt",
    "nhieu": "1, 3",
    "ngay": "15/9/2026",
    "co": "rồi",
}


@pytest_asyncio.fixture
async def commune(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Commune]:
    found = await settle_commune(World(sqlite_store, tmp_path, forms={"moi-kieu": FORM}))
    found.form, found.period = "moi-kieu", "2026-10"
    yield found


async def test_each_wrong_answer_gets_its_sentence_and_the_question_stays_open(commune: Commune) -> None:
    lan = commune.lan
    await lan.says("/baocao tháng 10/2026")
    for number, question in enumerate(FORM.questions, 1):
        for typed, sentence in WRONG[question.name]:
            said = await lan.says(typed)
            assert sentence in said, (question.name, typed)
            assert f"Câu {number}/10" in said, (question.name, typed)
        if question.kind not in PROOFS:
            await lan.says(RIGHT[question.name])
            continue
        assert "HEIC" in await lan.shows("anh.heic", HEIC)
        assert "rỗng" in await lan.shows("anh.jpg", b"")
        assert "20 MB" in await lan.shows("to.jpg", JPEG + bytes(20 * 1024 * 1024))
        renamed = await lan.shows("giay.jpg", PDF)
        assert ("là tệp PDF, không phải ảnh" in renamed) == (question.kind == "photo")
        if question.kind == "photo":
            await lan.shows("anh.jpg", JPEG)
        assert "tối đa 1 tệp" in await lan.shows("nua.jpg", jpeg("navy"))
        await lan.taps("Xong")
    assert RECEIPT.search(await lan.says("gửi"))
    answers = await commune.answers()
    assert {name: answers[name] for name in RIGHT} == {
        "chu": "Tốt lắm",
        "nguyen": 15,
        "le": "2941.86",
        "tien": "1200000",
        "mot": "Tốt",
        "nhieu": ["Đất đai", "Quy hoạch"],
        "ngay": "2026-09-15",
        "co": True,
    }


async def test_help_is_there_for_every_kind_of_question(commune: Commune) -> None:
    lan = commune.lan
    await lan.says("/baocao tháng 10/2026")
    for number, question in enumerate(FORM.questions, 1):
        helped = await lan.says("?")
        assert "Mời anh/chị" in helped
        assert f"Câu {number}/10" in helped
        if question.kind not in PROOFS:
            await lan.says(RIGHT[question.name])
        else:
            await lan.shows("anh.jpg", JPEG)
            await lan.taps("Xong")
