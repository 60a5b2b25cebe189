"""Deadlines and standing orders to report, in the ways that other people's documents print them."""

import pytest

from knowledge.document import FoundDeadline, Recurrence
from knowledge.reading.parse import parse

HEAD = """\
UBND XÃ ĐỒI CHÈ            CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 12/UBND-VX                 Độc lập - Tự do - Hạnh phúc
V/v {subject}                  Đồi Chè, ngày 02 tháng 02 năm 2026

Kính gửi: Trưởng các thôn.

Ủy ban nhân dân xã đề nghị:

"""


def due(body: str, subject: str = "họp thôn") -> list[FoundDeadline]:
    return list(parse(HEAD.format(subject=subject) + body + "\n").deadlines)


def test_a_day_without_a_year_recurs_where_the_document_lays_down_standing_reports() -> None:
    body = "1. Báo cáo năm gửi về Ủy ban nhân dân xã trước ngày 08 tháng 11."
    (standing,) = due(body, "chế độ thông tin, báo cáo của các thôn")
    (once,) = due(body, "báo cáo kết quả năm 2026")
    assert (standing.recurrence, standing.instances) == (Recurrence("year", 8, 11, exclusive=True), ())
    assert (once.recurrence, [i.date.year for i in once.instances]) == (None, [2026])


@pytest.mark.parametrize(
    "sentence",
    [
        "Gặp khó khăn, vướng mắc báo cáo về Ủy ban nhân dân xã.",
        "Báo cáo ngay với Ủy ban nhân dân xã khi xảy ra cháy rừng tại thôn.",
        "Trường hợp phát sinh tranh chấp kéo dài thì báo cáo bằng điện thoại.",
        "Kịp thời phát hiện vết nứt mới trên mặt đê để báo cáo Ủy ban nhân dân xã.",
    ],
)
def test_a_report_on_an_event_is_found_however_it_is_told(sentence: str) -> None:
    (found,) = due(f"1. {sentence}")
    assert (found.rule, found.instances, found.recurrence) == ("on-event", (), None)


def test_a_report_whose_time_another_document_sets_is_undated() -> None:
    (found,) = due("1. Trạm Y tế tổng hợp, báo cáo Sở Y tế theo Công văn số 9/SYT-NV.")
    assert (found.rule, found.who_reports, found.to_whom) == ("undated", "Trạm Y tế", "Sở Y tế")


def test_periodic_may_stand_far_behind_the_report_it_is_said_of() -> None:
    (found,) = due(
        "1. Thực hiện báo cáo tình hình nước sạch, vệ sinh chuồng trại, thu gom rác về Ủy ban nhân dân xã (qua bộ phận"
        " môi trường, đầu mối của xã) định kỳ và đột xuất."
    )
    assert (found.rule, found.recurrence) == ("cadence", None)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ban Chỉ đạo trả lời người dân trong thời hạn 07 ngày kể từ ngày nhận đơn.",
        "Nội dung họp gồm số liệu thu ngân sách để báo cáo cấp trên theo quy định.",
        "Báo cáo tháng viết theo đề cương kèm theo.",
    ],
)
def test_what_orders_no_report_of_the_reader_is_no_deadline(sentence: str) -> None:
    assert due(f"1. {sentence}") == []


def test_who_reports_is_read_behind_a_label_and_behind_the_days() -> None:
    labelled, after_days = due(
        "1. Đăng ký: các chi bộ, trường học gửi danh sách về Đảng ủy trước ngày 20/3/2026.\n\n"
        "2. Báo cáo: 6 tháng (trước 10/6) hằng năm, các chi bộ báo cáo kết quả về Đảng ủy."
    )
    assert (labelled.who_reports, after_days.who_reports) == ("Các chi bộ, trường học", "Các chi bộ")


def test_several_receivers_are_all_named() -> None:
    (found,) = due("1. Gửi biên bản đến Thường trực HĐND, UBND xã và Ủy ban Bầu cử xã chậm nhất ngày 20/3/2026.")
    assert found.to_whom == "Thường trực HĐND, UBND xã và Ủy ban Bầu cử xã"


