"""Sentences live in the templates and nowhere else, each is used, and only the settings read the environment."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from handlers.texts import _environment

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for part in ("bot", "handlers", "knowledge") for path in (ROOT / part).rglob("*.py"))
TEMPLATES = sorted((ROOT / "handlers" / "texts").glob("*.j2"))
NAME = re.compile(r"[a-z]+\.[a-z0-9_]*[a-z0-9]")
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree(path)))


def said() -> Iterator[tuple[Path, str]]:
    """The name of every sentence that is said, as a regular expression: what is filled in can be anything."""
    flows = {path.stem for path in TEMPLATES}
    for path in (one for one in CODE if "storage" not in one.parts):  # there "deadline.id" is a column
        for node in nodes(path):
            match node:
                case ast.Constant(value=str(name)) if name.partition(".")[0] in flows and NAME.fullmatch(name):
                    yield path, re.escape(name)
                case ast.Call(func=ast.Name(id="say"), args=[ast.JoinedStr(values=parts), *_]):
                    yield path, filled(parts)
                case ast.Call(
                    func=ast.Name(id="say"),
                    args=[ast.Call(func=ast.Attribute(value=ast.JoinedStr(values=parts), attr="replace")), *_],
                ):
                    yield path, filled(parts)


def filled(parts: list[ast.expr]) -> str:
    return "".join(re.escape(str(one.value)) if isinstance(one, ast.Constant) else r"\w+" for one in parts)


def blocks() -> set[str]:
    return {f"{path.stem}.{block}" for path in TEMPLATES for block in _environment.get_template(path.name).blocks}


def words() -> set[str]:
    """Every string in the code that could be (the end of) a sentence's name."""
    constants = (node for path in CODE for node in nodes(path) if isinstance(node, ast.Constant))
    found = {node.value.replace("-", "_") for node in constants if isinstance(node.value, str)}
    return found | {ending for word in found for ending in (word.removeprefix("problem_"), word.lstrip(":"))}


def test_every_sentence_that_is_said_exists() -> None:
    known = {re.escape(block) for block in blocks()}
    every = "\n".join(blocks())
    missing = [
        f"{path.name}: {name}"
        for path, name in said()
        if name not in known and not re.search(f"^{name}$", every, re.MULTILINE)
    ]
    assert missing == []


def test_every_sentence_is_said_somewhere() -> None:
    names = {name for _, name in said()}
    filled_in = [re.compile(name.replace(r"\w+", r"(\w+)")) for name in names if r"\w+" in name]
    literal = words()

    def used(block: str) -> bool:
        # Where a part of the name is filled in, what fills it must stand somewhere in the code.
        matches = (pattern.fullmatch(block) for pattern in filled_in)
        return re.escape(block) in names or any(match and literal.issuperset(match.groups()) for match in matches)

    assert sorted(block for block in blocks() if not used(block)) == []


def test_no_sentence_stands_in_two_blocks_of_the_same_file() -> None:
    for path in TEMPLATES:
        names = re.findall(r"{%-? block (\w+) ", path.read_text(encoding="utf-8"))
        assert len(names) == len(set(names)), path.name


def test_no_vietnamese_sentence_stands_in_the_code() -> None:
    """Words by which things are recognised may stand there, and so may what the demo's invented people wrote."""
    found = [
        f"{path.name}:{node.lineno}: {node.value[:60]}"
        for path in CODE
        if path.relative_to(ROOT).parts[0] != "knowledge" and "demo" not in path.parts
        for node in set(nodes(path)) - docstrings(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if VIETNAMESE.search(node.value) and len(node.value.split()) >= 5
    ]
    assert found == []


def docstrings(path: Path) -> set[ast.AST]:
    """Strings that are statements of their own: they explain, nobody is shown them."""
    return {node.value for node in nodes(path) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}


def test_only_the_settings_read_the_environment() -> None:
    def reads(node: ast.AST) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "environb" | "getenv"):
                return True
            case ast.ImportFrom(module="os", names=imported):
                return any(one.name in {"environ", "environb", "getenv"} for one in imported)
            case ast.ImportFrom(module="pydantic_settings"):
                return True
        return False

    readers = {path.relative_to(ROOT).as_posix() for path in CODE for node in nodes(path) if reads(node)}
    assert readers == {"bot/settings.py"}
