"""Pictures that can be decoded, with what phones and people put into them besides what is seen."""

from __future__ import annotations

import io

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

SECRET = "Nguyen Van Lo, 10.7769 N"
"""What must never come through."""


def jpeg(color: str = "teal", size: tuple[int, int] = (6, 4)) -> bytes:
    """A photo of one colour, without anything else: as it is, it is kept."""
    data = io.BytesIO()
    Image.new("RGB", size, color).save(data, "JPEG", quality=88)
    return data.getvalue()


def png(color: str = "teal", size: tuple[int, int] = (6, 4)) -> bytes:
    """The same as PNG."""
    data = io.BytesIO()
    Image.new("RGB", size, color).save(data, "PNG")
    return data.getvalue()


def telling_jpeg() -> bytes:
    """A photo taken sideways, red above and blue below once it is turned, that tells in five ways where and by whom."""
    picture = Image.new("RGB", (64, 32), "blue")
    picture.paste("red", (0, 0, 32, 32))
    exif = Image.Exif()
    exif[Base.Orientation] = 6  # turn by 90 degrees clockwise
    exif[Base.Artist] = SECRET
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef] = "N"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (10.0, 46.0, 36.8)
    data = io.BytesIO()
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    picture.save(data, "JPEG", exif=exif, comment=SECRET.encode(), xmp=xmp, icc_profile=SECRET.encode(), quality=95)
    raw = data.getvalue()
    # IPTC in a Photoshop segment, and a tail behind the end of the picture.
    record = b"\x1c\x02\x50" + len(SECRET).to_bytes(2, "big") + SECRET.encode()
    body = b"Photoshop 3.0\x00" + b"8BIM\x04\x04\x00\x00" + len(record).to_bytes(4, "big") + record
    segment = b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body
    return raw[:2] + segment + raw[2:] + f"<script>{SECRET}</script>".encode()


def telling_png() -> bytes:
    """A PNG with text chunks, EXIF, and a transparent corner."""
    picture = Image.new("RGBA", (8, 8), "green")
    picture.putpixel((0, 0), (0, 0, 0, 0))
    chunks = PngInfo()
    chunks.add_text("Author", SECRET)
    chunks.add_itxt("XML:com.adobe.xmp", SECRET)
    chunks.add_text("Comment", SECRET, zip=True)
    exif = Image.Exif()
    exif[Base.Artist] = SECRET
    data = io.BytesIO()
    picture.save(data, "PNG", pnginfo=chunks, exif=exif)
    return data.getvalue()
