"""Documents that a text cites, in the ways that other people's texts cite them."""

import datetime as dt

import pytest

from knowledge.document import Citation
from knowledge.reading.parse import parse


def cited(text: str) -> dict[str, Citation]:
    return {citation.number: citation for citation in parse(text).citations}


def test_a_joint_document_is_by_all_the_bodies_that_issued_it() -> None:
    found = cited(
        "Căn cứ Nghị quyết liên tịch số 9/2026/NQLT-UBTVQH15-CP ngày 02/3/2026 của Ủy ban Thường vụ Quốc hội, Chính"
        " phủ và Đoàn Chủ tịch Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam về việc giám sát;"
    )["9/2026/NQLT-UBTVQH15-CP"]
    assert found.issuer == (
        "Ủy ban Thường vụ Quốc hội, Chính phủ và Đoàn Chủ tịch Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam"
    )
    assert found.about == "giám sát"


def test_two_letters_of_one_body_joined_by_and_share_the_issuer_but_not_the_day() -> None:
    found = cited("Theo Công văn số 81/UBND-VX ngày 3/4/2026 và Công văn số 90/UBND-NC ngày 8/4/2026 của UBND tỉnh.")
    assert [found["81/UBND-VX"].issuer, found["90/UBND-NC"].issuer] == ["UBND tỉnh", "UBND tỉnh"]
    assert found["81/UBND-VX"].date == dt.date(2026, 4, 3)


def test_documents_of_different_types_in_a_row_share_nothing() -> None:
    found = cited("Quán triệt Chỉ thị số 8-CT/TW và Kết luận số 9-KL/TW ngày 8/4/2026 của Ban Bí thư.")
    assert (found["8-CT/TW"].issuer, found["8-CT/TW"].date) == (None, None)


def test_a_word_that_copying_glued_to_a_body_is_no_part_of_its_name() -> None:
    found = cited("Thực hiện Chỉ thị số 8-CT/TU ngày 8/4/2026 của Ban Thường vụ Tỉnh ủyvề nề nếp họp thôn.")["8-CT/TU"]
    assert (found.issuer, found.about) == ("Ban Thường vụ Tỉnh ủy", "nề nếp họp thôn")


def test_a_change_that_is_asked_for_is_not_said_to_be_made() -> None:
    wished = cited("Kiến nghị Sở Y tế sớm ban hành hướng dẫn thay thế Hướng dẫn số 5/HD-SYT ngày 8/4/2024.")
    made = cited("Điều 3. Hướng dẫn này thay thế Hướng dẫn số 5/HD-SYT ngày 8/4/2024.")
    assert (wished["5/HD-SYT"].relation, made["5/HD-SYT"].relation) == (None, "thay thế")


def test_laws_known_by_their_day_alone_keep_their_whole_names() -> None:
    found = parse(
        "Căn cứ Luật sửa đổi, bổ sung một số điều của Luật Thủ đô và Luật Cư trú ngày 22 tháng 11 năm 2019;"
        " Luật Bảo vệ, phát triển rừng ngày 3/12/2004; Luật Bầu cử HĐND và UBND ngày 26/11/2003;"
        " Nghị quyết Đại hội Đảng bộ xã lần thứ II, nhiệm kỳ 2030 - 2035."
    ).references
    assert [(r.name, r.date and r.date.year) for r in found if r.date or r.type == "Nghị quyết"] == [
        ("Luật sửa đổi, bổ sung một số điều của Luật Thủ đô và Luật Cư trú", 2019),
        ("Luật Bảo vệ, phát triển rừng", 2004),
        ("Luật Bầu cử HĐND và UBND", 2003),
        ("Nghị quyết Đại hội Đảng bộ xã lần thứ II, nhiệm kỳ 2030 - 2035", None),
    ]


def test_the_central_committee_decides_at_a_meeting_that_is_no_part_of_its_name() -> None:
    text = "Căn cứ Nghị quyết số 8-NQ/TW ngày 9/4/2026 Hội nghị lần thứ tư Ban Chấp hành Trung ương Đảng về nước sạch;"
    found = cited(text)["8-NQ/TW"]
    assert (found.issuer, found.about) == ("Ban Chấp hành Trung ương Đảng", "nước sạch")


