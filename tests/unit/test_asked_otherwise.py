"""Questions typed otherwise than the documents are written: glued, abbreviated, half a phrase, no question at all."""

import pytest

from knowledge.answering import answer
from knowledge.library import Library
from knowledge.mentions import find_mentions, unglued
from knowledge.reading.parse import parse
from tests.unit.asked_documents import PLAN, ask, read

# How a number is typed.


@pytest.mark.parametrize(
    ("typed", "apart"),
    [
        ("nq25", "nq 25"),
        ("kh36hu nói gì", "kh 36-hu nói gì"),
        ("109khubnd", "109/kh-ubnd"),
        ("đtn 5 xã", "đtn 5 xã"),
        ("qđ71", "qđ 71"),
    ],
)
def test_a_number_typed_together_with_its_type_and_body_is_taken_apart(typed: str, apart: str) -> None:
    assert unglued(typed) == apart


@pytest.mark.parametrize(
    ("typed", "apart"),
    [("cct33", "ct 33"), ("lk43", "kl 43"), ("109khubdn", "109/kh-ubnd"), ("dc33", "dc33"), ("15phut", "15phut")],
)
def test_letters_beside_a_number_may_be_swapped_or_doubled(typed, apart):
    assert unglued(typed) == apart


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("109khubnd nói gì", "109/KH-UBND"),
        ("kh109ubnd ngày mấy", "109/KH-UBND"),
        ("kh36tu ra khi nào", "36-KH/TU"),
        ("ct47 ngày mấy", "47/CT-TTg"),
        ("ct47 nam nao", "47/CT-TTg"),
    ],
)
def test_a_glued_number_finds_its_document(question: str, number: str) -> None:
    assert ask(question).facts["number"] == number


@pytest.mark.parametrize("number", ["109/KH-UBND", "36-KH/TU", "47/CT-TTg", "120-KL/TW"])
def test_a_number_that_is_asked_what_it_is_is_no_abbreviation(number: str) -> None:
    given = ask(f"{number} là gì")
    assert (given.intent, given.facts["number"]) == ("document", number)


def test_the_letters_of_a_number_tell_what_those_before_it_mean() -> None:
    assert read("tt 49-TT/TW nói gì").words[:2] == ("thông", "tư")


def test_a_body_beside_a_number_that_is_not_its_own_is_asked_about() -> None:
    assert ask("cv 447 ubnd phải làm gì").facts["number"] == "447-CV/HU"


def test_the_year_that_is_asked_for_after_a_number_is_not_what_is_counted() -> None:
    assert [mention.number for mention in find_mentions("nghị quyết 14 năm nào")] == [14]
    assert find_mentions("nghị quyết 14 năm qua") == ()


@pytest.mark.parametrize("question", ["109/KH-UBND năm 2023 ai ký", "109/kh-ubnd cua nam 2023", "kế hoạch 109 2023"])
def test_a_number_of_another_year_is_refused_and_the_true_one_offered(question: str) -> None:
    given = ask(question)
    assert (given.kind, given.reason) == ("refusal", "unknown-number")
    assert [near.label for near in given.suggestions] == ["Kế hoạch 109/KH-UBND"]


def test_a_number_of_its_own_year_or_of_years_that_it_covers_is_known() -> None:
    assert ask("109/KH-UBND năm 2026 ai ký").facts["signer"] == "Lê Văn Bưởi"
    assert ask("kế hoạch 109 2030 ai ký").facts["signer"] == "Lê Văn Bưởi"


# How words are typed.


def test_doubled_letters_are_read_as_one() -> None:
    assert ask("kế hoạch trồng tre do ai kyy").facts["signer"] == "Lê Văn Bưởi"


@pytest.mark.parametrize(("typed", "meant"), [("hctd", "hội chữ thập đỏ"), ("sx nong san", "sản xuất nông sản")])
def test_an_abbreviation_is_read_with_d_for_đ_and_none_is_mended_into_another(typed: str, meant: str) -> None:
    assert " ".join(read(typed).words) == meant


def test_roman_numerals_are_not_mended() -> None:
    assert read("đại hội iii khóa viii").words == ("đại", "hội", "iii", "khóa", "viii")


