"""Questions that ask beside what is stored: who led to it, what is only cited, another year, and who by name."""

import datetime as dt

import pytest

from knowledge.answering import answer
from knowledge.library import Library
from knowledge.reading.parse import parse
from knowledge.register import Directive
from tests.unit.asked_documents import ask, read

# What a document carries out, who issued it, to whom it goes.


@pytest.mark.parametrize(
    "question", ["Công văn 447 theo công văn nào của Tỉnh ủy", "Công văn 447 theo công văn nào", "cv447 theo cv nao"]
)
def test_what_a_document_carries_out_is_named(question: str) -> None:
    given = ask(question)
    assert given.facts["number"] == "640-CV/TU"
    assert "others" not in given.facts


def test_what_a_document_carries_out_is_found_by_the_name_of_its_issuer_alone() -> None:
    given = ask("Huyện ủy Ngàn Sâu ra công văn theo công văn nào của Tỉnh ủy")
    assert (given.facts["number"], given.facts.get("others")) == ("640-CV/TU", None)


def test_of_two_documents_the_one_of_the_body_that_issues_is_meant() -> None:
    given = ask("Tỉnh ủy ban hành công văn nào về chợ phiên")
    assert (given.facts["number"], given.facts.get("others")) == ("640-CV/TU", None)
    assert ask("Huyện ủy ban hành công văn nào về chợ phiên").facts["number"] == "447-CV/HU"


@pytest.mark.parametrize(
    "question",
    [
        "kế hoạch 109 UBND tỉnh ra hay Huyện ủy ra",
        "kế hoạch 109 là của ai: UBND tỉnh ra hay Huyện ủy ra",
        "kế hoạch trồng tre chắn sóng do đâu ban hành",
    ],
)
def test_which_of_two_bodies_issued_it_is_told_by_its_head(question: str) -> None:
    given = ask(question)
    assert (given.intent, given.facts["issuer"]) == ("issuer", "Ủy ban nhân dân tỉnh Sông Lam")


def test_a_body_said_to_have_issued_what_it_did_not_is_set_right() -> None:
    given = ask("chỉ thị 47 do Bộ Chính trị ban hành phải làm gì")
    assert (given.facts["differs"], given.facts["issuer"]) == ("issuer", "Thủ tướng Chính phủ")
    assert "differs" not in ask("chỉ thị 47 do Thủ tướng ban hành nói gì").facts


def test_a_document_is_said_to_be_what_it_is_whatever_types_are_guessed() -> None:
    given = ask("Kế hoạch 109 là tờ trình hay thông tri")
    assert (given.intent, given.facts["number"]) == ("document", "109/KH-UBND")


def test_to_which_bodies_of_the_centre_a_plan_is_reported_is_told_by_its_recipients() -> None:
    given = ask("Kế hoạch 109 báo cáo cơ quan trung ương nào")
    assert given.intent == "recipients"
    assert "Bộ Nông nghiệp" in given.facts["recipients"]


@pytest.mark.parametrize("question", ["kế hoạch nào về rà soát trụ điện cũ", "kế hoạch rà soát trụ điện cũ số mấy"])
def test_the_plan_that_a_letter_passes_on_is_named_by_its_own_number(question: str) -> None:
    assert ask(question).facts["number"] == "75/KH-BCĐ"


# What is known of documents that are not stored.


def test_a_document_that_is_only_cited_is_told_by_what_it_is_about() -> None:
    given = ask("chỉ thị 47 giữ đất ven sông bằng tre hay bằng kè")
    assert (given.intent, given.facts["number"], given.facts["absent"]) == ("document", "47/CT-TTg", "yes")


@pytest.mark.parametrize(
    "question", ["Chỉ thị 47 giao trồng tre giữ đất ven sông mấy cây", "chỉ thị 47 phạt ai chặt tre"]
)
def test_what_a_document_lays_down_that_is_only_cited_is_not_told(question: str) -> None:
    given = ask(question)
    assert (given.kind, given.reason, given.facts["absent"]) == ("refusal", "not-stated", "yes")