def test_a_row_of_numbers_under_one_type_shares_the_issuer() -> None:
    found = cited("Theo các Quyết định: số 8/QĐ-UBND ngày 3/2/2026, số 9/QĐ-UBND ngày 5/2/2026 của UBND tỉnh, xã họp.")
    assert [c.issuer for c in found.values()] == ["UBND tỉnh", "UBND tỉnh"]


def test_a_title_may_stand_in_quotation_marks_at_once() -> None:
    found = cited("Căn cứ Quyết định số 8/QĐ-TTg ngày 3/2/2026 của Thủ tướng Chính phủ “Phê duyệt Đề án chợ phiên”;")
    assert found["8/QĐ-TTg"].about == "Phê duyệt Đề án chợ phiên"


def test_links_below_the_document_cite_nothing_but_a_menu_above_it_hides_nothing() -> None:
    page = (
        "Trang chủ\nTin mới\nVăn bản liên quan\nThứ\n\nKẾ HOẠCH\nDọn kênh\n\nCăn cứ Quyết định số 3/QĐ-UBND ngày"
        " 2/2/2026 của UBND tỉnh về dọn kênh;\n\nNơi nhận:\n- Lưu: VT.\n\nTIN CÙNG CHUYÊN MỤC\n- Công văn số"
        " 77/UBND-VX về hội chợ\n"
    )
    assert list(cited(page)) == ["3/QĐ-UBND"]
    news = (
        "Trang nhất\nThời sự\nVăn hóa\nBạn đọc\nTin mới\n\nSáng nay, xã họp bàn việc thực hiện Công văn số 9/SNV-VP"
        " của Sở Nội vụ.\n\nTài liệu liên quan:\nCông văn số 77/UBND-VX về hội chợ\n"
    )
    assert list(cited(news)) == ["9/SNV-VP"]


def test_what_follows_a_day_that_cannot_be_read_still_belongs_to_the_document() -> None:
    found = cited("Theo Công văn số 8-CV/ĐU, ngày l2/9/2026 của Đảng ủy xã về việc sửa cầu.")["8-CV/ĐU"]
    assert (found.date, found.issuer, found.about) == (None, "Đảng ủy xã", "sửa cầu")
    blank = cited("Theo Kế hoạch số 9/KH-UBND ngày ... tháng ... năm 2026 của UBND xã về sửa cầu.")["9/KH-UBND"]
    assert (blank.date, blank.issuer) == (None, "UBND xã")


def test_the_number_of_a_footnote_is_no_part_of_a_title() -> None:
    found = cited("Căn cứ Quyết định số 8/QĐ-UBND ngày 3/2/2026 của UBND tỉnh về phát triển chợ quê1; xã đề nghị:")
    assert found["8/QĐ-UBND"].about == "phát triển chợ quê"


def test_a_committee_is_named_by_what_it_steers() -> None:
    found = cited("Ngày 3/2/2026, Ban Chỉ đạo phong trào trồng cây tỉnh đã ban hành Kế hoạch số 6-KH/BCĐ về trồng cây.")
    assert found["6-KH/BCĐ"].issuer == "Ban Chỉ đạo phong trào trồng cây tỉnh"


def test_the_issuer_may_stand_between_the_type_and_the_number() -> None:
    found = cited("Thực hiện Công văn của Sở Y tế số 12/SYT-NV ngày 3/2/2026 về tiêm phòng;")["12/SYT-NV"]
    assert (found.issuer, found.about, found.relation) == ("Sở Y tế", "tiêm phòng", "thực hiện")


def test_numbers_of_one_day_under_one_type_share_day_issuer_and_relation() -> None:
    found = cited("Điều 2. Thay thế các Quyết định: số 8/QĐ-UBND, số 9/QĐ-UBND cùng ngày 3/2/2026 của UBND xã Đồi Chè.")
    assert {(c.date, c.issuer, c.relation) for c in found.values()} == {
        (dt.date(2026, 2, 3), "UBND xã Đồi Chè", "thay thế")
    }