def test_a_schedule_says_when_work_is_done_and_only_its_reports_are_due() -> None:
    planned, *reports = [
        "| 1 | Sửa nhà văn hóa | Thôn trưởng | Quý III/2026 |",
        "| 2 | Báo cáo năm | Các thôn gửi UBND xã | Chậm nhất 05/11/2026 |",
    ]
    rows = "\n".join([planned, *reports])
    (found,) = due(f"| STT | Nội dung | Chủ trì | Thời gian |\n|---|---|---|---|\n{rows}")
    assert (found.who_reports, found.to_whom) == ("Các thôn", "UBND xã")
    (bound, _) = due(f"| STT | Nội dung | Chủ trì | Thời hạn hoàn thành |\n|---|---|---|---|\n{rows}")
    assert bound.quote.startswith("1 | Sửa nhà văn hóa")


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("Các trường gửi số liệu trong ngày 20/3/2026 để tổng hợp.", ["2026-03-20"]),
        ("Hạn cuối nhận bài dự thi: 16h ngày 20/3/2026.", ["2026-03-20"]),
        ("Hội thi diễn ra trong ngày 20/3/2026, các thôn gửi đội đến dự.", []),
    ],
)
def test_within_a_day_and_a_last_hour_include_the_day(sentence: str, days: list[str]) -> None:
    assert [i.last_admissible_day.isoformat() for found in due(f"1. {sentence}") for i in found.instances] == days


@pytest.mark.parametrize(
    ("sentence", "rhythm"),
    [
        ("Báo cáo số hộ trước ngày mồng 5 hằng tháng.", Recurrence("month", 5, None, exclusive=True)),
        ("Gửi báo cáo vào các ngày 15/3, 15/6, 15/9 và 15/12 hằng năm.", Recurrence("quarter", 15, 3)),
    ],
)
def test_days_of_a_rhythm_are_read_as_people_write_them(sentence: str, rhythm: Recurrence) -> None:
    assert [found.recurrence for found in due(f"1. {sentence}")] == [rhythm]


def test_the_period_of_a_day_may_stand_in_brackets_behind_it() -> None:
    (found,) = due("1. Gửi xã: trước ngày 15 tháng 6 (báo cáo 6 tháng) và trước ngày 15 tháng 12 (báo cáo năm).")
    assert [i.period for i in found.instances] == ["6 tháng", "năm"]


def test_the_standing_reports_of_a_regulation_recur_though_no_year_is_printed() -> None:
    (found,) = due("1. Các thôn gửi xã báo cáo năm trước ngày 04 tháng 12.", "ban hành Quy chế hoạt động của các thôn")
    assert (found.recurrence, found.instances) == (Recurrence("year", 4, 12, exclusive=True), ())


def test_a_term_within_which_nothing_is_delivered_is_no_deadline() -> None:
    assert due("1. Trưởng thôn phải cử người đến trong thời hạn 03 giờ, kể từ khi nhận được thông báo.") == []


def test_a_table_may_say_who_sends_and_who_receives() -> None:
    rows = due(
        "| TT | Loại báo cáo | Nơi gửi | Nơi nhận | Thời hạn |\n|---|---|---|---|---|\n"
        "| 1 | Báo cáo năm | Các thôn | Văn phòng xã | Trước ngày 9/11/2026 |\n"
        "| 2 | Báo cáo đột xuất | Các thôn | Công an xã | Khi có yêu cầu |\n"
    )
    assert [(r.who_reports, r.to_whom, r.rule) for r in rows] == [
        ("Các thôn", "Văn phòng xã", "one-off"),
        ("Các thôn", "Công an xã", "on-event"),
    ]


def test_a_bound_with_a_slip_or_in_dialect_is_still_a_bound() -> None:
    (found,) = due("1. Phiếu gởi về Ủy ban nhân dân xã truớc ngày 9/6/2026.")
    assert (found.to_whom, [i.last_admissible_day.day for i in found.instances]) == ("Ủy ban nhân dân xã", [8])


