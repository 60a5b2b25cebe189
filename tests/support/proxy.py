"""The real nginx with the configuration that operators get, before workers on ports of this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CONFIG = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
_MAIN = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def installed() -> bool:
    """Whether there is an nginx."""
    return _program() is not None


def _program() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def configured(folder: Path, site: str) -> list[str]:
    """Write a configuration with this site into a folder; gives the command that runs it."""
    (folder / "site.conf").write_text(site, "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""  # nobody else gets into the folders of tests
    (folder / "nginx.conf").write_text(_MAIN.format(user=user, folder=folder), "utf-8")
    return [_program() or "nginx", "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]


@contextmanager
def nginx(folder: Path, port: int, workers: Sequence[int]) -> Iterator[str]:
    """Run it, without TLS, before workers on these ports. Gives its address."""
    site = re.sub(r"^ *ssl_.*\n", "", CONFIG.read_text("utf-8"), flags=re.MULTILINE)
    site = site.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    for shipped, mine in zip(re.findall(r"server (127\.0\.0\.1:\d+)", site), workers, strict=True):
        site = site.replace(shipped, f"127.0.0.1:{mine}")
    command = configured(folder, site)
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    process = subprocess.Popen(command)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(15)
