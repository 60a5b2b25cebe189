"""What operators copy from ``deploy``: units, proxies, the image and its composition, as far as can be said unstarted.

What runs is tested where it runs: ``tests/acceptance/test_behind_nginx.py``, ``tests/acceptance/test_starting.py``; the
image's steps in a clean folder by ``python -m tests.image``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels.listening import LARGEST
from bot.channels.telegram import WEBHOOK_PATH as TELEGRAM
from bot.channels.zalo import WEBHOOK_PATH as ZALO
from bot.settings import Settings
from tests import image
from tests.conftest import absent
from tests.support import proxy

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = ("danvan.service", "danvan@.service")
SETTINGS = {f"DANVAN_{name.upper()}" for name in Settings.model_fields}

units = pytest.mark.parametrize("unit", UNITS)


def read(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


def analyze(tmp_path: Path, unit: str, *words: str) -> subprocess.CompletedProcess[str]:
    """What systemd says of a unit."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is absent")
    # The program is not installed where the unit looks for it.
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", read(unit), flags=re.M)
    (tmp_path / unit).write_text(text, "utf-8")
    command = ["systemd-analyze", *words, str(tmp_path / unit)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@units
def test_a_unit_is_one_that_systemd_takes(unit: str, tmp_path: Path) -> None:
    done = analyze(tmp_path, unit, "verify")
    assert (done.returncode, done.stderr) == (0, "")


@units
def test_a_unit_gives_the_program_less_than_everything(unit: str, tmp_path: Path) -> None:
    score = re.search(r"exposure level for \S+: ([\d.]+)", analyze(tmp_path, unit, "security", "--offline=true").stdout)
    assert score is not None
    print(score[0])
    assert float(score[1]) < 2, "0 is least, 10 is everything"


def test_the_two_units_differ_in_the_port_alone() -> None:
    one, many = (read(unit).splitlines() for unit in UNITS)
    assert [line for line in one if line not in many] == [
        "Description=Trợ lý Dân vận",
        "Environment=PYTHONUNBUFFERED=1 PYTHONUTF8=1",
    ]
    assert "Environment=PYTHONUNBUFFERED=1 PYTHONUTF8=1 DANVAN_PORT=%i" in many
    assert len(many) == len(one) + 1
    for line in ("User=danvan", "Type=notify", "WatchdogSec=60", "Restart=on-failure", "TimeoutStopSec=15"):
        assert line in one


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_passes_on_what_platforms_and_people_need_and_what_the_program_takes(name: str) -> None:
    text = read(name)
    for path in (TELEGRAM, ZALO):
        assert path.strip("/") in text
    assert re.findall(r"(?:client_max_body_size|max_size) (\d+)", text)[0] == str(LARGEST)
    workers = re.findall(r"127\.0\.0\.1:(877\d)", text)
    assert workers == re.findall(r"danvan@(\d+)", read("danvan@.service"))


def test_the_nginx_example_is_one_that_nginx_takes(tmp_path: Path) -> None:
    if not proxy.installed():
        absent("nginx")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=bot.example.gov.vn"]
    subprocess.run([*request, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    site = re.sub(r"/etc/\S+/fullchain.pem", str(certificate), read("nginx.conf"))
    site = re.sub(r"/etc/\S+/privkey.pem", str(key), site)
    done = subprocess.run([*proxy.configured(tmp_path, site), "-t"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


# -- the image


def test_the_image_has_all_that_it_copies_and_nothing_that_is_not_named(tmp_path: Path) -> None:
    image.copy(tmp_path)
    present = {path.name for path in tmp_path.iterdir()}
    assert present == {"Makefile", "README.md", "pyproject.toml", "requirements.lock", "bot", "handlers", "knowledge"}
    assert not list(tmp_path.rglob("__pycache__"))


def test_the_image_is_made_as_the_manual_says_and_runs_as_nobody_in_particular() -> None:
    steps = image.steps()
    first, second = (number for number, (name, _) in enumerate(steps) if name == "FROM")
    build, final = steps[first:second], steps[second:]
    assert ("RUN", "make setup") in build
    assert "make -C /opt/danvan setup" in read("README.md")
    assert ("WORKDIR", "/opt/danvan") in build, "a virtual environment knows its place: it is copied to the same one"
    assert ("COPY", "--from=build /opt/danvan /opt/danvan") in final
    assert [rest for name, rest in final if name == "USER"] == ["danvan"]
    assert [name for name, _ in final].index("USER") > [name for name, _ in final].index("RUN")
    installed = " ".join(rest for name, rest in final if name == "RUN")
    assert not re.search(r"gcc|build-essential|\bmake\b|python3-dev", installed), "no compiler is left"
    assert "--require-hashes" in (DEPLOY.parent / "Makefile").read_text("utf-8")
    assert set(image.variables()) - {"PATH"} <= SETTINGS | {"PYTHONUNBUFFERED", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE"}


# -- the composition


@pytest.fixture(scope="module")
def composition() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(read("compose.yaml"))
    return found


def test_every_variable_of_the_composition_is_a_setting(composition: dict[str, Any]) -> None:
    for name, service in composition["services"].items():
        if name.startswith("worker"):
            assert set(service["environment"]) <= SETTINGS
    assert "DANVAN_PUBLIC_URL" in read("compose.yaml"), "it must be set: several workers can't poll"


def test_the_composition_has_three_workers_a_database_and_a_proxy_that_knows_them(composition: dict[str, Any]) -> None:
    services = composition["services"]
    workers = [name for name in services if name.startswith("worker")]
    assert (len(workers), set(services) - set(workers)) == (3, {"db", "proxy"})
    for name in workers:
        worker = services[name]
        assert worker["build"]["dockerfile"] == "deploy/Dockerfile"
        assert worker["init"] is True, "as process 1 it could not be ended by its own alarm"
        assert worker["read_only"] is True
        assert worker["stop_grace_period"] == "15s"
        assert worker["depends_on"]["db"]["condition"] == "service_healthy"
        assert "ports" not in worker, "reached through the proxy alone"
    assert services["db"]["healthcheck"]["test"][1] == "pg_isready"
    assert "ports" not in services["db"]
    port = services["worker-1"]["environment"]["DANVAN_PORT"]
    proxy_of = services["proxy"]
    assert proxy_of["environment"]["WORKERS"].split() == [f"{name}:{port}" for name in workers]
    assert {"SITE", "WORKERS"} == set(re.findall(r"\{\$(\w+)", read("Caddyfile"))) == set(proxy_of["environment"])


def test_what_the_composition_mounts_is_declared_or_there(composition: dict[str, Any]) -> None:
    for service in composition["services"].values():
        for source in (mount.split(":")[0] for mount in service.get("volumes", ())):
            assert source in composition["volumes"] or (DEPLOY / source).is_file(), source