@pytest.mark.parametrize(
    ("sentence", "who", "to_whom"),
    [
        ("Các tổ chức có hội viên gửi danh sách về Văn phòng xã trước ngày 9/6/2026.", "Các tổ chức có hội viên", None),
        ("Đoàn kiểm tra tổng hợp, báo cáo Chủ tịch xã trước ngày 9/6/2026.", "Đoàn kiểm tra", None),
        ("Công đoàn xã báo cáo Ủy ban nhân dân xã trước ngày 9/6/2026.", "Công đoàn xã", None),
        ("Kể từ tháng 3/2026, Trạm Y tế báo cáo Sở Y tế trước ngày 9/6/2026.", "Trạm Y tế", "Sở Y tế"),
        (
            "Các thôn gửi về Sở Văn hóa, Thể thao và Du lịch trước ngày 9/6/2026.",
            None,
            "Sở Văn hóa, Thể thao và Du lịch",
        ),
        ("Phiếu nộp cho chị Lê Thị Mận (văn thư) trước ngày 9/6/2026.", None, "chị Lê Thị Mận (văn thư)"),
    ],
)
def test_who_sends_and_who_receives_is_told_in_many_ways(sentence: str, who: str | None, to_whom: str | None) -> None:
    (found,) = due(f"1. {sentence}")
    assert found.who_reports == who or who is None
    assert found.to_whom == to_whom or to_whom is None


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("Nơi có cháy rừng, trưởng thôn báo cáo ngay Ủy ban nhân dân xã.", "on-event"),
        ("Các thôn trực đêm; có nước dâng thì báo cáo ngay.", "on-event"),
        ("Báo cáo chuyên đề nộp khi xã có văn bản yêu cầu.", "on-event"),
        ("Kết thúc đợt trồng cây chậm nhất 10 ngày phải có báo cáo gửi Ủy ban nhân dân xã.", "on-event"),
        ("Trước 17 giờ hằng ngày, các thôn báo cáo nhanh về Văn phòng xã.", "cadence"),
        ("Trạm Y tế báo cáo Sở Y tế theo thời hạn nêu tại Công văn số 9/SYT-NV ngày 3/2/2026.", "undated"),
    ],
)
def test_reports_without_a_day_are_found_however_they_are_ordered(sentence: str, rule: str) -> None:
    (found,) = due(f"1. {sentence}")
    assert (found.rule, found.instances) == (rule, ())


@pytest.mark.parametrize("bound", ["Hạn nộp phiếu:", "Nộp phiếu trước khi hết giờ làm việc ngày"])
def test_a_last_day_may_be_named_without_before_or_at_the_latest(bound: str) -> None:
    (found,) = due(f"1. {bound} 20/3/2026.")
    assert [i.last_admissible_day.day for i in found.instances] == [20]


def test_who_is_asked_does_it_not_who_asks() -> None:
    (found,) = due("1. Ban Chỉ đạo đề nghị các thôn báo cáo về Văn phòng xã trước ngày 20/3/2026.")
    assert found.who_reports == "Các thôn"


def test_a_daily_duty_beside_a_report_is_no_daily_report() -> None:
    assert due("1. Công an xã trực hằng ngày tại trụ sở và lưu sổ báo cáo khi cần.") == []


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("Số liệu báo cáo chốt đến hết ngày 31/5/2026.", []),
        ("Báo cáo năm (số liệu tính đến hết ngày 15/11/2026) gửi về xã trước ngày 20/11/2026.", ["2026-11-19"]),
        ("Các thôn báo cáo kết quả chậm nhất 15h00', ngày 12/6/2026.", ["2026-06-12"]),
    ],
)
def test_the_day_up_to_which_figures_are_counted_is_no_deadline(sentence: str, days: list[str]) -> None:
    assert [i.last_admissible_day.isoformat() for found in due(f"1. {sentence}") for i in found.instances] == days


@pytest.mark.parametrize(
    "sentence",
    [
        "Việc trả lời ý kiến của dân còn chậm, để phát sinh 9 đơn vượt cấp trong 6 tháng đầu năm 2026.",
        "Đài Truyền thanh xã mở chuyên mục “Dân hỏi, xã đáp” phát vào thứ Hai hằng tuần.",
    ],
)
def test_what_was_found_or_is_on_every_week_is_handed_in_by_nobody(sentence: str) -> None:
    assert due(f"1. {sentence}") == []


def test_a_title_or_an_account_of_the_past_orders_no_report() -> None:
    for said in (
        "Sở Tư pháp nhắc cách làm chế độ báo cáo hòa giải ở thôn định kỳ",
        "KẾ HOẠCH kiểm điểm, đánh giá, xếp loại chất lượng hàng năm đối với đảng viên",
        "Thời gian qua, Ban đã nhận được báo cáo định kỳ của nhiều xã nhưng vẫn còn một số xã gửi báo cáo chậm.",
        "Kết quả này là căn cứ để đánh giá, xếp loại chất lượng hằng năm đối với cán bộ.",
    ):
        assert due(f"Phần mở đầu của bản này.\n\n{said}\n") == [], said


