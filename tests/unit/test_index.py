import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.search import index as index_module
from knowledge.search import postings
from knowledge.search.index import ACCENTED, Index
from knowledge.search.wording import words

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


WORDS = ["dân", "dần", "dan", "vận", "văn", "bản", "bán", "xã", "thôn", "họp", "hợp", "đồng", "quý", "12", "khoản"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
PASSAGES = st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=60)
QUESTIONS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8)


@pytest.fixture
def small_segments(monkeypatch):
    """Segments of a few rows, columns for what stands in a tenth of them: all of search's ways with little text."""
    monkeypatch.setattr(index_module, "SEGMENT_ROWS", 4)
    monkeypatch.setattr(index_module, "MOST_ROWS", 16)
    monkeypatch.setattr(postings, "_COMMON", 10)


def test_full_segments_and_the_open_one_give_the_same_scores_as_one_segment(monkeypatch):
    whole, split = Index(), Index()
    whole.add(ROWS * 3)
    monkeypatch.setattr(index_module, "SEGMENT_ROWS", 2)
    split.add(ROWS * 3)
    query = words("trưởng thôn công khai hòa giải")
    assert split.scores(query).tolist() == whole.scores(query).tolist()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PASSAGES, QUESTIONS, st.integers(1, 9))
def test_rows_added_one_by_one_between_questions_are_found_as_if_added_at_once(small_segments, rows, question, step):
    whole, grown = Index(), Index()
    whole.add(rows)
    for at in range(0, len(rows), step):
        grown.add(rows[at : at + step])
        grown.search(question)
    assert grown.scores(question) == pytest.approx(whole.scores(question), rel=1e-6)
    assert [row for row, _ in grown.search(question, 5)] == [row for row, _ in whole.search(question, 5)]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PASSAGES, QUESTIONS, st.integers(1, 12), st.sets(st.integers(0, 59)))
def test_the_best_rows_are_those_of_scoring_every_row_and_no_removed_one(
    small_segments, rows, question, limit, removed
):
    index = Index()
    index.add(rows)
    index.remove([row for row in removed if row < len(rows)])
    scores = index.scores(question)
    every = sorted((row for row in range(len(rows)) if scores[row] > 0), key=lambda row: (-scores[row], row))
    found = index.search(question, limit)
    assert [score for _, score in found] == pytest.approx([float(scores[row]) for row in every[:limit]], rel=1e-6)
    assert not removed & {row for row, _ in found}
    index.add(rows)
    assert not removed & {row for row, _ in index.search(question, 100) if row < len(rows)}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PASSAGES, QUESTIONS)
def test_words_count_in_as_many_rows_as_hold_them(small_segments, rows, question):
    index = Index()
    index.add(rows)
    keys = np.array([ACCENTED << 60 | index.vocabulary.number(word) for word in question], np.int64)
    held = [sum(word in f"{heading} {text}".split() for heading, text in rows) for word in question]
    assert index.frequency(keys).tolist() == held


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=60)), max_size=6), st.text(max_size=40))
def test_any_text_can_be_added_and_any_question_searched(rows, question):
    index = Index()
    index.add(rows)
    results = index.search(words(question), limit=5)
    assert len(results) <= 5
    assert all(score > 0 and 0 <= row < len(rows) for row, score in results)