def test_what_a_document_of_the_register_alone_guides_is_not_told_by_its_name() -> None:
    given = ask("Nghị quyết 25-NQ/TW yêu cầu gì")
    assert (given.kind, given.reason, given.facts["number"]) == ("refusal", "not-stated", "25-NQ/TW")
    assert ask("Nghị quyết 25-NQ/TW về gì").kind == "answer"


def test_how_many_things_a_resolution_names_is_not_who_cites_it() -> None:
    assert ask("Nghị quyết 14-NQ/HND nêu mấy khâu đột phá").intent != "cited-by"
    assert ask("văn bản nào nêu Nghị quyết 14-NQ/HND").intent == "cited-by"


def test_whether_somebody_acts_on_a_directive_is_told_by_their_own_letter() -> None:
    given = ask("Ngàn Sâu thực hiện Chỉ thị 18 phải không")
    assert (given.facts["number"], given.sources[0].path) == ("447-CV/HU", "mục 2")


# What no document says.


@pytest.mark.parametrize("question", ["đại hội đảng lần thứ IX chào mừng thế nào", "đảng bộ tỉnh đại hội lần thứ 9"])
def test_a_congress_by_another_numeral_is_refused(question: str) -> None:
    assert (ask(question).kind, ask(question).reason) == ("refusal", "out-of-scope")


@pytest.mark.parametrize("question", ["đại hội đảng lần thứ VII chào mừng thế nào", "dang bo tinh dai hoi lan thu 7"])
def test_a_congress_by_its_own_numeral_is_answered_in_digits_too(question: str) -> None:
    assert ask(question).sources[0].path == "mục I.2"


def test_a_year_of_which_the_document_never_speaks_is_refused_and_the_document_offered() -> None:
    given = ask("năm 2018 các xã mang nông sản ra chợ phiên mấy lần")
    assert (given.kind, [near.label for near in given.suggestions]) == ("refusal", ["Công văn 447-CV/HU"])
    assert ask("năm 2026 các xã mang nông sản ra chợ phiên mấy lần").sources[0].path == "mục 1"


def test_a_deadline_of_every_year_is_one_of_the_year_that_is_asked_about() -> None:
    assert ask("hạn gửi danh sách bình chọn hộ trồng chè sạch năm 2027").facts["due"] == "trước ngày 15/11"


@pytest.mark.parametrize(
    "question",
    [
        "những ai trong thôn đang khiếu nại, cho tên",
        "cho xin ten ong truong thon trong tre gioi",
        "những hộ nào đang nợ",
    ],
)
def test_who_is_asked_for_by_name_is_not_told(question: str) -> None:
    assert (ask(question).kind, ask(question).reason) == ("refusal", "personal-data")


def test_the_name_of_a_model_is_no_personal_name() -> None:
    assert ask("cho tên mô hình trồng tre").reason != "personal-data"


# Which sentence tells it.


def test_the_charge_of_a_body_that_is_not_named_steps_back() -> None:
    assert ask("tập huấn ủ phân và hái chè thế nào").sources[0].path == "mục 6"
    assert ask("Trung tâm Giống cây tập huấn ủ phân và hái chè thế nào").sources[0].path == "mục 5"


def test_words_that_ask_elsewhere_are_asked_about_within_a_compound() -> None:
    signs, signed = read("hộ phải ký cam kết gì"), read("ai ký kế hoạch")
    assert "ký" not in {signs.words[place] for place in signs.silent}
    assert "ký" in {signed.words[place] for place in signed.silent}


def test_the_closing_part_of_a_letter_is_only_where_to_look() -> None:
    assert "cuối" not in read("cuối công văn 447 nói gì").words
    assert "cuối" in read("cuối năm phải nộp gì").words
    given = ask("cuối công văn 447 nói có vướng mắc thì gọi về đâu")
    assert (given.intent, given.sources[0].path) == ("where", "mục 3")


