"""People's names as they are typed."""

from __future__ import annotations

from knowledge.fold import one_line


def valid_name(text: str) -> str | None:
    """A person's name as it was written, blanks tidied; ``None`` where it can't be one."""
    name = one_line(text)
    fits = 2 <= len(name) <= 60 and sum(char.isalpha() for char in name) >= 2
    return name if fits and all(char.isalpha() or char in " .'-" for char in name) else None
