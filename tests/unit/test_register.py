import pytest

from knowledge.register import RegisterError, load_register

ENTRY = '[[directive]]\ntype = "Kết luận"\nnumber = "9-KL/TW"\nsource = "nguồn thử"\n'


def test_every_directive_of_the_register_has_a_source_and_no_invented_status():
    directives = load_register()
    assert {"120-KL/TW", "10/2022/QH15", "59/2023/NĐ-CP"} <= {one.number for one in directives}
    assert all(one.source for one in directives)
    assert {one.status for one in directives} <= {None, "replaced", "amended"}


def test_what_the_register_does_not_know_stays_unknown(tmp_path):
    path = tmp_path / "register.toml"
    path.write_text(ENTRY, encoding="utf-8")
    (one,) = load_register(path)
    assert (one.date, one.issuer, one.title, one.status, one.replaced_by) == (None, None, None, None, ())
    assert one.fact == "Kết luận 9-KL/TW"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (ENTRY + 'status = "maybe"\n', "9-KL/TW"),
        (ENTRY + 'date = "2016-01-07"\n', "9-KL/TW"),
        (ENTRY + "colour = 1\n", "colour"),
        (ENTRY + "keywords = [1]\n", "keywords"),
        (ENTRY.replace('source = "nguồn thử"\n', ""), "source is missing"),
        (ENTRY.replace("9-KL/TW", "KL/TW"), "begin with digits"),
        (ENTRY + ENTRY, "twice"),
        ("directive = 3\n", "[[directive]]"),
        ("[[directive]\n", "TOML"),
        ("directive = [3]\n", "directive 1"),
    ],
)
def test_a_bad_register_names_the_file_and_the_entry_in_one_error(tmp_path, text, named):
    path = tmp_path / "register.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegisterError) as error:
        load_register(path)
    assert "register.toml" in str(error.value)
    assert named in str(error.value)


def test_a_missing_register_is_one_clear_error(tmp_path):
    with pytest.raises(RegisterError, match="cannot be read"):
        load_register(tmp_path / "register.toml")
