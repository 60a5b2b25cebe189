"""Word, PDF and HTML files made by LibreOffice say the same as the text that they were made from."""

import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import docx
import pytest

from bot.demo.timeline import timeline
from knowledge.facts import facts
from knowledge.reading.files import read_text
from knowledge.reading.parse import parse
from tests.bench.facts import OWN
from tests.conftest import absent

FORMS = ("docx", "pdf", "html")
NOW = dt.datetime(2026, 9, 10, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
PLAN = (OWN / "ke-hoach-ubnd-tinh-bang.txt").read_text(encoding="utf-8")
DEMO = timeline(NOW).documents["quyet-dinh-doi-thoai.txt"]


def plan_in_word(path: Path) -> None:
    """The plan as Word files hold one: head and signature in tables without lines, the tasks in a table with lines."""
    document = docx.Document()
    head = document.add_table(rows=2, cols=2)
    head.cell(0, 0).text = "ỦY BAN NHÂN DÂN\nTỈNH THANH SƠN\n-------"
    head.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n---------------"
    head.cell(1, 0).text = "Số: 58/KH-UBND"
    head.cell(1, 1).text = "Thanh Sơn, ngày 27 tháng 02 năm 2024"
    body = PLAN[PLAN.index("KẾ HOẠCH\n") : PLAN.index("Nơi nhận:")].replace("\n\n3\n\n", " ")
    for line in body.split("\n"):
        if line:
            document.add_paragraph(line)
    foot = document.add_table(rows=1, cols=2)
    foot.cell(0, 0).text = PLAN[PLAN.index("Nơi nhận:") : PLAN.index("\n\nTM.")]
    foot.cell(0, 1).text = "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\n\n\nLò Văn Khánh"
    document.add_page_break()
    for line in PLAN[PLAN.index("PHỤ LỤC") : PLAN.index("| TT")].strip().split("\n"):
        document.add_paragraph(line)
    rows = [line.strip("| ").split(" | ") for line in PLAN[PLAN.index("| TT") :].strip().split("\n")]
    rows = [row for row in rows if "---" not in row[0]]
    table = document.add_table(rows=len(rows), cols=4)
    table.style = "Table Grid"
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            table.cell(at, column).text = value
    document.save(str(path))


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both documents in every form."""
    office = shutil.which("soffice")
    if office is None:
        absent("LibreOffice")
    folder = tmp_path_factory.mktemp("office")
    (folder / "demo.txt").write_text(DEMO, encoding="utf-8")
    plan_in_word(folder / "plan.docx")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    for form in FORMS:
        for name, reading in (("demo.txt", ["--infilter=Text (encoded):UTF8,LF,,,"]), ("plan.docx", [])):
            command = [office, profile, "--headless", *reading, "--convert-to", form, "--outdir", str(folder / form)]
            subprocess.run([*command, str(folder / name)], check=True, capture_output=True, timeout=120)
    return folder


def said(text: str) -> str:
    """What a document says, without the places and spellings of its quotes."""
    found = facts(parse(text))
    header = {key: value for key, value in found["header"].items() if not key.endswith("_quote")}
    keep = {
        "citations": ("type", "number", "date", "issuer", "about", "relation"),
        "unnumbered_references": ("name", "date", "relation"),
        "deadlines": ("who_reports", "to_whom", "rule", "term", "instances", "recurrence", "receiver_gone"),
        "relations": ("kind", "target"),
    }
    rest = {kind: [{key: one[key] for key in keys} for one in found[kind]] for kind, keys in keep.items()}
    return json.dumps({"header": header, **rest}, ensure_ascii=False, indent=1)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "text"), [("demo", DEMO), ("plan", PLAN)])
def test_a_file_made_by_an_office_program_says_the_same_as_its_text(
    exported: Path, name: str, text: str, form: str
) -> None:
    path = exported / form / f"{name}.{form}"
    assert said(read_text(path.read_bytes(), path.name)) == said(text)
