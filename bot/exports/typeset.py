"""Filling a Word template, and checking one that staff sent. Runs as a process of its own (see ``child``).

A template may show fields, go through lists and ask whether something is there, and nothing else: every other
construct of the template language is refused before it is run, and what is left runs in Jinja's sandbox.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from bot.exports.child import serve
from bot.exports.house import house_template

_UNPACKED: Final = 40 * 1024 * 1024
"""Bytes that all parts of a template may have."""
_PARTS: Final = 500
_FILTERS: Final = frozenset({"length", "count", "join", "upper", "lower", "capitalize"})
_ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If, nodes.CondExpr,
    nodes.Const, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter,
)  # fmt: skip
_LOOP: Final = frozenset({"index", "index0", "first", "last", "length"})


class Refused(Exception):
    """A template that cannot be used: ``reason`` names the sentence to say, ``detail`` what belongs into it."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


class _Gate(SandboxedEnvironment):
    """Lets only the plain part of the template language through, and keeps account of the fields used."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.used: dict[str, None] = {}
        self.globals.clear()

    def compile(self, source: Any, *rest: Any, **options: Any) -> Any:
        """Check before compiling."""
        tree = self.parse(source) if isinstance(source, str) else source
        self.used |= dict.fromkeys(_fields(tree, {}))
        return super().compile(tree, *rest, **options)


def _fields(node: nodes.Node, scope: Mapping[str, str]) -> Iterator[str]:
    """The fields that a part of a template uses ("chi_tieu[].ten"). Raises Refused for what is not allowed."""
    if not isinstance(node, _ALLOWED):
        raise Refused("unsafe", type(node).__name__)
    match node:
        case nodes.For():
            if not isinstance(node.target, nodes.Name) or node.recursive:
                raise Refused("unsafe", "for")
            through = _path(node.iter, scope)
            yield through
            inside = {**scope, node.target.name: f"{through}[]", "loop": "loop"}
            for part in (*node.body, *([node.test] if node.test else [])):
                yield from _fields(part, inside)
            for part in node.else_:
                yield from _fields(part, scope)
        case nodes.Name() | nodes.Getattr():
            path = _path(node, scope)
            if not path.startswith("loop.") and path not in scope.values():
                yield path
        case _:
            if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
                raise Refused("unsafe", f"|{node.name}")
            for child in node.iter_child_nodes():
                yield from _fields(child, scope)


def _path(node: nodes.Node, scope: Mapping[str, str]) -> str:
    match node:
        case nodes.Name():
            return scope.get(node.name, node.name)
        case nodes.Getattr() if not node.attr.startswith("_"):
            path = f"{_path(node.node, scope)}.{node.attr}"
            if path.startswith("loop.") and node.attr not in _LOOP:
                raise Refused("unsafe", path)
            return path
        case nodes.Getattr():
            raise Refused("unsafe", node.attr)
    raise Refused("unsafe", type(node).__name__)


def check(data: bytes) -> list[str]:
    """The fields that a template uses. Raises Refused."""
    _check_package(data)
    gate = _Gate()
    source = ""
    try:
        template = DocxTemplate(io.BytesIO(data))
        template.init_docx()
        sources = list(_sources(template))
        for source in sources:
            gate.compile(source)
    except TemplateSyntaxError as error:
        line = source.split("\n")[max(0, (error.lineno or 1) - 1)]
        near = re.search(r"\{[{%][^{}]*", line)
        raise Refused("syntax", re.sub(r"<[^>]*>", "", near[0] if near else line)[:60].strip()) from None
    except Refused:
        raise
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, zipfile.BadZipFile):
        raise Refused("damaged") from None
    if not gate.used:
        raise Refused("no-fields")
    try:
        # What takes the page apart (half a table in a loop) shows when it is filled in.
        sample = _sample(gate.used)
        for source in sources:
            parse_xml(gate.from_string(source).render(sample).encode())
        fill(data, sample)
    except Exception:
        raise Refused("broken") from None
    return list(gate.used)


def _sample(used: Iterable[str]) -> dict[str, Any]:
    """Something for each field: two entries for a list, an "x" for everything else."""
    sample: dict[str, Any] = {}
    for path in sorted(used):
        places = [sample]
        parts = path.split(".")
        for number, part in enumerate(parts):
            name, is_list = part.removesuffix("[]"), part.endswith("[]")
            following = []
            for place in places:
                if is_list:
                    if not isinstance(place.get(name), list):
                        place[name] = [{}, {}]
                    following += place[name]
                elif number == len(parts) - 1:
                    place.setdefault(name, "x")
                else:
                    if not isinstance(place.get(name), dict):
                        place[name] = {}
                    following.append(place[name])
            places = following
    return sample


def _sources(template: DocxTemplate) -> Iterator[str]:
    """Every part of a template that is filled in."""
    yield _lines(template.patch_xml(template.get_xml()))
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _, part in template.get_headers_footers(uri):
            yield _lines(template.patch_xml(template.get_part_xml(part)))
    for part in template.docx.part.package.parts:
        if str(part.partname).endswith(("footnotes.xml", "core.xml")):
            yield part.blob.decode("utf-8", "replace")


def _lines(xml: str) -> str:
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", xml)


def _check_package(data: bytes) -> None:
    """Refuse what is no Word file, unpacks to too much, brings a program along, or fetches something from outside."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
                raise Refused("too-big")
            names = {part.filename for part in parts}
            if "word/document.xml" not in names:
                raise Refused("not-docx")
            if any("vbaProject" in name or name.startswith(("word/activeX", "word/embeddings")) for name in names):
                raise Refused("program")
            for name in names:
                if name.endswith(".rels") and _reaches_out(package.read(name)):
                    raise Refused("outside")
    except (zipfile.BadZipFile, struct.error, NotImplementedError, EOFError, RuntimeError, OSError):
        raise Refused("not-docx") from None


def _reaches_out(relations: bytes) -> bool:
    """Whether a part takes something from another place; a link that somebody may follow does not."""
    tags = re.findall(rb"<Relationship\b[^>]*>", relations)
    return any(b'"External"' in tag and not re.search(rb'Type="[^"]*/hyperlink"', tag) for tag in tags)


def fill(data: bytes | None, fields: Mapping[str, Any], *, party: bool = False) -> bytes:
    """The document that a template gives for these fields; by default that of the house, of the State or the Party.

    Raises Refused.
    """
    if data is not None:
        _check_package(data)
    template = DocxTemplate(io.BytesIO(data if data is not None else house_template(party=party)))
    template.render(dict(fields), _Gate(), autoescape=True)
    made = io.BytesIO()
    template.save(made)
    return made.getvalue()


def _work(words: list[str], data: bytes) -> bytes:
    match words:
        case ["check"]:
            try:
                return json.dumps({"problem": None, "detail": "", "fields": check(data)}).encode()
            except Refused as refused:
                return json.dumps({"problem": refused.reason, "detail": refused.detail, "fields": []}).encode()
        case ["house"]:
            return house_template()
        case _:
            size = int.from_bytes(data[:8], "big")
            filled = json.loads(data[8 : 8 + size])
            return fill(data[8 + size :] or None, filled["fields"], party=filled["party"])


if __name__ == "__main__":
    serve(_work)
