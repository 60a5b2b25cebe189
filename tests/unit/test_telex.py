import pytest

from knowledge.search.telex import untelex


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("hanj", "hạn"),
        ("vawn", "văn"),
        ("baso", "báo"),
        ("truowngf", "trường"),
        ("nhaan", "nhân"),
        ("dduwowcj", "được"),
    ],
)
def test_keys_that_made_no_accents_are_read_as_the_word(keys, word):
    assert untelex(keys) == word


@pytest.mark.parametrize("word", ["ban", "toan", "ubnd", "dvk", "mttq", "hạn", "120", "x", ""])
def test_words_and_abbreviations_stay_as_they_are(word):
    assert untelex(word) == word


@pytest.mark.parametrize("word", ["nso", "vfa", "hjan"])
def test_a_tone_is_never_keyed_before_the_vowel(word: str) -> None:
    assert untelex(word) == word