def test_qd_may_be_a_decision_of_the_state_or_a_rule_of_the_party() -> None:
    assert read("to truong giu qd nao").looked_for == {"quy dinh", "quyet dinh"}
    assert read("tổ trưởng giữ quy định nào").looked_for == {"quy dinh"}
    assert ask("QĐ về nêu gương trong trồng rừng").facts["number"] == "71-QĐ/TW"


def test_a_long_question_keeps_its_subject() -> None:
    asked = read(
        "bà con vùng cao trồng chè sạch theo hướng dẫn của hội nông dân tỉnh thì trước khi hái phải ngừng phun thuốc"
        " trong thời gian bao nhiêu ngày"
    )
    assert asked.words[:7] == ("bà", "con", "vùng", "cao", "trồng", "chè", "sạch")


def test_what_is_told_of_a_day_that_is_long_past_stays_out_of_a_very_long_question() -> None:
    asked = read("hôm qua trời mưa to đường trơn " * 5 + "chợ phiên mỗi tháng họp mấy lần")
    assert len(asked.words) < 30
    assert asked.words[-7:] == ("chợ", "phiên", "mỗi", "tháng", "họp", "mấy", "lần")


# What an abbreviation stands for.


@pytest.mark.parametrize(
    ("question", "meaning"),
    [
        ("BDV viết tắt của chữ gì", "ban dân vận"),
        ("bdv là gì vậy", "ban dân vận"),
        ("bcsd nghĩa là gì", "ban cán sự đảng"),
        ("BCSĐ viết tắt của chữ gì trong công văn 447", "ban cán sự đảng"),
    ],
)
def test_an_abbreviation_is_told_with_the_place_where_it_stands(question: str, meaning: str) -> None:
    given = ask(question)
    assert given.facts["meaning"] == meaning
    assert [(source.number, source.path) for source in given.sources][:1] == [("447-CV/HU", "mục 3")]
    assert given.sources[-1].source == "danh mục chữ viết tắt"


def test_an_abbreviation_that_stands_nowhere_is_told_from_the_list_alone() -> None:
    assert [source.source for source in ask("hctd là gì").sources] == ["danh mục chữ viết tắt"]


@pytest.mark.parametrize(
    ("question", "meaning"),
    [
        ("KT. chủ tịch là gì", "ký thay"),
        ("TM. UBND nghĩa là gì", "thay mặt"),
        ("t/l giám đốc nghĩa là gì", "thừa lệnh"),
    ],
)
def test_what_stands_before_an_office_is_told_from_the_decree(question: str, meaning: str) -> None:
    given = ask(question)
    assert given.facts["meaning"] == meaning
    assert given.sources[-1].source.startswith("Nghị định 30/2020/NĐ-CP")


def test_an_abbreviation_of_two_bodies_is_told_in_its_parts() -> None:
    assert ask("BDVTU-BCSĐ nghĩa là gì").facts["meaning"] == "ban dân vận tỉnh ủy - ban cán sự đảng"


def test_an_abbreviation_with_several_meanings_is_told_with_all() -> None:
    assert ask("TN là gì").facts["meaning"] == "thanh niên / trách nhiệm / tây nguyên"


# How a phrase goes on.


@pytest.mark.parametrize("asking", ["đầy đủ là gì", "còn gì nữa", "nguyên văn là gì", "trong kế hoạch đầy đủ là gì"])
def test_a_phrase_is_completed_however_the_rest_is_asked_for(asking: str) -> None:
    given = ask(f"trồng một khóm sống một khóm {asking}")
    assert (read(asking).intent, given.kind) == ("phrase", "answer")
    assert "xanh một bờ" in given.sources[0].quote


def test_an_invented_phrase_between_quotation_marks_is_refused() -> None:
    given = ask('"Trồng một khóm tre, nuôi một đời con" đầy đủ là gì')
    assert (given.kind, given.reason) == ("refusal", "out-of-scope")


# A kind of document and what it is about, and no question.


@pytest.mark.parametrize("question", ["chỉ thị của Thủ tướng về trồng tre giữ đất", "xin chỉ thị về trồng tre giữ đất"])
def test_a_noun_phrase_asks_for_the_documents_that_it_names(question: str) -> None:
    given = ask(question)
    assert (given.intent, given.facts["number"]) == ("which", "47/CT-TTg")
    assert given.facts["others"] == "Chỉ thị 18/CT-TTg"


