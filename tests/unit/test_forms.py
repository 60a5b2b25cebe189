"""Reading form files: the three that are shipped, and what is refused."""

from __future__ import annotations

import pathlib
from decimal import Decimal

import pytest

from knowledge.forms.form import FormError, load_forms, read_form
from knowledge.forms.rules import Check, Condition, disagreements, jumps, questions_for

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


RULES = """title = "Mẫu thử"
periods = ["month"]
jump = 10
checks = [
    "tong = nam + nu",
]

[[question]]
name = "co_hop"
kind = "yes-no"
title = "Có họp"

[[question]]
name = "tong"
kind = "whole"
title = "Tổng số"
labels = ["người dự"]
show_if = "co_hop = Có"

[[question]]
name = "nam"
kind = "whole"
title = "Nam"
show_if = "tong > 0"
jump = 0

[[question]]
name = "nu"
kind = "whole"
title = "Nữ"
show_if = "tong"
"""


def test_a_form_says_when_a_question_is_asked_what_must_agree_and_what_is_a_jump():
    form = read_form("mau-thu.toml", RULES)
    tong, nam, nu = form.questions[1:]
    assert tong.show_if == Condition("co_hop", "=", True)
    assert nam.show_if == Condition("tong", ">", Decimal(0))
    assert nu.show_if == Condition("tong")
    assert form.checks == (Check("tong", "=", ("nam", "nu")),)
    assert [question.jump for question in form.questions] == [0, 10, 0, 10]
    assert tong.labels == ("người dự",)

    def names(**answers):
        return [question.name for question in questions_for(form, answers)]

    assert names() == ["co_hop"]
    assert names(co_hop=True, tong=0) == ["co_hop", "tong", "nu"]
    assert names(co_hop=True, tong=5) == ["co_hop", "tong", "nam", "nu"]
    assert names(co_hop=False, tong=5) == ["co_hop"], "what hangs on a question that is not asked is not asked either"


def test_checks_and_jumps_look_at_what_is_asked_only():
    form = read_form("mau-thu.toml", RULES)
    wrong = disagreements(form, {"co_hop": True, "tong": 120, "nam": 70, "nu": 40})
    assert [(one.amount, one.sum) for one in wrong] == [(120, 110)]
    assert not disagreements(form, {"co_hop": True, "tong": 120, "nam": 70, "nu": 50})
    assert not disagreements(form, {"co_hop": False, "tong": 120, "nam": 70, "nu": 40})
    assert not disagreements(form, {"co_hop": True, "tong": 120})
    before = {"co_hop": True, "tong": 120, "nam": 1, "nu": 0}
    assert [(j.question.name, j.before, j.now) for j in jumps(form, {"co_hop": True, "tong": 12000}, before)] == [
        ("tong", 120, 12000)
    ]
    assert not jumps(form, {"co_hop": True, "tong": 1200, "nam": 900, "nu": 300}, before)
    assert [jump.now for jump in jumps(form, {"co_hop": True, "tong": 11}, before)] == [11]
    assert not jumps(form, {"co_hop": False, "tong": 12000}, before)


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (('show_if = "co_hop = Có"', 'show_if = "nam > 0"'), 18, "tong → nam → tong go in a loop"),
        (('show_if = "co_hop = Có"', 'show_if = "tong > 0"'), 18, "tong → tong go in a loop"),
        (('show_if = "tong > 0"', 'show_if = "nu > 0"'), 24, '"nu" is asked later'),
        (('show_if = "tong > 0"', 'show_if = "khac > 0"'), 24, 'no question named "khac"'),
        (('show_if = "tong > 0"', 'show_if = "tong là 5"'), 24, "no condition"),
        (('show_if = "tong > 0"', 'show_if = "tong > nhiều"'), 24, "cannot be compared"),
        (('show_if = "co_hop = Có"', 'show_if = "co_hop > Có"'), 18, "cannot be compared"),
        (('show_if = "co_hop = Có"', 'show_if = "co_hop = Được"'), 18, "cannot be compared"),
        (("tong = nam + nu", "tong = nam + khac"), 5, '"khac" in'),
        (("tong = nam + nu", "tong = co_hop"), 5, "asks for a number"),
        (("tong = nam + nu", "tong = nam + nam"), 5, "twice"),
        (("tong = nam + nu", "nam cộng nữ"), 5, "no check"),
        (("jump = 0", "jump = 1"), 25, "from 2 to 1000"),
        (("jump = 10", 'jump = "mười"'), 3, "int"),
        (('labels = ["người dự"]', 'labels = ["nam"]'), 23, 'already means the question "tong"'),
        (('title = "Nữ"', 'title = "NAM"'), 30, 'already means the question "nam"'),
    ],
)
def test_a_rule_that_cannot_hold_is_refused_with_file_line_and_reason(change, line, reason):
    text = RULES.replace(*change)
    assert text != RULES
    with pytest.raises(FormError) as caught:
        read_form("mau-thu.toml", text)
    assert reason in caught.value.reason
    assert (caught.value.file, caught.value.line) == ("mau-thu.toml", line)


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
