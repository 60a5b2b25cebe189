"""Pictures as they are kept and passed on: what can be seen, and nothing of where and with what it was taken.

Phones write the place (GPS), the moment and their owner's name into EXIF, XMP and IPTC fields, PNG text chunks and
comments. Here a picture is decoded and written anew: its pixels, the right way up, are all that comes through, so
nothing else that somebody hid in the file does either.
"""

from __future__ import annotations

import io
from typing import Final

from bot.exports.child import in_child, serve

_LONGEST: Final = 4096
"""Pixels of a side that are kept: more than any screen or page of paper shows."""
_MOST: Final = 40_000_000
"""Pixels that are unpacked at most (160 MB). A JPEG is unpacked at a fraction of its size, so that it may have …"""
_MOST_JPEG: Final = 220_000_000
"""… as many as the largest sensors of phones."""
_ENDINGS: Final = {"image/jpeg": ("jpg", "jpeg"), "image/png": ("png",)}


async def plain_picture(data: bytes) -> bytes:
    """The picture alone: a JPEG or WebP as JPEG, everything else as PNG; of a moving one the first frame.

    It is done in a process of its own, within bounds of time and memory. Raises NotMade where it can't be decoded.
    """
    return await in_child("bot.pictures", data=data)


def named_as(name: str, media_type: str) -> str:
    """The name of a picture with an ending that fits what it is now."""
    stem, dot, ending = name.rpartition(".")
    endings = _ENDINGS[media_type]
    return name if ending.lower() in endings else f"{stem if dot else name}.{endings[0]}"


def _redrawn(_: list[str], data: bytes) -> bytes:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "GIF", "WEBP", "MPO")) as picture:
        photo = picture.format in {"JPEG", "MPO", "WEBP"}
        width, height = picture.size
        if width * height > (_MOST_JPEG if picture.format in {"JPEG", "MPO"} else _MOST):
            raise ValueError("more pixels than are unpacked")
        picture.thumbnail((_LONGEST, _LONGEST))
        upright = ImageOps.exif_transpose(picture)
        seen = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    # A picture of its own, to which nothing of the old one clings.
    if photo:
        clean = Image.new("RGB", seen.size, "white")
        clean.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    else:
        clean = Image.new(seen.mode, seen.size)
        clean.paste(seen)
    made = io.BytesIO()
    clean.save(made, "JPEG" if photo else "PNG", **({"quality": 88} if photo else {}))
    return made.getvalue()


if __name__ == "__main__":
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # the bounds above are narrower, and an error instead of a warning
    serve(_redrawn)
