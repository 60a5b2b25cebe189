"""What a text says of itself, and what it leaves out."""

import pytest

from knowledge.answering import answer
from knowledge.library import Library
from knowledge.reading.parse import parse

PLAN = (
    "ỦY BAN NHÂN DÂN\nHUYỆN MỘC HÀ\n\nSố: 57/KH-UBND\nMộc Hà, ngày 03 tháng 3 năm 2026\n\nKẾ HOẠCH\n"
    "Công tác dân vận năm 2026 chủ đề “Gần dân, sát cơ sở”\n\n"
    "1. Các xã đăng ký xây dựng mô hình vườn cây kiểu mẫu phù hợp với điều kiện của địa phương.\n\n"
    "2. Các xã phấn đấu đạt 13 nhóm chỉ tiêu của Đại hội Đảng bộ huyện.\n"
)
DECISION = (
    "TỈNH ỦY TÂN GIANG\n\nSố: 88-QĐ/TU\nTân Giang, ngày 05 tháng 5 năm 2026\n\nQUYẾT ĐỊNH\n"
    "Ban hành Quy chế tiếp dân\n\nĐiều 1. Ban hành kèm theo Quy chế tiếp dân.\n\n"
    "Điều 2. Quyết định này thay thế Quyết định số 31-QĐ/TU, ngày 02/02/2016 của Ban Thường vụ Tỉnh ủy.\n\n"
    "T/M BAN THƯỜNG VỤ\nBÍ THƯ\n\n\nTrần Văn Mẫu\n"
)
FACTS = "Kế hoạch 90/KH-UBND về trồng cây\n\nSố hiệu 90/KH-UBND\nNgày có hiệu lực 26/06/2025\n\n" + PLAN.replace(
    "57/KH", "90/KH"
).replace("HUYỆN MỘC HÀ", "HUYỆN SUỐI BẠC")


def ask(question, *texts):
    library = Library()
    for key, text in enumerate(texts or (PLAN, DECISION), start=1):
        library.add(key, f"{key}.txt", parse(text))
    return answer(library, question)


@pytest.mark.parametrize("question", ["57kh là kế hoạch gì?", "57kh/ubnd", "57-kh/ubnd về gì"])
def test_a_number_typed_without_signs_finds_its_document(question):
    assert ask(question).facts["number"] == "57/KH-UBND"


def test_what_replaced_a_document_is_told_by_the_text_that_replaces_it():
    given = ask("Quyết định 31 bị văn bản nào thay rồi?")
    assert "88-QĐ/TU" in given.facts["replaced_by"]


def test_the_day_of_entry_into_force_is_told_where_only_the_list_of_facts_has_it():
    given = ask("Kế hoạch 90 có hiệu lực từ ngày nào?", FACTS)
    assert "26/06/2025" in given.sources[0].quote


def test_a_theme_is_told_by_the_title():
    given = ask("Chủ đề công tác dân vận năm 2026 là gì?")
    assert given.intent == "title"
    assert "Gần dân, sát cơ sở" in given.sources[0].quote


def test_who_takes_a_deadline_for_granted_is_told_that_none_is_stated():
    given = ask("Kế hoạch 57 bắt các trường nộp báo cáo trước ngày mấy?")
    assert (given.kind, given.reason, given.facts["number"]) == ("refusal", "not-stated", "57/KH-UBND")


def test_whether_a_text_states_a_day_is_answered_with_what_it_says_of_the_matter():
    given = ask("Kế hoạch 57 có ghi hạn đăng ký mô hình vườn cây không?")
    assert given.kind == "answer"
    assert "đăng ký xây dựng mô hình vườn cây" in given.sources[0].quote


def test_what_something_consists_of_is_not_answered_by_its_mere_name():
    assert ask("13 nhóm chỉ tiêu của Đại hội Đảng bộ huyện gồm những chỉ tiêu nào?").kind == "refusal"


def test_the_holder_of_an_office_that_signed_is_found():
    given = ask("Bí thư nào ký quy chế tiếp dân?")
    assert given.facts["signer"] == "Trần Văn Mẫu"
