"""A cadre reads a document page by page, to the end and back, and nothing is left out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.asking.ask import _PAGE, _page, _page_before

TEXTS = st.lists(
    st.sampled_from(["câu ngắn. ", "một dòng khá dài để tới cuối trang\n", "\n\n", "x" * 900, " ", "Điều 2. "]),
    max_size=80,
).map("".join)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_pages_run_on_without_a_gap_and_fit(text: str) -> None:
    place, pages = 0, []
    while place < len(text):
        after = _page(text, place, len(text))
        assert place < after <= len(text)
        assert after - place <= _PAGE + 2
        pages.append(text[place:after])
        place = after
    assert "".join(pages) == text


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_back_leads_to_a_page_that_ends_here(text: str) -> None:
    start = _page(text, 0, len(text))
    while start < len(text):
        before = _page_before(text, start)
        assert before < start
        assert _page(text, before, start) == start
        start = _page(text, start, len(text))


def test_a_page_ends_between_paragraphs_where_it_can() -> None:
    paragraph = "Một đoạn văn vừa phải. " * 20
    text = "\n\n".join([paragraph] * 12)
    assert text[: _page(text, 0, len(text))].endswith("\n\n")