def test_a_term_of_office_in_brackets_parts_no_title_from_its_document() -> None:
    found = cited("Nối tiếp Nghị quyết số 8-NQ/TW ngày 9/4/2026 (khóa XIV) về nước sạch.")["8-NQ/TW"]
    assert found.about == "nước sạch"


def test_offices_and_committees_are_named_whole_though_their_field_holds_other_words() -> None:
    found = cited(
        "Xét Tờ trình số 12/SKHĐT ngày 3/4/2026 của Sở Kế hoạch và Đầu tư; Công văn số 97/STTTT ngày 4/4/2026 của Sở"
        " Thông tin và Truyền thông về loa xã; Hướng dẫn số 4/HD-BCĐ ngày 5/4/2026 của Ban Chỉ đạo Đại hội đại biểu các"
        " dân tộc thiểu số tỉnh Tân Giang; Báo cáo số 68/BC-HĐND ngày 6/4/2026 của Ban Pháp chế của HĐND tỉnh."
    )
    assert [c.issuer for c in found.values()] == [
        "Sở Kế hoạch và Đầu tư",
        "Sở Thông tin và Truyền thông",
        "Ban Chỉ đạo Đại hội đại biểu các dân tộc thiểu số tỉnh Tân Giang",
        "Ban Pháp chế của HĐND tỉnh",
    ]


def test_a_number_may_have_a_space_or_two_strokes_before_its_letters() -> None:
    found = cited(
        "Căn cứ Quyết định số 84 QĐ/TĐTN ngày 22/02/2026 của Ban Thường vụ Tỉnh đoàn; Luật số 10//2026/L- CTN;"
        " Quyết định này thay thế Quyết định số 84 QĐ/TĐTN ngày 22/02/2026 của Ban Thường vụ Tỉnh đoàn."
    )
    assert (found["84 QĐ/TĐTN"].date, found["84 QĐ/TĐTN"].relation) == (dt.date(2026, 2, 22), "thay thế")
    assert "10/2026/L-CTN" in found


def test_an_issuer_whose_of_was_lost_is_the_one_that_the_letters_spell() -> None:
    found = cited(
        "Căn Hướng dẫn số 33-HD/BTCTW ngày 30/10/2026 Ban Tổ chức Trung ương về kiểm điểm; Quy định số 13-QĐ/TW Bộ"
        " Chính trị; Hướng dẫn số 10-HD/HU ngày 27/11/2024 Ban Thường vụ Huyện ủy Tân Lâm."
    )
    assert [c.issuer for c in found.values()] == [
        "Ban Tổ chức Trung ương",
        "Bộ Chính trị",
        "Ban Thường vụ Huyện ủy Tân Lâm",
    ]


def test_a_body_that_acts_after_a_cited_document_did_not_issue_it() -> None:
    found = cited("Thực hiện Kế hoạch số 12/KH-UBND ngày 3/4/2026 UBND xã Đồi Chè tổ chức họp thôn.")["12/KH-UBND"]
    assert found.issuer is None


def test_a_paper_that_somebody_also_had_or_signed_is_theirs_and_of_that_day() -> None:
    found = cited(
        "Ngày 12/8/2026 UBND tỉnh cũng đã có kế hoạch số 65/KH-UB. UBND tỉnh mới có văn bản số 78/UBND-KGVX gửi các xã."
        " Ngày 11/10/2026, Ban Dân vận Tỉnh ủy và Ban cán sự đảng UBND tỉnh đã ký Chương trình phối hợp số"
        " 7-CTr/BDVTU – BCSĐ."
    )
    assert (found["65/KH-UB"].date, found["65/KH-UB"].issuer) == (dt.date(2026, 8, 12), "UBND tỉnh")
    assert (found["78/UBND-KGVX"].type, found["78/UBND-KGVX"].issuer) == ("Công văn", "UBND tỉnh")
    joint = found["7-CTr/BDVTU-BCSĐ"]
    assert (joint.date, joint.issuer) == (
        dt.date(2026, 10, 11),
        "Ban Dân vận Tỉnh ủy và Ban cán sự đảng UBND tỉnh",
    )