def test_the_newest_goes_first_where_the_newest_is_asked_for() -> None:
    given = ask("chỉ thị mới nhất của Thủ tướng về trồng tre giữ đất chợ")
    assert (given.facts["number"], given.facts["others"]) == ("47/CT-TTg", "Chỉ thị 18/CT-TTg")
    assert ask("chỉ thị của Thủ tướng về trồng tre giữ đất chợ").facts["number"] == "18/CT-TTg"


def test_a_document_that_only_its_body_names_is_described() -> None:
    given = ask("công văn Huyện ủy Ngàn Sâu nói về việc gì")
    assert (given.intent, given.facts["number"]) == ("document", "447-CV/HU")


# What a body is told to do.


@pytest.mark.parametrize(
    "question",
    ["sở nông nghiệp được giao việc gì", "so nong nghiep phai lam gi", "nhiệm vụ của Sở Nông nghiệp là gì"],
)
def test_what_a_body_is_charged_with_is_told_from_where_it_is_charged(question: str) -> None:
    given = ask(question)
    assert (given.kind, given.facts["who"], given.facts["number"]) == ("answer", "Sở Nông nghiệp", "109/KH-UBND")
    assert "Cấp tre giống" in given.sources[0].quote


def test_a_body_that_several_documents_charge_is_told_of_the_newest_and_the_others_are_named() -> None:
    older = parse(
        "Số: 8/KH-UBND\nSông Lam, ngày 5 tháng 5 năm 2024\n\nKẾ HOẠCH\nMở chợ\n\n1. Các xã mở chợ.\n"
        "\n2. Sở Công Thương: Cho mượn cân.\n"
    )
    newer = parse(
        "Số: 9/KH-UBND\nSông Lam, ngày 6 tháng 6 năm 2026\n\nKẾ HOẠCH\nSửa cầu\n\n1. Các xã báo cầu hư.\n"
        "\n2. Sở Công Thương: Cấp đèn cho cầu.\n"
    )
    library = Library()
    library.add(1, "older.txt", older)
    library.add(2, "newer.txt", newer)
    given = answer(library, "sở công thương làm gì")
    assert (given.facts["number"], given.facts["others"]) == ("9/KH-UBND", "Kế hoạch 8/KH-UBND")
    assert [source.quote for source in given.sources] == [
        "2. Sở Công Thương: Cấp đèn cho cầu.",
        "2. Sở Công Thương: Cho mượn cân.",
    ]


def test_a_body_that_is_asked_about_something_more_is_told_of_that() -> None:
    given = ask("trung tâm giống cây làm gì về hái chè")
    assert "others" not in given.facts
    assert "hái chè sạch" in given.sources[0].quote


@pytest.mark.parametrize("question", ["chỉ tho 47 nói gì", "ke hoahc 109 noi gi"])
def test_a_number_after_a_mistyped_type_is_a_number_of_that_type(question: str) -> None:
    assert read(question).mentions[0].type in ("chi thi", "ke hoach")
    assert ask(question).kind == "answer"


def test_all_items_below_a_heading_are_told_where_no_more_than_the_heading_is_asked():
    text = PLAN.replace(
        "I. MỤC ĐÍCH\n",
        "I. MỤC ĐÍCH, YÊU CẦU\n\n1. Mục đích\n\n- Bờ sông hết lở.\n\n"
        "- Trồng tre chắn sóng thành nếp của các thôn ven sông.\n\n2. Yêu cầu\n",
    )
    library = Library()
    library.add(1, "ke-hoach.txt", parse(text))
    given = answer(library, "mục đích trồng tre chắn sóng ven sông")
    assert [source.quote for source in given.sources] == [
        "- Bờ sông hết lở.",
        "- Trồng tre chắn sóng thành nếp của các thôn ven sông.",
    ]


def test_what_a_plan_asks_for_is_not_answered_with_its_heading():
    assert ask("kế hoạch 109 yêu cầu gì").facts["count"] == ask("kế hoạch 109 dặn gì").facts["count"]


def test_the_letters_of_a_number_may_be_swapped_but_no_neighbour_is_taken_for_it():
    assert ask("109/kh-ubdn noi gi").facts["number"] == "109/KH-UBND"
    assert ask("110/kh-ubdn noi gi").reason == "unknown-number"


def test_the_full_name_of_a_numbered_document_is_its_title():
    given = ask("chi thi 47/ct-ttg ten day du")
    assert (given.intent, given.facts["about"]) == ("title", "trồng tre giữ đất ven sông")