def test_a_regime_of_reports_that_names_its_receiver_is_ordered() -> None:
    [one] = due("Thực hiện chế độ báo cáo tình hình tiếp dân về Ban Thường trực Mặt trận tỉnh định kỳ và đột xuất.")
    assert one.to_whom == "Ban Thường trực Mặt trận tỉnh"


def test_a_task_planned_for_a_quarter_is_no_deadline_but_what_is_finished_in_it_is() -> None:
    assert due("1. Phòng Tư pháp mở lớp tập huấn trong quý IV/2026.") == []
    [one] = due("1. Phòng Tư pháp hoàn thành việc rà soát hương ước trong quý IV/2026.")
    assert [i.date.isoformat() for i in one.instances] == ["2026-12-31"]


def test_papers_that_must_reach_somebody_by_a_day_are_due_then() -> None:
    [one] = due("Danh sách tổ đò được khen phải tới Hội đồng thi đua trước ngày 31/01/2026.")
    assert (one.to_whom, one.instances[0].last_admissible_day.isoformat()) == ("Hội đồng thi đua", "2026-01-30")


def test_a_term_for_what_is_handed_in_is_a_deadline_whatever_it_was_before() -> None:
    [one] = due("Hạn nhận bài mới là 31/1/2027, thay cho hạn cũ 30/11/2026.")
    assert [i.date.isoformat() for i in one.instances] == ["2027-01-31"]


def told(page: str) -> list[FoundDeadline]:
    """The deadlines of a page that is no letter."""
    return list(parse(page).deadlines)


def test_the_first_receiver_counts_and_its_short_name_is_the_one_given_before() -> None:
    [one] = told(
        "Bộ Nội vụ muốn các đơn vị sớm cho biết đã làm được gì.\n\n"
        "Báo cáo gửi về Bộ trước ngày 15/2/2027 để Bộ gộp lại, gửi tiếp cho Quốc hội và Bộ Tài chính."
    )
    assert (one.to_whom, one.who_reports) == ("Bộ Nội vụ", "các đơn vị")


def test_who_was_asked_before_is_told_where_the_sentence_names_nobody_or_points_back() -> None:
    [one] = told(
        "Công văn đề nghị ban dân vận các đảng ủy xã, phường tuyên truyền về ngày truyền thống.\n\n"
        "Các ban dân vận nói trên còn chọn những mô hình hay, gửi về Ban Dân vận Tỉnh ủy trước ngày 30/10/2026."
    )
    assert (one.who_reports, one.to_whom) == ("ban dân vận các đảng ủy xã, phường", "Ban Dân vận Tỉnh ủy")
    [other] = told(
        "Kính gửi: ………………………………\n\nỦy ban mong các phòng và UBND các xã viết báo cáo theo mẫu.\n\n"
        "Xin gửi báo cáo về Ủy ban Sông nước trước ngày 15 tháng 5 năm 2026."
    )
    assert other.who_reports == "các phòng và UBND các xã"


def test_one_request_to_bodies_listed_with_semicolons_is_one_sentence() -> None:
    [one] = told(
        "UBND phường đề nghị Mặt trận, các hội, đoàn thể phường; các ông, bà Bí thư chi bộ, Tổ trưởng tổ dân phố nghiên"
        " cứu, góp ý vào dự thảo và gửi về UBND phường trước ngày 20/6/2026."
    )
    assert one.who_reports == "Mặt trận, các hội, đoàn thể phường; các ông, bà Bí thư chi bộ, Tổ trưởng tổ dân phố"


def test_whose_report_goes_to_somebody_is_told_to_send_it() -> None:
    [one] = told("Báo cáo của các địa phương, đơn vị gửi về Sở Nội vụ trước ngày 15 tháng 12 hàng năm.")
    assert (one.who_reports, one.to_whom) == ("các địa phương, đơn vị", "Sở Nội vụ")


def test_days_beside_a_rhythm_recur_with_it() -> None:
    found = told(
        "Các đơn vị gửi báo cáo quý trước ngày 20 của tháng cuối quý, báo cáo 6 tháng trước ngày 15/6, báo cáo năm"
        " trước ngày 10/12 về Sở Nội vụ để tổng hợp."
    )
    assert [(d.recurrence.every, d.recurrence.month, d.recurrence.day) for d in found if d.recurrence] == [
        ("quarter", 3, 20),
        ("year", 6, 15),
        ("year", 12, 10),
    ]


