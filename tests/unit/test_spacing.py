import pytest

from knowledge.search.spacing import respaced


@pytest.mark.parametrize(("typed", "meant"), [("ai la ngk y", "ai la ng ky"), ("n gky la ai", "ng ky la ai")])
def test_a_space_one_letter_off_is_put_right(typed, meant):
    assert " ".join(respaced(typed.split())) == meant


@pytest.mark.parametrize("typed", ["dvkk o dau", "cv nao o dau v", "bao caoo o huyen", "k biet ai ky"])
def test_a_letter_that_stands_alone_is_left_where_it_may_be_meant(typed):
    assert " ".join(respaced(typed.split())) == typed