def test_letters_tell_what_was_sent_with_an_official_letter() -> None:
    assert cited("Ban vừa có Công văn số 57-KH/BDVTU về Kế hoạch thi viết.")["57-KH/BDVTU"].type == "Kế hoạch"


def test_a_ministry_that_the_text_writes_out_issued_what_bears_its_letters() -> None:
    found = cited("Bộ Nội vụ hướng dẫn cách làm báo cáo. Mời xem Văn bản số581/BNV-CCHC kèm biểu mẫu.")
    assert found["581/BNV-CCHC"].issuer == "Bộ Nội vụ"


def test_a_law_is_of_the_day_on_which_it_was_passed() -> None:
    found = cited("Việc này theo Luật Hòa giải số 72/2026/QH16 được Quốc hội thông qua ngày 16 tháng 6 năm 2026.")
    assert found["72/2026/QH16"].date == dt.date(2026, 6, 16)


def test_two_party_papers_each_with_its_day_share_the_body_named_after_them() -> None:
    found = cited(
        "Thực hiện Chỉ thị số 15-CT/TW, ngày 24-2-2026 và Kế hoạch số 8-KH/TW, ngày 12-3-2026 của Bộ Chính trị,"
    )
    assert [c.issuer for c in found.values()] == ["Bộ Chính trị", "Bộ Chính trị"]


@pytest.mark.parametrize(
    "body",
    [
        "Bộ Ngoại giao",
        "Sở Giao thông vận tải",
        "Sở Nông nghiệp và Phát triển nông thôn",
        "Phòng Tài chính - Kế hoạch",
        "Ban Thường vụ Hội Liên hiệp Phụ nữ tỉnh Tân Giang",
        "Ban Chấp hành Trung ương Đoàn TNCS Hồ Chí Minh",
        "Hội Người cao tuổi Việt Nam",
        "Bảo hiểm xã hội tỉnh",
        "Ngân hàng Chính sách xã hội tỉnh",
        "Văn phòng Đoàn đại biểu Quốc hội và HĐND tỉnh",
        "Hội đồng Phối hợp phổ biến, giáo dục pháp luật tỉnh",
        "Bộ trưởng, Chủ nhiệm Ủy ban Dân tộc",
    ],
)
def test_the_whole_name_of_a_body_is_its_issuer(body: str) -> None:
    found = cited(f"Căn cứ Công văn số 5/ABC-XY ngày 3/4/2026 của {body}, Công văn số 6/UBND-VX ngày 4/4/2026;")
    assert found["5/ABC-XY"].issuer == body


def test_what_a_ground_changed_is_not_changed_by_the_text_that_rests_on_it() -> None:
    found = cited(
        "Căn cứ Nghị định số 34/2026/NĐ-CP ngày 14/5/2026 của Chính phủ; Nghị định số 154/2026/NĐ-CP ngày 31/8/2026 của"
        " Chính phủ sửa đổi, bổ sung một số điều của Nghị định số 34/2026/NĐ-CP ngày 14/5/2026 của Chính phủ;"
    )
    assert {c.relation for c in found.values()} == {"căn cứ"}


def test_a_headline_in_capitals_tells_day_and_issuer_too() -> None:
    found = cited(
        "NGÀY 28 THÁNG 4 NĂM 2026, BAN THƯỜNG TRỰC ỦY BAN MTTQ TỈNH BAN HÀNH THÔNG TRI SỐ 18/TTr-MTTW VỀ VIỆC GIÁM"
        " SÁT\n\nThực hiện Thông báo số 161-TB/TU ngày 3/4/2026 của Tỉnh ủy, các xã làm như sau."
    )
    assert found["18/TTr-MTTW"].date == dt.date(2026, 4, 28)


def test_a_number_with_a_small_letter_is_a_number() -> None:
    assert cited("Căn cứ Nghị quyết số 30c/NQ-CP ngày 08/11/2026 của Chính phủ;")["30c/NQ-CP"].issuer == "Chính phủ"