def test_what_documents_demand_anyway_is_no_topic() -> None:
    assert "yêu" not in read("công văn 447 yêu cầu mang nông sản ra chợ").words
    assert "yêu" in read("công văn 447 yêu cầu gì").words


def test_whether_a_day_is_late_is_answered_with_the_last_day() -> None:
    given = ask("nộp báo cáo trồng tre ngày 25/11 có trễ không")
    assert (given.intent, given.facts["due"]) == ("deadline", "trước ngày 20/11/2026")


@pytest.mark.parametrize(("phrase", "intent"), [("chỉ số nào", "number"), ("gồm mấy xã nào", "quantity")])
def test_words_that_only_look_like_asking_for_a_number_ask_for_none(phrase: str, intent: str) -> None:
    assert intent not in read(phrase).intents


@pytest.mark.parametrize("question", ["109/KH-UBND ban hành từ bao giờ", "kế hoạch 109/KH-UBND có từ khi nào"])
def test_since_when_is_no_provincial_committee(question: str) -> None:
    assert ask(question).reason != "unknown-number"


@pytest.mark.parametrize("question", ["ct47 là gì", "kh109 là gì", "109/KH-UBND là gì"])
def test_a_number_is_asked_for_not_the_letters_of_its_type(question: str) -> None:
    given = ask(question)
    assert (given.kind, given.intent) == ("answer", "document")


def test_a_congress_of_another_number_is_not_told_of_by_this_one() -> None:
    assert ask("Đại hội Đảng bộ tỉnh lần thứ IX chào mừng thế nào").kind == "refusal"
    assert ask("Lập thành tích chào mừng Đại hội nào").kind == "answer"


def test_a_single_deadline_is_not_told_for_another_year_and_a_yearly_one_is() -> None:
    assert ask("hạn nộp báo cáo kết quả trồng tre năm 2030").kind == "refusal"
    assert ask("hạn gửi danh sách bình chọn hộ trồng chè sạch năm 2030").kind == "answer"


def test_whether_a_document_carries_out_another_is_told_where_it_names_that() -> None:
    given = ask("Ngàn Sâu có làm theo Chỉ thị 18 không")
    assert (given.kind, given.sources[0].document) == ("answer", 2)
    assert "18/CT-TTg" in given.sources[0].quote


def test_a_number_of_another_year_is_refused_with_that_year() -> None:
    given = ask("Kế hoạch 109/KH-UBND năm 2023 nói gì")
    assert (given.reason, given.facts["number"]) == ("unknown-number", "109/KH-UBND năm 2023")
    assert given.suggestions[0].label.startswith("Kế hoạch 109/KH-UBND")


# Of several that are alike, the one of the year, before or after another, newer, of the higher body.


@pytest.mark.parametrize(("year", "number"), [(2019, "18/CT-TTg"), (2025, "47/CT-TTg")])
def test_of_two_documents_about_the_same_the_one_of_the_year_asked_about_is_meant(year: int, number: str) -> None:
    assert ask(f"Chỉ thị nào của Thủ tướng về trồng tre giữ đất năm {year}").facts["number"] == number


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Trước Chỉ thị 47, năm 2019 Thủ tướng có chỉ thị nào về trồng tre?", "18/CT-TTg"),
        ("truoc ct 47 nam 2019 co chi thi nao ve trong tre", "18/CT-TTg"),
        ("sau chỉ thị 18 Thủ tướng có chỉ thị nào về trồng tre", "47/CT-TTg"),
    ],
)
def test_what_comes_before_or_after_a_numbered_document_is_another(question: str, number: str) -> None:
    assert ask(question).facts["number"] == number