@pytest.mark.parametrize(
    "recalled",
    [
        "Ngày 05/11/2025, Sở Nội vụ đã có Công văn số 98/SNV-CC đề nghị các xã nộp báo cáo trước ngày 01/12/2025.",
        "Tại Công văn số 98/SNV-CC ngày 05/11/2025, Sở Nội vụ đã yêu cầu các xã rà soát xong trước ngày 01/12/2025.",
        "Bộ Nội vụ đã ban hành Thông tư số 1/2025/TT-BNV, trong đó quy định báo cáo năm gửi trước ngày 15/12/2025.",
        "Phòng Văn hóa đã đôn đốc các xã báo cáo trước ngày 10/12/2025.",
    ],
)
def test_what_an_earlier_paper_asked_is_no_deadline_of_the_one_that_recalls_it(recalled: str) -> None:
    assert due(f"{recalled} Đến nay còn ba thôn chưa nộp.") == []
    [own] = due(f"{recalled} Ủy ban nhân dân xã đề nghị các thôn gửi báo cáo trước ngày 20/02/2026.")
    assert [i.date.isoformat() for i in own.instances] == ["2026-02-20"]


def test_who_asks_after_recalling_a_paper_sets_a_deadline_of_its_own() -> None:
    [own] = due(
        "Ngày 05/01/2026, Sở Nội vụ đã ban hành Kế hoạch số 98/KH-SNV về việc ra quân, Ủy ban nhân dân xã đề nghị các "
        "thôn nộp báo cáo trước ngày 28/02/2026."
    )
    assert (own.who_reports, [i.date.isoformat() for i in own.instances]) == ("các thôn", ["2026-02-28"])


def test_news_of_a_letter_tells_the_deadline_that_the_letter_sets() -> None:
    [one] = parse(
        "Nhắc các xã gửi báo cáo\n\nNgày 05/3/2024, Sở Nội vụ đã có công văn đề nghị các đơn vị chậm nhất ngày "
        "20.3.2024 phải báo cáo nội dung này.\n"
    ).deadlines
    assert (one.who_reports, [i.date.isoformat() for i in one.instances]) == ("các đơn vị", ["2024-03-20"])


def test_entries_of_a_list_of_days_take_who_reports_to_whom_from_the_sentence_that_leads_it() -> None:
    found = due(
        "Các thôn gửi báo cáo về Ủy ban nhân dân xã theo các mốc sau:\n- Báo cáo tháng: trước ngày 18 của tháng\n"
        "- Báo cáo quý: chậm nhất ngày 10 tháng cuối cùng của quý\n- Báo cáo năm: trước ngày 01/12 hằng năm"
    )
    assert {(d.who_reports, d.to_whom) for d in found} == {("Các thôn", "Ủy ban nhân dân xã")}
    assert [d.recurrence for d in found] == [
        Recurrence("month", 18, None, exclusive=True),
        Recurrence("quarter", 10, 3),
        Recurrence("year", 1, 12, exclusive=True),
    ]


def test_a_term_may_be_said_to_be_a_day() -> None:
    [one] = due("Thời hạn báo cáo kết quả rà soát hộ nghèo năm 2026 là ngày 10/8/2026.")
    assert [(i.date.isoformat(), i.last_admissible_day.isoformat()) for i in one.instances] == [
        ("2026-08-10", "2026-08-10")
    ]


def test_a_day_recurs_with_the_yearly_one_behind_the_semicolon() -> None:
    [both] = due("Báo cáo 6 tháng trước 05/6; báo cáo năm trước 05/12 hàng năm.")
    assert both.recurrence == Recurrence("half-year", 5, 6, exclusive=True)


def test_figures_counted_from_a_day_to_a_day_are_due_on_neither() -> None:
    assert due("Thời gian chốt số liệu báo cáo năm: tính từ ngày 15 tháng 12 năm trước đến ngày 14 tháng 12.") == []


def test_what_was_asked_in_the_year_under_review_is_due_no_more() -> None:
    page = "Công tác năm 2024\n\nTrong năm, Sở Y tế đã có công văn đề nghị các trạm báo cáo trước ngày 10/11/2024.\n"
    assert parse(page).deadlines == ()
