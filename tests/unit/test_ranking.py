import numpy as np

from knowledge.search.index import Index
from knowledge.search.ranking import CANDIDATES, FEATURES, candidates, ranked, weights, widened
from knowledge.search.wording import official, words

ARTICLES = (
    ("Điều 1. Giải thích từ ngữ", "1. Nhóm nòng cốt là những người dân tự nguyện giúp thôn họp.", "2. Sổ góp ý là sổ."),
    ("Điều 2. Họp thôn", "1. Thôn họp mỗi quý một lần.", "2. Nhóm nòng cốt mời người dân đến họp thôn."),
    ("Điều 3. Đất đai", "1. Cấp giấy chứng nhận quyền sử dụng đất.", "2. Thu hồi đất."),
)


def law():
    index = Index()
    sections = []
    for heading, *clauses in ARTICLES:
        sections.append(index.add([(heading, " ".join(clauses)), *((heading, clause) for clause in clauses)])[0])
    return index, np.array(sections)


def best(question):
    index, sections = law()
    return ranked(index, words(question), sections)[0][0]


def test_what_a_word_means_is_found_where_words_are_explained():
    assert best("nhóm nòng cốt là gì") == 0


def test_an_article_whose_heading_is_asked_for_comes_first():
    assert best("hop thon the nao") == 1


def test_an_everyday_word_finds_the_official_one():
    assert best("làm sổ đỏ ở đâu") == 2


def test_official_words_do_not_pair_with_the_question():
    query, values = widened(["làm", "sổ", "đỏ"])
    assert query[:3] == ["làm", "sổ", "đỏ"]
    assert query[3] == ""
    assert values[3] == 0
    assert all(0 < value < 1 for word, value in zip(query[3:], values[3:], strict=True) if word)


def test_every_feature_has_a_weight_and_stays_small():
    index, sections = law()
    found, features = candidates(index, words("nhóm nòng cốt họp thôn mấy lần một quý"), sections)
    assert features.shape == (len(found), len(FEATURES)) == (len(found), len(weights()))
    assert np.isfinite(features).all()
    assert abs(features).max() < 10


def test_nothing_is_found_for_words_that_no_article_has_and_in_an_empty_index():
    index, sections = law()
    assert ranked(index, ["xyz"], sections) == []
    assert ranked(Index(), ["thôn"]) == []


def test_as_many_are_ranked_as_are_wanted():
    index = Index()
    index.add([("", f"thôn họp lần {number}") for number in range(CANDIDATES + 20)])
    assert len(ranked(index, ["họp"])) == 10
    assert len(ranked(index, ["họp"], limit=CANDIDATES + 5)) == CANDIDATES + 5


def test_the_table_of_official_words_is_well_formed():
    assert all(everyday and all(instead) for everyday, instead in official().items())
    assert not [everyday for everyday, instead in official().items() if everyday in instead]
