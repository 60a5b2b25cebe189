"""Units by their typed names: never picked where two can be meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.records.people import Unit
from handlers.units import find_units, near_units
from knowledge.fold import fold

NAMES = (
    "Tỉnh Hải Lâm",
    "Sở Nội vụ",
    "Xã Sơn Hà",
    "Xã Sơn Hạ",
    "Xã Ba Tơ",
    "Xã Ba Tô",
    "Xã Lộc Hòa",
    "Phường Lộc Hòa",
    "Phường An Hải",
    "Đặc khu Phú Đảo",
)
UNITS = [Unit(number, name, "commune", 1) for number, name in enumerate(NAMES)]


def names(text: str) -> list[str]:
    return [unit.name for unit in find_units(text, UNITS)]


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("son ha", ["Xã Sơn Hà", "Xã Sơn Hạ"]),
        ("sơn ha", ["Xã Sơn Hà", "Xã Sơn Hạ"]),
        ("Sơn Hạ", ["Xã Sơn Hạ"]),
        ("xa son hà", ["Xã Sơn Hà"]),
        ("SON HA", ["Xã Sơn Hà", "Xã Sơn Hạ"]),
        ("sonha", ["Xã Sơn Hà", "Xã Sơn Hạ"]),
        ("Ba To", ["Xã Ba Tơ", "Xã Ba Tô"]),
        ("ba tơ", ["Xã Ba Tơ"]),
        ("Sớn Há", ["Xã Sơn Hà", "Xã Sơn Hạ"]),
        ("loc hoa", ["Xã Lộc Hòa", "Phường Lộc Hòa"]),
        ("Lộc Hoà", ["Xã Lộc Hòa", "Phường Lộc Hòa"]),
        ("p. lộc hoà", ["Phường Lộc Hòa"]),
        ("x. loc hoa", ["Xã Lộc Hòa"]),
        ("phuong an hai", ["Phường An Hải"]),
        ("xã An Hải", []),
        ("dac khu phu dao", ["Đặc khu Phú Đảo"]),
        ("hai lam", ["Tỉnh Hải Lâm"]),
        ("sở nội vụ", ["Sở Nội vụ"]),
        ("", []),
        ("xã", []),
        ("Sơn", []),
        ("!!!", []),
    ],
)
def test_a_typed_name_finds_all_that_it_can_mean(typed: str, meant: list[str]) -> None:
    assert names(typed) == meant


@given(st.sampled_from(UNITS), st.booleans(), st.booleans())
def test_every_unit_is_found_with_and_without_accents_and_kind(unit: Unit, accents: bool, kind: bool) -> None:
    short = unit.name.split(" ", 1)[1] if unit.name.split()[0] in ("Xã", "Phường", "Tỉnh") and not kind else unit.name
    assert unit in find_units(short if accents else fold(short), UNITS)


@given(st.text(max_size=40))
def test_any_text_finds_only_units_whose_letters_it_has(text: str) -> None:
    typed = "".join(char for char in fold(text) if char.isalnum())
    for unit in find_units(text, UNITS):
        assert "".join(fold(unit.name).split()[-2:])[-2:] == typed[-2:]
    near_units(text, UNITS)


@pytest.mark.parametrize(
    "typed, offered", [("an hay", "Phường An Hải"), ("xã An Hải", "Phường An Hải"), ("phu daoo", "Đặc khu Phú Đảo")]
)
def test_a_mistyped_name_finds_nothing_but_offers_what_is_near(typed: str, offered: str) -> None:
    assert names(typed) == []
    assert offered in [unit.name for unit in near_units(typed, UNITS)]
