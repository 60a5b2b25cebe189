"""The command line as an operator meets it: ``danvan`` in a process of its own, in a folder of its own."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import datetime as dt
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from openpyxl import Workbook

from bot.clock import VIETNAM
from bot.demo.timeline import timeline
from tests.support.paper import docx_file, pdf_file
from tests.support.telegram_server import telegram_server

in_office = pytest.mark.xdist_group("command line in an office")
in_demo = pytest.mark.xdist_group("command line beside the demo")

UNITS = (
    ("Tỉnh Tân Giang", "tỉnh", ""),
    ("Sở Nội vụ", "sở", "Tỉnh Tân Giang"),
    ("Xã Mộc Hà", "xã", "Tỉnh Tân Giang"),
    ("Xã Mộc Hạ", "", ""),
    ("Phường Bến Lầu", "phường", "Tỉnh Tân Giang"),
)
DOCUMENTS = timeline(dt.datetime(2026, 11, 20, 9, tzinfo=VIETNAM)).documents


def environment(**settings: str) -> dict[str, str]:
    """This one's, with these settings and no others."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DANVAN_")}
    return clean | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"} | settings


def danvan(folder: Path, *words: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; the data are in ``data`` there."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, words)],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The only line of a refusal, which is on stderr."""
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


def semicolons(rows: tuple[tuple[str, ...], ...]) -> bytes:
    """CSV as a Vietnamese Excel saves it."""
    lines = "\r\n".join(";".join(row) for row in (("Tên", "Loại", "Đơn vị cấp trên"), *rows))
    return lines.encode("utf-8-sig")


# -- an office at work


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents of four kinds, and one that is no document."""
    folder = tmp_path_factory.mktemp("paper")
    (folder / "quy-che.txt").write_text(DOCUMENTS["cong-van-quy-che-dan-chu.txt"], "utf-8")
    (folder / "ke-hoach.md").write_text(DOCUMENTS["ke-hoach-dan-van-chinh-quyen.txt"], "utf-8")
    (folder / "huong-dan.docx").write_bytes(docx_file(DOCUMENTS["huong-dan-dan-van-kheo.txt"]))
    (folder / "quyet-dinh.pdf").write_bytes(pdf_file(DOCUMENTS["quyet-dinh-doi-thoai.txt"]))
    (folder / "rong.txt").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def office(paper: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose data hold units and the documents."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "donvi.csv").write_bytes(semicolons(UNITS))
    units = danvan(folder, "units", "import", "donvi.csv")
    assert (units.returncode, units.stderr) == (0, "")
    assert "5 đơn vị mới" in units.stdout
    taken = danvan(folder, "ingest", *sorted(paper.iterdir()))
    assert taken.returncode == 1, "one of the files can't be read"
    said = taken.stdout.splitlines()
    assert len(said) == 5
    for name, number in (
        ("quy-che.txt", "142/SNV-XDCQ"),
        ("ke-hoach.md", "18/KH-UBND"),
        ("huong-dan.docx", "07-HD/BTGDVTU"),
        ("quyet-dinh.pdf", "2130/QĐ-UBND"),
        ("rong.txt", "không có nội dung"),
    ):
        assert any(name in line and number in line for line in said), name
    assert "Traceback" not in taken.stderr
    assert "Đang đọc" in taken.stderr
    return folder


@in_office
def test_a_document_is_taken_in_once(office: Path, paper: Path) -> None:
    again = danvan(office, "ingest", paper / "quyet-dinh.pdf")
    assert (again.returncode, again.stdout) == (0, "quyet-dinh.pdf: đã có trong kho.\n")


@in_office
def test_a_question_is_answered_from_the_documents(office: Path) -> None:
    asked = danvan(office, "ask", "kien nghi sau doi thoai phai tra loi trong bao nhieu ngay?")
    assert asked.returncode == 0
    assert "2130/QĐ-UBND" in asked.stdout
    assert "“" in asked.stdout


@in_office
def test_an_answer_as_json_is_nothing_but_json(office: Path) -> None:
    asked = danvan(office, "ask", "--json", "Mỗi xã đăng ký ít nhất mấy mô hình dân vận khéo?")
    assert asked.returncode == 0
    assert asked.stderr == ""
    found = json.loads(asked.stdout)
    assert found["kind"] == "answer"
    assert found["citations"][0]["symbol"] == "07-HD/BTGDVTU"


@in_office
def test_a_batch_gives_a_line_of_json_for_each_question(office: Path) -> None:
    questions = ("Văn bản nào chỉ đạo về dân chủ ở cơ sở?", "", "Giá vàng hôm nay bao nhiêu?", "hạn báo cáo quý?")
    (office / "hoi.txt").write_text("\n".join(questions), "utf-8")
    asked = danvan(office, "ask", "--batch", "hoi.txt")
    assert asked.returncode == 0
    kinds = [json.loads(line)["kind"] for line in asked.stdout.splitlines()]
    assert len(kinds) == 3
    assert kinds[0] == "answer"
    assert kinds[1] == "refusal"
    assert "Đang trả lời" in asked.stderr


@in_office
def test_a_follow_up_is_about_the_document_that_is_named(office: Path) -> None:
    asked = danvan(office, "ask", "--about", "2130/QĐ-UBND", "ai ký?", "--json")
    assert "Vương Đình Nhã" in json.loads(asked.stdout)["text"]
    unknown = danvan(office, "ask", "--about", "9999/QĐ-UBND", "ai ký?")
    assert unknown.returncode == 2
    assert "9999/QĐ-UBND" in one_line(unknown)


@in_office
def test_questions_that_cannot_be_read_are_refused_in_one_line(office: Path) -> None:
    (office / "anh.txt").write_bytes(bytes(range(256)) * 8)
    refused = danvan(office, "ask", "--batch", "anh.txt")
    assert refused.returncode == 2
    assert one_line(refused).startswith("anh.txt: ")


@in_office
def test_facts_are_nothing_but_json_and_nothing_is_kept(paper: Path, tmp_path: Path) -> None:
    done = danvan(tmp_path, "facts", paper / "quyet-dinh.pdf", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["header"]["number"] == "2130/QĐ-UBND"
    assert list(tmp_path.iterdir()) == []


@in_office
def test_an_invitation_is_a_code_for_one_unit_and_role(office: Path) -> None:
    done = danvan(office, "invite", "so noi vu", "admin", "--name", "Nguyễn Văn A")
    assert done.returncode == 0
    assert re.search(r"Sở Nội vụ.*: \S{8,}$", done.stdout.strip())


@in_office
@pytest.mark.parametrize(
    "unit, told",
    [("Xã Mộc Hàn", ["Gần giống: ", "Xã Mộc Hà"]), ("moc ha", ["Xã Mộc Hà", "Xã Mộc Hạ"])],
    ids=["unknown", "ambiguous"],
)
def test_a_unit_that_is_not_clear_gets_no_code(unit: str, told: list[str], office: Path) -> None:
    refused = danvan(office, "invite", unit, "cadre")
    assert refused.returncode == 2
    line = one_line(refused)
    assert all(words in line for words in told)


@in_office
def test_units_come_from_a_spreadsheet_too(office: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (("Tên đơn vị", "Loại", "Trực thuộc"), *UNITS, ("Xã Thác Vàng", "xã", "Tỉnh Tân Giang")):
        book.active.append(row)
    book.save(office / "donvi.xlsx")
    done = danvan(office, "units", "import", "donvi.xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 đơn vị mới; 5 đơn vị có từ trước" in done.stdout


def test_bad_rows_are_named_and_then_none_is_added(tmp_path: Path) -> None:
    rows = (*UNITS, ("Xã Lạ", "tàu", "Tỉnh Tân Giang"), ("", "xã", "Tỉnh Tân Giang"), ("Xã Xa", "xã", "Tỉnh Khác"))
    (tmp_path / "donvi.csv").write_bytes(semicolons(rows))
    refused = danvan(tmp_path, "units", "import", "donvi.csv")
    assert refused.returncode == 2
    _, *problems = refused.stderr.splitlines()
    assert [line.split(":")[0].split(" (")[0] for line in problems] == ["Dòng 7", "Dòng 8", "Dòng 9"]
    with contextlib.closing(sqlite3.connect(tmp_path / "data/danvan.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM unit").fetchall() == [(0,)]


@in_office
def test_an_export_that_cannot_be_written_is_refused_in_one_line(office: Path) -> None:
    (office / "taken").write_text("a file", "utf-8")
    refused = danvan(office, "export", "--to", "taken/out")
    assert refused.returncode == 2
    assert "taken" in one_line(refused)


# -- is all in order?


@in_office
def test_a_check_without_a_platform_says_so(office: Path) -> None:
    done = danvan(office, "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("Đạt: ") == 2
    assert "DANVAN_TELEGRAM_TOKEN" in done.stdout


@in_office
async def test_a_check_asks_the_platform_who_the_bot_is(office: Path) -> None:
    async with telegram_server() as server:
        settings = {"DANVAN_TELEGRAM_TOKEN": server.token, "DANVAN_TELEGRAM_API_URL": server.api_url}
        done = await asyncio.to_thread(danvan, office, "check", **settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"Đạt: Telegram @\w+", done.stdout)


@in_office
async def test_a_check_with_a_wrong_token_is_a_line_that_does_not_repeat_it(office: Path) -> None:
    token = "999999999:AAwrong-token_0123456789abcdefghijk"
    async with telegram_server() as server:
        settings = {"DANVAN_TELEGRAM_TOKEN": token, "DANVAN_TELEGRAM_API_URL": server.api_url}
        done = await asyncio.to_thread(danvan, office, "check", **settings)
    assert (done.returncode, done.stderr) == (1, "")
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("LỖI: "))
    assert "DANVAN_TELEGRAM_TOKEN" in line
    assert token.split(":")[-1] not in done.stdout


# -- wrong settings


def test_all_wrong_settings_are_named_in_one_line(tmp_path: Path) -> None:
    wrong = {
        "DANVAN_PORT": "abc",
        "DANVAN_TELEGRAM_API_URL": "https://api.example.org",
        "DANVAN_DATABASE_URL": "mysql://u:hidden@localhost/db",
    }
    refused = danvan(tmp_path, "check", **wrong)
    assert refused.returncode == 2
    line = one_line(refused)
    assert all(name in line for name in wrong)
    assert "hidden" not in line


@pytest.mark.parametrize(
    "name, value",
    [
        ("DANVAN_DATABASE_URL", "postgresql+asyncpg://u:hidden@localhost:port/db"),
        ("DANVAN_DATABASE_URL", "postgresql+asyncpg://u:hidden@127.0.0.1:1/db"),
        ("DANVAN_DATABASE_URL", "sqlite+aiosqlite:///taken"),
        ("DANVAN_DATABASE_URL", "sqlite+aiosqlite:////proc/no-place-for-files"),
        ("DANVAN_DATA_DIR", "taken"),
    ],
    ids=["no url", "nobody there", "no database", "not to be opened", "no folder"],
)
def test_a_setting_that_does_not_work_is_named_in_one_line(name: str, value: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be", "utf-8")
    refused = danvan(tmp_path, "ask", "hạn báo cáo?", **{name: value})
    assert refused.returncode == 2
    line = one_line(refused)
    assert name in line
    assert "hidden" not in line


def test_a_file_of_settings_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("DANVAN_PORT=8765 # cổng".encode("utf-16"))
    refused = danvan(tmp_path, "check")
    assert refused.returncode == 2
    assert ".env" in one_line(refused)


def test_a_setting_left_empty_is_the_default(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DANVAN_PORT=\nDANVAN_TELEGRAM_TOKEN=\nDANVAN_DATABASE_URL=\n", "utf-8")
    assert danvan(tmp_path, "check").returncode == 0


def test_the_console_opens_on_this_machine_alone(tmp_path: Path) -> None:
    refused = danvan(tmp_path, "run", "--demo", DANVAN_HOST="0.0.0.0", DANVAN_PORT="0")
    assert refused.returncode == 2
    assert "127.0.0.1" in one_line(refused)


# -- the demo


class Running:
    """A demo that was started, with what it said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--demo"],
            cwd=folder,
            env=environment(DANVAN_PORT="0"),
            stdout=subprocess.PIPE,
            stderr=(folder / "log").open("w"),
            text=True,
        )
        self.said = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if "Ctrl+C" in line:
                break
        found = re.search(r"http://127\.0\.0\.1:\d+/", self.said)
        assert found, self.said + (folder / "log").read_text("utf-8")
        self.url = found[0]

    def stop(self) -> tuple[int, float]:
        """Ask it to end; the exit code, and the seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        return code, time.monotonic() - begun


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("demo"))
    yield running
    if running.process.poll() is None:
        running.stop()
    assert running.process.stdout is not None
    running.process.stdout.close()


@in_demo
def test_the_demo_says_where_it_is_and_what_to_try(demo: Running) -> None:
    for words in ("/baocao", "/tonghop", "/thongbao", "/start DEMO-", str(Path("data/demo"))):
        assert words in demo.said
    page = httpx.get(demo.url, trust_env=False)
    assert page.status_code == 200
    assert "Trợ lý Dân vận" in page.text


@in_demo
def test_a_second_program_on_the_same_data_is_refused(demo: Running) -> None:
    refused = danvan(demo.folder, "run", "--demo", DANVAN_PORT="0")
    assert refused.returncode == 2
    assert "data/demo" in one_line(refused)


@in_demo
def test_a_port_that_is_taken_is_named(demo: Running, tmp_path: Path) -> None:
    port = demo.url.rstrip("/").rpartition(":")[2]
    refused = danvan(tmp_path, "run", "--demo", DANVAN_PORT=port)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr.splitlines()[-1].startswith(f"Không mở được cổng {port}")
    assert "Traceback" not in refused.stderr


@in_demo
def test_the_demo_does_not_go_live(demo: Running) -> None:
    settings = {
        "DANVAN_DATA_DIR": "data/demo",
        "DANVAN_TELEGRAM_TOKEN": "123456789:AAno-one_0123456789abcdefghijklmnopq",
    }
    refused = danvan(demo.folder, "run", **settings)
    assert refused.returncode == 2
    assert "dữ liệu thử" in one_line(refused)


@in_demo
def test_reports_are_exported_while_the_program_runs(demo: Running) -> None:
    done = danvan(demo.folder, "export", "--to", "out", "--format", "jsonl", DANVAN_DATA_DIR="data/demo")
    assert done.returncode == 0
    reports = [json.loads(line) for line in (demo.folder / "out/reports.jsonl").read_text("utf-8").splitlines()]
    assert reports
    assert done.stdout == f"Đã xuất {len(reports)} báo cáo vào out.\n"
    assert "dòng" in done.stderr
    again = danvan(demo.folder, "export", "--to", "tables", DANVAN_DATA_DIR="data/demo")
    assert again.stdout == f"Đã xuất {len(reports)} báo cáo vào tables.\n"
    table = list(csv.DictReader((demo.folder / "tables/reports.csv").open(encoding="utf-8-sig")))
    assert [row["receipt"] for row in table] == [report["receipt"] for report in reports]


@in_demo
def test_the_demo_ends_when_it_is_told_to(demo: Running) -> None:
    code, seconds = demo.stop()
    assert code == 0
    assert seconds < 10, "an operator's patience, and half of what a service manager allows"
    assert "Traceback" not in (demo.folder / "log").read_text("utf-8")
