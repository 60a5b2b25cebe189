import pytest

from knowledge.search.index import Index
from knowledge.search.query import Speller
from knowledge.search.wording import abbreviations, phrases, typed_words


@pytest.fixture
def speller():
    index = Index()
    index.add(
        [
            ("", "Đẩy mạnh phong trào thi đua dân vận khéo ở cơ sở"),
            ("", "Xây dựng nông thôn mới trong đồng bào dân tộc thiểu số"),
            ("", "Các đơn vị thuộc huyện gửi báo cáo trước ngày hai mươi"),
            ("", "Hội đồng nhân dân xã tổ chức hội nghị hiệp thương"),
        ]
    )
    return Speller(index.vocabulary, (index,))


def restored(speller, typed):
    return " ".join(speller.restore(typed_words(typed)))


def test_missing_accents_come_back_by_their_neighbours(speller):
    assert restored(speller, "phong trao thi dua dan van kheo") == "phong trào thi đua dân vận khéo"


def test_a_slip_of_the_finger_is_mended(speller):
    assert restored(speller, "phnog trao thi duaa dan van kheo") == "phong trào thi đua dân vận khéo"
    assert restored(speller, "dân vân khéo") == "dân vận khéo"


def test_an_ambiguous_abbreviation_is_resolved_by_its_neighbours(speller):
    assert restored(speller, "gui dv nao") == "gửi đơn vị nào"
    assert restored(speller, "thi dua dv kheo") == "thi đua dân vận khéo"


def test_words_of_politeness_are_left_out(speller):
    assert restored(speller, "dạ báo cáo nha ạ") == "báo cáo"


def test_a_word_of_politeness_in_mid_question_is_the_word_that_it_looks_like_without_accents():
    index = Index()
    index.add([("", "cấp giấy phép xây nhà ở nông thôn"), ("", "nhá đèn")])
    speller = Speller(index.vocabulary, (index,))
    assert restored(speller, "xay nha o nong thon nha") == "xây nhà ở nông thôn"


def test_a_slip_that_makes_another_word_is_mended_where_its_neighbours_tell():
    index = Index()
    index.add([("", "hội đồng nhân dân xã họp")] * 300 + [("", "đơn thư"), ("", "hội chợ")])
    speller = Speller(index.vocabulary, (index,))
    assert restored(speller, "hoi don nhan dan xa") == "hội đồng nhân dân xã"
    assert restored(speller, "don thu") == "đơn thư"


def test_what_is_restored_follows_the_rows_that_were_added():
    index = Index()
    index.add([("", "quát mỡ")])
    speller = Speller(index.vocabulary, (index,))
    assert restored(speller, "quat mo") == "quát mỡ"
    index.add([("", "thổi lửa bằng quạt mo cau")] * 50)
    assert restored(speller, "quat mo") == "quạt mo"


def test_typed_accents_are_kept(speller):
    assert restored(speller, "hội nghị hiệp thương") == "hội nghị hiệp thương"


def test_a_place_may_be_typed_by_its_initials(speller):
    speller.add_name("Thanh Khê")
    assert restored(speller, "cv tkhe") == "công văn thanh khê"


def test_the_tables_are_well_formed():
    for short, expansions in abbreviations().items():
        assert short == short.lower()
        assert expansions == ((),) or all(expansions)
    assert all(phrase for phrase in phrases())
