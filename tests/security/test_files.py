"""Files from outside: what is in them is known by content, told by nothing else, bounded, and kept under no name."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from bot.cabinet import media_type, safe_name
from bot.exports.child import NotMade
from bot.fetching import LIMIT
from bot.pictures import named_as, plain_picture
from bot.storage import Store
from bot.storage.schema import file
from handlers.texts import say
from tests.support.commune import settle_commune
from tests.support.pictures import SECRET, jpeg, png, telling_jpeg, telling_png
from tests.support.world import World


async def test_a_photo_tells_nothing_of_where_when_and_by_whom_and_stands_upright() -> None:
    told = telling_jpeg()
    assert told.count(SECRET.encode()) >= 5
    clean = await plain_picture(told)
    picture = Image.open(io.BytesIO(clean))
    assert picture.format == "JPEG"
    assert picture.size == (32, 64), "turned as the camera was held"
    red, _, blue = picture.getpixel((16, 8))
    assert red > 200 > 60 > blue
    assert SECRET.encode() not in clean
    assert not dict(picture.getexif())
    assert not {"exif", "xmp", "comment", "photoshop", "icc_profile"} & set(picture.info)
    assert b"\xff\xe1" not in clean[:200], "no EXIF or XMP segment"


async def test_a_drawing_keeps_its_transparency_and_loses_its_texts() -> None:
    clean = await plain_picture(telling_png())
    picture = Image.open(io.BytesIO(clean))
    assert (picture.format, picture.mode, picture.getpixel((0, 0))[3]) == ("PNG", "RGBA", 0)
    assert not picture.info
    for chunk in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"):
        assert chunk not in clean
    assert SECRET.encode() not in clean


@pytest.mark.parametrize(("format", "becomes"), [("WEBP", "image/jpeg"), ("GIF", "image/png")])
async def test_rarer_kinds_of_pictures_become_common_ones(format: str, becomes: str) -> None:
    data = io.BytesIO()
    Image.new("RGBA", (9, 5), "teal").save(data, format)
    assert media_type(await plain_picture(data.getvalue())) == becomes


def test_the_name_follows_what_a_picture_has_become() -> None:
    assert named_as("hop thon.webp", "image/jpeg") == "hop thon.jpg"
    assert named_as("hop.JPEG", "image/jpeg") == "hop.JPEG"
    assert named_as("anh", "image/png") == "anh.png"


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is 50,000 by 50,000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(50_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        bomb(),
        b"\xff\xd8\xff\xe0 not a picture at all",
        b"\x89PNG\r\n\x1a\n" + b"<script>alert(1)</script>",
        b"GIF89a=0;alert(document.domain)//",
        jpeg(size=(200, 200))[:300],
    ],
    ids=["bomb", "jpeg-in-name-only", "script-behind-png", "gif-that-is-a-script", "cut-off"],
)
async def test_what_only_looks_like_a_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotMade):
        await plain_picture(data)


async def test_a_photo_from_a_large_sensor_is_kept_in_a_size_that_can_be_shown() -> None:
    data = io.BytesIO()
    Image.new("L", (9000, 5000)).save(data, "JPEG")
    assert max(Image.open(io.BytesIO(await plain_picture(data.getvalue()))).size) <= 4096


async def test_proof_is_stored_clean_under_its_hash_and_what_was_sent_is_nowhere(
    sqlite_store: Store, tmp_path: Path
) -> None:
    world = World(sqlite_store, tmp_path)
    commune = await settle_commune(world)
    await commune.lan.says("/baocao dan-van-kheo tháng 10/2026")
    assert "anh hop.jpg" in await commune.lan.shows("anh hop.jpg", telling_jpeg())
    (row,) = await sqlite_store.read(lambda tx: list(tx.connection.execute(file.select())))
    assert row.name == "anh hop.jpg"
    kept = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert [path.name for path in kept] == [row.sha256] == [hashlib.sha256(kept[0].read_bytes()).hexdigest()]
    assert SECRET.encode() not in kept[0].read_bytes()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.heic", b"\x00\x00\x00\x18ftypheic" + bytes(60), "heic"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(60), "refused"),
        ("a.exe", b"MZ" + bytes(60), "refused"),
        ("a.zip", b"PK\x03\x04" + bytes(60), "refused"),
        ("a.tiff", b"II*\x00" + bytes(60), "refused"),
    ],
)
async def test_what_is_not_taken_is_not_kept(
    sqlite_store: Store, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    world = World(sqlite_store, tmp_path)
    lan = (await settle_commune(world)).lan
    await lan.says("/baocao dan-van-kheo tháng 10/2026")
    assert say(f"files.{said}", name=name) in await lan.shows(name, data)
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


async def test_the_sentence_about_large_files_and_the_limit_mean_the_same(sqlite_store: Store, tmp_path: Path) -> None:
    assert LIMIT == 20 * 10**6
    assert "20 MB" in say("files.too_big", name="a")
    assert "20 MB" in say("documents.problem_too_big")
    world = World(sqlite_store, tmp_path)
    lan = (await settle_commune(world)).lan
    await lan.says("/baocao dan-van-kheo tháng 10/2026")
    text = b"a" * LIMIT
    assert "20 MB" not in await lan.shows("vua.txt", text)
    assert "20 MB" in await lan.shows("to.txt", text + b"a")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\x\\bao cao.docx", "bao cao.docx"),
        ("/", "tep"),
        ("..", "tep"),
        (".bashrc", "bashrc"),
        ("anh\u202egpj.exe", "anhgpj.exe"),
        ("\u2066anh\u2069.jpg", "anh.jpg"),
        ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie_ x=1.jpg"),
        ('a"; filename="b.html', "a_; filename=_b.html"),
        ("a\0.jpg", "a.jpg"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("bien ban <script>.pdf", "bien ban _script_.pdf"),
        ("Biên bản họp.docx", "Biên bản họp.docx"),
    ],
)
def test_a_name_from_outside_is_harmless_on_every_system(name: str, kept: str) -> None:
    assert safe_name(name) == kept
    assert len(safe_name(name * 100)) <= 120


def test_pictures_of_these_tests_are_what_they_say() -> None:
    assert (media_type(jpeg()), media_type(png())) == ("image/jpeg", "image/png")