def test_papers_of_one_office_in_a_row_are_all_its_own() -> None:
    found = cited(
        "Theo đề nghị của Sở Nội vụ tại Tờ trình số 14/TTr-SNV ngày 28/6/2026, Công văn số 22/SNV-CCHC ngày 28/9/2026"
        " và Báo cáo thẩm định số 18/BCTĐ-STP ngày 25/5/2026 của Sở Tư pháp."
    )
    assert [(c.type, c.issuer) for c in found.values()] == [
        ("Tờ trình", "Sở Nội vụ"),
        ("Công văn", "Sở Nội vụ"),
        ("Báo cáo", "Sở Tư pháp"),
    ]


def test_what_one_body_issued_with_another_paper_is_its_own_too() -> None:
    found = cited(
        "Ban Thường vụ Hội Nông dân tỉnh đã ban hành kế hoạch số 2-KH/HNDT ngày 07/06/2026 và Công văn số 38-CV/HNDT"
        " ngày 04/07/2026 về tuyên truyền."
    )
    assert {c.issuer for c in found.values()} == {"Ban Thường vụ Hội Nông dân tỉnh"}


def test_rules_that_a_body_issued_by_a_decision_make_the_decision_its_own() -> None:
    found = cited("Căn cứ Quy chế do Ban Thường vụ Tỉnh ủy ban hành theo Quyết định số 289-QĐ/TU ngày 08/02/2026;")
    assert found["289-QĐ/TU"].issuer == "Ban Thường vụ Tỉnh ủy"


def test_a_consolidated_text_is_a_type_of_its_own_and_a_term_may_stand_before_the_day() -> None:
    found = cited(
        "Căn cứ Văn bản hợp nhất số 3/VBHN-VPQH ngày 29/01/2026 của Văn phòng Quốc hội hợp nhất Luật Khiếu nại;"
        " Nghị quyết số 4-NQ/TW (khóa XII) ngày 30/10/2026 của Ban Chấp hành Trung ương."
    )
    whole, resolution = found.values()
    assert (whole.type, whole.issuer, whole.about) == (
        "Văn bản hợp nhất",
        "Văn phòng Quốc hội",
        "hợp nhất Luật Khiếu nại",
    )
    assert (resolution.date, resolution.issuer) == (dt.date(2026, 10, 30), "Ban Chấp hành Trung ương")


def test_a_numbered_committee_and_the_president_issue_documents() -> None:
    found = cited(
        "Căn cứ Quyết định số 15-QĐ/BCĐ ngày 01/02/2024 của Ban Chỉ đạo 35 tỉnh về quy chế làm việc;\n"
        "Căn cứ Quyết định số 210/QĐ-CTN ngày 03/02/2024 về việc tặng thưởng;\n"
    )
    assert [c.issuer for c in found.values()] == ["Ban Chỉ đạo 35 tỉnh", "Chủ tịch nước"]


def test_a_paper_of_notice_is_a_document() -> None:
    [one] = cited("Sau đó đã có Phiếu báo số 118/PB-VPHG ngày 13 tháng 12 năm 2023.").values()
    assert (one.type, one.number) == ("Phiếu báo", "118/PB-VPHG")


def test_a_short_line_that_breaks_within_a_name_ends_no_paragraph() -> None:
    passages = parse(
        "ỦY BAN NHÂN DÂN TỈNH ĐỒNG MÂY\nSố: 15/QĐ-UBND\nQUYẾT ĐỊNH\nVề việc giữ rừng\n"
        "Căn cứ Luật Lâm nghiệp ngày 15 tháng 11 năm 2017 và các văn bản thi hành;\nTheo đề nghị của Sở\n"
        "Nội vụ tại Tờ trình số 5/TTr-SNV ngày 01 tháng 3 năm 2024,\nQUYẾT ĐỊNH:\nĐiều 1. Giữ rừng.\n"
    ).passages
    assert any("của Sở Nội vụ" in " ".join(p.text.split()) for p in passages)


@pytest.mark.parametrize("written", ["Lao động- Thương binh và Xã hội", "Lao động - Thương binh và Xã hội"])
def test_a_ministry_whose_name_holds_a_dash_is_named_whole(written):
    text = f"Thực hiện Thông tư số 04/2027/TT-BLĐTBXH ngày 28/2/2027 của Bộ {written}; các xã làm như sau:"
    assert parse(text).citations[0].issuer == f"Bộ {written}"
