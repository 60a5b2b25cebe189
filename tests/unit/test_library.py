import pytest

from knowledge.fold import symbol_key
from knowledge.library import Library
from knowledge.mentions import find_mentions
from knowledge.reading.parse import parse
from tests.unit.library_documents import LETTER_KEY, PARTY, PLAN_KEY, small_library


def numbers(library, typed):
    return [known.number for known in library.find(typed)]


@pytest.mark.parametrize("typed", ["kl 120", "120-kl/tw", "Kết luận số 120", "120 KL/TW", "ket luan 120-KL/TW"])
def test_a_directive_is_found_however_its_number_is_typed(typed):
    assert numbers(small_library(), typed) == ["120-KL/TW"]


def test_a_number_with_another_type_or_body_is_not_taken_for_a_known_one():
    library = small_library()
    assert numbers(library, "nghị quyết 120") == []
    assert numbers(library, "120-KL/TU") == []
    assert numbers(library, "kh 59") == []


def test_neighbours_of_an_unknown_number_are_offered_nearest_first():
    (mention,) = find_mentions("24-NQ/TW")
    assert small_library().neighbours(mention)[0].number == "25-NQ/TW"


def test_what_is_held_cited_and_registered_is_one_document():
    library = small_library()
    (known,) = library.find("120-KL/TW")
    assert known.directive is not None
    assert [cited.held.key for cited in known.cited] == [PLAN_KEY]
    (plan,) = library.find("58/KH-UBND")
    assert plan.held is not None
    assert plan.held.key == PLAN_KEY


def test_the_same_number_of_another_date_is_another_document():
    library = Library(register=())
    library.add(1, "a.txt", parse("Thực hiện Chỉ thị số 16/CT-TTg ngày 16/5/2016 của Thủ tướng Chính phủ về dân vận."))
    library.add(
        2, "b.txt", parse("Thực hiện Chỉ thị số 16/CT-TTg ngày 31/3/2020 của Thủ tướng Chính phủ về phòng dịch.")
    )
    assert sorted(known.date.year for known in library.find("16/CT-TTg")) == [2016, 2020]


def test_a_removed_document_leaves_no_trace_but_what_others_and_the_register_say():
    library = small_library()
    library.remove(PLAN_KEY)
    assert numbers(library, "58/KH-UBND") == []
    (known,) = library.find("120-KL/TW")
    assert (known.cited, known.held) == ([], None)
    assert known.directive is not None
    with pytest.raises(KeyError):
        library.remove(PLAN_KEY)


def test_adding_under_the_same_key_replaces_the_document():
    library = small_library()
    library.add(PLAN_KEY, "moi.txt", parse(PARTY))
    assert numbers(library, "58/KH-UBND") == []
    assert library.held[PLAN_KEY].name == "moi.txt"


def test_a_document_without_a_number_is_known_too():
    library = small_library()
    known = library.known_of(LETTER_KEY)
    assert known.number is None
    assert "ngan sau" in library.held[LETTER_KEY].names
    assert symbol_key(library.known_of(PLAN_KEY).number) == "58/kh/ubnd"
