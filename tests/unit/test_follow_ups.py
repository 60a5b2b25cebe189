"""What is asked after a document was shown: what stays with it, and what does not."""

import pytest

from knowledge.answering import answer
from tests.unit.library_documents import LETTER_KEY, PARTY_KEY, PLAN_KEY, small_library

LIBRARY = small_library()
KEYS = (PLAN_KEY, LETTER_KEY, PARTY_KEY)


def ask(question, about=None):
    return answer(LIBRARY, question, about)


@pytest.mark.parametrize("about", KEYS)
@pytest.mark.parametrize("question", ["Báo cáo đối thoại gửi trước ngày nào?", "han nop bc doi thoai"])
def test_a_deadline_asked_with_its_matter_is_found_whatever_was_shown_before(question, about):
    given = ask(question, about)
    assert (given.kind, given.sources[0].document) == ("answer", PLAN_KEY)
    assert "20/11/2026" in given.facts["due"]


@pytest.mark.parametrize("about", KEYS)
@pytest.mark.parametrize(
    "question", ["Thủ đô nước Pháp là gì?", "thu do nuoc phap", "thủ đô nước pháp", "gia vang sjc"]
)
def test_what_no_document_holds_is_refused_whatever_was_shown_before(question, about):
    assert ask(question, about).kind == "refusal"


@pytest.mark.parametrize(
    "question", ["văn bản này giao cho ai", "vb nay giao cho ai", "trong do giao cho ai", "kế hoạch này giao cho ai"]
)
def test_what_points_at_the_document_shown_is_asked_of_it_alone(question):
    for about in (PLAN_KEY, LETTER_KEY):
        given = ask(question, about)
        assert {source.document for source in given.sources} == {about}


def test_what_points_at_a_document_that_does_not_say_it_is_not_answered_from_another():
    given = ask("văn bản này nói gì về đối thoại", LETTER_KEY)
    assert given.kind == "refusal"
    assert ask("đối thoại mấy lần trong năm", LETTER_KEY).sources[0].document == PLAN_KEY


def test_a_matter_of_several_documents_stays_with_the_one_shown():
    assert ask("các xã phải làm gì", LETTER_KEY).sources[0].document == LETTER_KEY
    assert ask("hòa giải thì sao", LETTER_KEY).sources[0].document == LETTER_KEY


def test_what_it_carries_out_is_asked_of_the_document_shown():
    given = ask("nó thực hiện nghị quyết nào", PARTY_KEY)
    assert given.facts["number"] == "25-NQ/TW"


def test_a_letter_said_to_be_of_another_place_is_put_right():
    assert ask("Kế hoạch 58 của UBND huyện Ngàn Sâu nói gì?").facts.get("differs") == "issuer"


def test_what_a_letter_asks_for_is_told_as_the_duties_that_it_lays_down():
    given = ask("kế hoạch 58 dặn gì")
    assert (given.intent, int(given.facts["count"]) > 1) == ("duty", True)
    assert ask("kế hoạch 58 về việc gì").intent == "document"


def test_the_number_of_the_document_shown_is_told_when_it_is_pointed_at():
    assert ask("công văn này số mấy", PARTY_KEY).facts["number"] == "44-CV/TU"
    assert ask("vb nay so may", PLAN_KEY).facts["number"] == "58/KH-UBND"
