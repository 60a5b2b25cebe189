"""Which typed lines ask for figures of the reports, and which are left to the documents."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from handlers.periods import asked
from knowledge.forms.figures import covering, matching, plainly, wish
from knowledge.forms.form import load_forms
from knowledge.forms.grouping import grouped
from knowledge.period import Period

FORMS = load_forms()
TODAY = dt.date(2026, 11, 18)
FRESH = Path(__file__).resolve().parents[1] / "bench" / "fresh_questions.tsv"


def asks(text: str) -> str | None:
    """What a line asks of the reports: "missing", …, or for a total the names of the questions it can mean."""
    what = asked(plainly(text), FORMS, TODAY)
    found = wish(what.rest) if wish(text) else None
    if found is None or found.asks != "total":
        return found.asks if found else None
    names = sorted({question.name for form in FORMS.values() for question in matching(found.words, form)})
    return " ".join(names) or None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("xã nào chưa nộp quý 3?", "missing"),
        ("xa nao chua nop q3", "missing"),
        ("đvị nào chưa gửi báo cáo qcdc quý 3", "missing"),
        ("còn ai chưa nộp tháng 10", "missing"),
        ("danh sach xa chua nop thang 10", "missing"),
        ("mấy xã nộp muộn quý 3", "late"),
        ("xã nào nộp trễ tháng 10", "late"),
        ("đơn vị nào đã nộp quý 3", "filed"),
        ("tỷ lệ nộp quý 3", "rate"),
        ("ti le nop q3", "rate"),
        ("còn bao nhiêu xã chưa nộp", "rate"),
        ("xã An Phú nộp chưa?", "unit"),
        ("xa an phu da nop bao cao thang 10 chua", "unit"),
        ("tháng 10 có bao nhiêu mô hình mới?", "mo_hinh_moi"),
        ("t10 co bn mo hinh moi", "mo_hinh_moi"),
        ("có bao nhiêu vụ việc đã giải quyết trong quý 2?", "vu_viec_giai_quyet"),
    ],
)
def test_questions_about_reports_are_known_as_people_type_them(typed: str, meant: str) -> None:
    assert asks(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "hạn nộp báo cáo quý 3?",
        "xã nào phải nộp báo cáo?",
        "mỗi năm tổ chức bao nhiêu buổi đối thoại?",
        "phải tổ chức ít nhất bao nhiêu buổi đối thoại với nhân dân",
        "báo cáo gửi cho ai",
        "2 cộng 2 bằng mấy?",
        "bao nhiêu người?",
        "dân vận khéo là gì",
        "một năm báo cáo mấy lần",
        "",
        "nộp " * 200,
    ],
)
def test_questions_about_rules_are_left_to_the_documents(typed: str) -> None:
    assert asks(typed) is None


def test_none_of_our_own_questions_to_the_documents_is_taken_for_one_about_figures() -> None:
    lines = [cell.strip() for line in FRESH.read_text("utf-8").splitlines() for cell in line.split("\t")]
    questions = [cell for cell in lines if cell.count(" ") > 2]
    assert len(questions) > 100
    assert [question for question in questions if asks(question)] == []


@pytest.mark.shared
def test_none_of_the_gold_questions_is_taken_for_one_about_figures(shared: Path) -> None:
    from tests.bench.questions import SPELLINGS, gold_questions

    questions = [question[spelling] for question in gold_questions() for spelling in SPELLINGS.values()]
    assert [question for question in questions if asks(question)] == []


def test_a_longer_period_is_covered_by_the_forms_shorter_ones() -> None:
    monthly, quarterly, yearly = (FORMS[name] for name in ("dan-van-kheo", "quy-che-dan-chu", "dan-van-chinh-quyen"))
    half = Period("half-year", 2026, 1)
    assert [one.code for one in covering(monthly, half)] == [f"2026-{month:02}" for month in range(1, 7)]
    assert [one.code for one in covering(quarterly, half)] == ["2026-Q1", "2026-Q2"]
    assert covering(yearly, half) == [half]
    assert covering(quarterly, Period("month", 2026, 10)) == []


def test_what_says_the_same_is_one_point_with_all_who_said_it() -> None:
    texts = [
        ("Xã A", "Kinh phí còn hạn chế."),
        ("Xã B", "kinh phi con han che"),
        ("Xã C", "Kinh phí còn hạn chế quá"),
        ("Xã D", "Đường đi khó"),
        ("Xã Đ", "Không có"),
        ("Xã E", "Thiếu 2 cán bộ chuyên trách ở thôn"),
        ("Xã G", "Thiếu 3 cán bộ chuyên trách ở thôn"),
    ]
    found = [(group.text, group.units) for group in grouped(texts)]
    assert found[0] == ("Kinh phí còn hạn chế.", ("Xã A", "Xã B", "Xã C"))
    assert [units for _, units in found[1:]] == [("Xã D",), ("Xã E",), ("Xã G",)]
