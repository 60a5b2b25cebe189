"""Reading documents of our own about invented provinces, in the layouts that exist; each has its facts beside it."""

import pytest

from knowledge.reading.cited.contradictions import contradictions_between
from knowledge.reading.parse import parse
from tests.bench.facts import measure, own


@pytest.mark.parametrize("document", list(own()), ids=lambda document: document[0])
def test_a_document_in_this_layout_is_read_as_a_careful_reader_reads_it(document: tuple[str, dict, str]) -> None:
    assert measure([document]).wrong == []


def test_one_number_with_two_dates_in_two_documents_is_shown_to_staff() -> None:
    first = parse("Thực hiện Chỉ thị số 7/CT-TTg ngày 26/11/2021 của Thủ tướng Chính phủ.")
    second = parse("Thực hiện Chỉ thị số 7/CT-TTg ngày 26/12/2021 của Thủ tướng Chính phủ.")
    (found,) = contradictions_between([first, second])
    assert (found.kind, found.about, len(found.quotes)) == ("two-dates", "7/CT-TTg", 2)


def test_one_number_of_two_years_or_two_bodies_is_two_documents_and_no_contradiction() -> None:
    first = parse("Thực hiện Kế hoạch số 7/KH-UBND ngày 26/11/2021 của UBND tỉnh về dân vận.")
    later = parse("Thực hiện Kế hoạch số 7/KH-UBND ngày 03/02/2022 của UBND tỉnh về hòa giải.")
    other = parse("Thực hiện Kế hoạch số 7/KH-UBND ngày 05/3/2021 của Ủy ban nhân dân xã Sơn Hạ về hòa giải.")
    assert contradictions_between([first, later, other]) == []
