"""Reading form files: the three that are shipped, and what is refused."""

from __future__ import annotations

import pathlib

import pytest

from knowledge.forms import FormError, load_forms, read_form

GOOD = """title = "Mẫu thử"
periods = ["month"]

[[question]]
name = "so_buoi"
kind = "whole"
title = "Số buổi"
unit = "buổi"
"""


def test_three_real_forms_are_shipped_and_each_fits_its_period():
    forms = load_forms()
    assert {name: form.periods for name, form in forms.items()} == {
        "dan-van-chinh-quyen": ("half-year", "year"),
        "dan-van-kheo": ("month",),
        "quy-che-dan-chu": ("quarter",),
    }
    assert len(forms["quy-che-dan-chu"].questions) == 6
    assert any(question.kind == "file" and question.required for question in forms["dan-van-kheo"].questions)


def test_what_a_question_does_not_say_has_a_sensible_default():
    question = read_form("mau-thu.toml", GOOD).questions[0]
    assert (question.required, question.minimum, question.sums) == (True, 0, "sum")
    assert question.maximum > 1_000_000


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (('kind = "whole"', 'kind = "hole"'), 6, "hole"),
        (('kind = "whole"', 'kind = "choice"'), 4, "options"),
        (('title = "Số buổi"\n', ""), 4, "title"),
        (('title = "Số buổi"', "title = 5"), 7, "str"),
        (('title = "Mẫu thử"\n', ""), 1, "title"),
        (('periods = ["month"]', 'periods = ["fortnight"]'), 2, "periods"),
        (('unit = "buổi"', 'unit = "triệu"'), 8, "unit"),
        (('unit = "buổi"', "min = 5\nmax = 2"), 8, "bounds"),
        (('unit = "buổi"', "max = true"), 8, "int"),
        (('unit = "buổi"', 'colour = "red"'), 8, "colour"),
        (('unit = "buổi"', 'sums = "average"'), 8, "average"),
        (('kind = "whole"', 'kind = "text"'), 8, "unit"),
        (('unit = "buổi"', 'sums = "list"\nsums = "sum"'), 9, "overwrite"),
        (('kind = "whole"\ntitle = "Số buổi"\nunit = "buổi"', 'kind = "text"\ntitle = "Chữ"\nsums = "sum"'), 8, "sum"),
        (('name = "so_buoi"', 'name = "Số buổi"'), 5, "name"),
        (('kind = "whole"', "kind = whole"), 6, "Invalid"),
        (("[[question]]", "[question]"), 1, "question"),
    ],
)
def test_a_bad_form_file_is_refused_with_file_line_and_reason(change, line, reason):
    with pytest.raises(FormError) as caught:
        read_form("mau-thu.toml", GOOD.replace(*change))
    assert (caught.value.file, caught.value.line) == ("mau-thu.toml", line)
    assert reason in caught.value.reason
    assert str(caught.value).startswith(f"mau-thu.toml, line {line}: ")


def test_a_mistake_in_the_second_question_is_reported_on_its_own_line():
    second = GOOD + '\n[[question]]\nname = "so_buoi"\nkind = "text"\ntitle = "Lần nữa"\n'
    with pytest.raises(FormError, match=r'line 11: a second question named "so_buoi"'):
        read_form("mau-thu.toml", second)


def test_an_empty_file_is_refused():
    with pytest.raises(FormError, match="line 1"):
        read_form("mau-thu.toml", "")


def test_two_forms_with_the_same_name_in_another_writing_are_refused(tmp_path: pathlib.Path):
    (tmp_path / "mot.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "hai.toml").write_text(GOOD.replace("Mẫu thử", "MAU THU"), encoding="utf-8")
    with pytest.raises(FormError, match="already means the form"):
        load_forms(tmp_path)


def test_a_folder_of_forms_is_read_by_file_name(tmp_path: pathlib.Path):
    (tmp_path / "mau-thu.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "ghi-chu.txt").write_text("không phải mẫu", encoding="utf-8")
    assert list(load_forms(tmp_path)) == ["mau-thu"]
