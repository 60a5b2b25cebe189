import pytest

from knowledge.mentions import find_mentions


@pytest.mark.parametrize(
    ("typed", "number", "year", "letters"),
    [
        ("kl 120", 120, None, set()),
        ("chi thi 33 ttg", 33, None, {"ttg"}),
        ("120-kl/tw", 120, None, {"kl", "tw"}),
        ("nq25", 25, None, set()),
        ("447 cv/hu noi gi z", 447, None, {"cv", "hu"}),
        ("Luật 10/2022/QH15", 10, 2022, {"qh15"}),
        ("nghị định 59/2023", 59, 2023, set()),
        ("05-CTrPH/BDVTU-BCSĐ UBND tỉnh", 5, None, {"ctrph", "bdvtu", "bcsd", "ubnd"}),
    ],
)
def test_a_document_number_is_found_in_any_spelling(typed, number, year, letters):
    (mention,) = find_mentions(typed)
    assert (mention.number, mention.year, set(mention.letters)) == (number, year, letters)


@pytest.mark.parametrize(
    "typed",
    [
        "trước ngày 30/10/2021",
        "giai đoạn 2016-2020",
        "mục 2 cv hớn quản",
        "tháng 10 có hạn nào",
        "quý 2/2024",
        "13 chỉ tiêu",
    ],
)
def test_dates_clauses_and_periods_are_no_document_numbers(typed):
    assert find_mentions(typed) == ()


def test_a_year_after_a_type_is_only_weakly_a_number():
    (mention,) = find_mentions("kế hoạch 2021")
    assert mention.weak
