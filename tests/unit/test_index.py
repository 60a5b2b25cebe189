from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import index as index_module
from knowledge.index import Index
from knowledge.wording import words

ROWS = [
    ("Điều 1", "Trưởng thôn họp dân mỗi quý một lần"),
    ("Điều 2", "Ủy ban nhân dân xã công khai thu chi"),
    ("Điều 3", "Hòa giải ở cơ sở do tổ hòa giải thực hiện"),
]


def found(index, question):
    return [row for row, _ in index.search(words(question))]


def test_a_passage_is_found_with_and_without_accents_and_whichever_way_the_tone_is_placed():
    index = Index()
    index.add(ROWS)
    assert found(index, "công khai thu chi")[0] == 1
    assert found(index, "cong khai thu chi")[0] == 1
    assert found(index, "hoà giải")[0] == 2
    assert found(index, "uỷ ban")[0] == 1


def test_neighbouring_words_count_for_more_than_scattered_ones():
    index = Index()
    index.add([("", "dân số vận tải chính trị quyền lợi"), ("", "dân vận chính quyền")])
    assert found(index, "dan van chinh quyen")[0] == 1


def test_an_added_passage_is_found_at_once_and_a_removed_one_never_again():
    index = Index()
    index.add(ROWS)
    assert found(index, "phòng chống lụt bão") == []
    added = index.add([("Điều 4", "Phòng chống lụt bão")])
    assert found(index, "phòng chống lụt bão") == list(added)
    index.remove(added)
    assert found(index, "phòng chống lụt bão") == []


def test_full_segments_and_the_open_one_give_the_same_scores_as_one_segment(monkeypatch):
    whole, split = Index(), Index()
    whole.add(ROWS * 3)
    monkeypatch.setattr(index_module, "SEGMENT_ROWS", 2)
    split.add(ROWS * 3)
    query = words("trưởng thôn công khai hòa giải")
    assert split.scores(query).tolist() == whole.scores(query).tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=60)), max_size=6), st.text(max_size=40))
def test_any_text_can_be_added_and_any_question_searched(rows, question):
    index = Index()
    index.add(rows)
    results = index.search(words(question), limit=5)
    assert len(results) <= 5
    assert all(score > 0 and 0 <= row < len(rows) for row, score in results)
