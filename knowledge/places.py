"""The places that a document names: "xã Suối Đá", "TỈNH BÌNH LÂM"."""

from __future__ import annotations

import re
from typing import Final

from knowledge.document import Document
from knowledge.fold import tone_normal

_PLACE: Final = re.compile(
    r"(?<![^\W_])((?:(?:tỉnh|huyện|thị|thành|đảng)[ \xa0]+)?(?:ủy|uỷ)|tỉnh|huyện|xã|phường|phố|trấn|quận|khu)"
    r"((?:[ \xa0]+[^\W\d_]+){2,4})",
    re.IGNORECASE,
)
_NOT_PLACES: Final = frozenset(["ủy", "hội", "ban", "đảng", "tỉnh", "huyện", "xã", "phường", "thị", "thành", "quận"])


def place_names(document: Document) -> set[str]:
    """The places that a document names after "tỉnh", "huyện", "xã" and the like, and where it was signed."""
    found: set[str] = set()
    if document.header.place and " " in document.header.place.value:
        found.add(document.header.place.value)
    for match in _PLACE.finditer(document.text):
        cue, following = match[1], match[2].split()
        if cue.lower() in ("ủy", "uỷ"):
            continue  # "ủy ban": a body, no committee of a place
        name: list[str] = []
        for part in following:
            # "UBND" after a small-letter cue is a body; in a line of capitals every word is in capitals.
            body = part.isupper() and not cue.isupper()
            if not part[0].isupper() or body or tone_normal(part).lower() in _NOT_PLACES:
                break
            name.append(part)
        name = name[: 2 if cue.isupper() else 3]  # in capitals nothing tells where a longer name would end
        if len(name) >= 2:
            found.add(" ".join(part.capitalize() for part in name))
    return found