def test_of_two_documents_of_one_body_about_the_same_the_newer_goes_first_and_the_other_beside_it() -> None:
    given = ask("Chỉ thị nào của Thủ tướng về trồng tre giữ đất")
    assert (given.facts["number"], given.facts["others"]) == ("47/CT-TTg", "Chỉ thị 18/CT-TTg")


def test_what_the_centre_issued_goes_before_what_a_district_did_where_no_place_is_named() -> None:
    market = ("Bộ Chính trị", "ban hành Quy chế họp chợ")
    centre = Directive(
        "Quyết định", "290-QĐ/TW", dt.date(2010, 2, 25), *market, "replaced", ("23-QĐ/TW",), (), (), (), "x"
    )
    newer = Directive("Quyết định", "23-QĐ/TW", dt.date(2021, 7, 30), *market, None, (), (), (), (), "x")
    library = Library([centre, newer])
    library.add(
        1,
        "1.txt",
        parse(
            "Số: 8/KH-UBND\nSông Lam, ngày 5 tháng 5 năm 2024\n\nKẾ HOẠCH\nMở chợ\n\n1. Thực hiện Quyết "
            "định số 290-QĐ/TW ngày 25/02/2010 của Bộ Chính trị; Quyết định số 871-QĐ/HU ngày 16/11/2022 của Ban "
            "Thường vụ Huyện ủy về Quy chế họp chợ của huyện Ngàn Sâu.\n"
        ),
    )
    given = answer(library, "Quyết định nào ban hành Quy chế họp chợ?")
    assert (given.facts["number"], given.status_detail) == ("290-QĐ/TW", "23-QĐ/TW")
    assert "23-QĐ/TW" in given.facts["others"]
    assert answer(library, "Huyện ủy ban hành quyết định nào về quy chế họp chợ").facts["number"] == "871-QĐ/HU"


# Who somebody is.


@pytest.mark.parametrize(
    "question", ["ông Lê Văn Bưởi là ai", "le van buoi giu chuc gi", "ông Lê Văn Bưởi ký văn bản nào"]
)
def test_who_signs_a_stored_document_is_told_by_the_signature(question: str) -> None:
    given = ask(question)
    assert (given.intent, given.facts["signer_title"], given.facts["number"]) == (
        "signer",
        "Phó Chủ tịch",
        "109/KH-UBND",
    )


@pytest.mark.parametrize(
    "question", ["ông Lê Văn Ổi là ai", "ông Lê Văn Bưởi sinh năm nào", "Trần Thị Mít giữ chức gì"]
)
def test_nothing_is_told_of_who_signs_nothing_nor_of_his_life(question: str) -> None:
    assert ask(question).kind == "refusal"


# The day of what a question names by its type.


def test_a_qd_of_the_party_is_a_quy_dinh_or_a_quyet_dinh_and_its_day_is_told() -> None:
    given = ask("qd 71-qd/tw cua ai ngay nao")
    assert (given.kind, given.facts["date"]) == ("answer", "12/06/2024")


def test_the_day_of_a_plan_that_carries_out_a_numbered_document_is_its_own() -> None:
    given = ask("công văn triển khai kế hoạch 36-KH/TU ra ngày nào")
    assert (given.facts["number"], given.facts["date"]) == ("447-CV/HU", "06/05/2026")


# What nobody issued.


@pytest.mark.parametrize(
    ("question", "offered"),
    [
        ("Bộ Chính trị ban hành quyết định nào về trồng rừng đầu nguồn", "Quyết định 902/QĐ-TTg"),
        ("Tỉnh ủy ban hành kế hoạch nào về trồng tre", "Kế hoạch 109/KH-UBND"),
        ("Thủ tướng ban hành chỉ thị nào về nêu gương", "Chỉ thị 47/CT-TTg"),
    ],
)
def test_what_another_body_issued_or_on_something_else_is_offered_and_not_told(question: str, offered: str) -> None:
    given = ask(question)
    assert (given.kind, [near.label for near in given.suggestions]) == ("refusal", [offered])
