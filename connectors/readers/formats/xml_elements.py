"""XML: one element a record, its children the fields; elements are numbered from 1.

The encoding is the declared one, whatever the file's own first line says. A document that declares entities is refused:
a few bytes of them could become gigabytes. Memory is bounded by one element.
"""

import codecs
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from connectors.contract import ContractError
from connectors.readers.formats.line import Line, WrongFile, raw_of

CHUNK_BYTES = 65_536
LONGEST_ELEMENT_LETTERS = 65_536


def read_xml(file: IO[bytes], encoding: str, element: str) -> Iterator[Line]:
    """The elements called `element`. What follows a fault of the document itself cannot be read."""
    elements = _Elements(element)
    decode = codecs.getincrementaldecoder(encoding)()
    while True:
        chunk = file.read(CHUNK_BYTES)
        try:
            elements.feed(decode.decode(chunk, final=not chunk), final=not chunk)
        except UnicodeDecodeError:
            fault = ContractError("", "encoding", f"不是{encoding.upper()}编码,其后未读")
        except expat.ExpatError as error:
            fault = ContractError("", "xml", f"第{error.lineno}行起不是合格的XML,其后未读")
        else:
            yield from elements.taken()
            if chunk:
                continue
            if not elements.number:
                raise WrongFile(b"", ContractError("", "no_element", f"没有{element}元素"))
            return
        yield from elements.taken()
        yield Line(elements.number + 1, b"", None, fault)
        return


class _Elements:
    """Gathers elements as the parser comes by them."""

    def __init__(self, element: str) -> None:
        self.number = 0
        self._element = element
        self._lines: list[Line] = []
        self._fields: dict[str, str] | None = None
        self._field = ""
        self._letters = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._refuse

    def feed(self, text: str, *, final: bool) -> None:
        self._parser.Parse(text, final)

    def taken(self) -> list[Line]:
        lines, self._lines = self._lines, []
        return lines

    def _start(self, name: str, _attributes: object) -> None:
        if self._fields is not None:
            self._field = name
            self._fields[name] = ""
        elif name == self._element:
            self._fields, self._letters = {}, 0

    def _text(self, text: str) -> None:
        if self._fields is None or not self._field:
            return
        self._letters += len(text)
        if self._letters <= LONGEST_ELEMENT_LETTERS:
            self._fields[self._field] += text

    def _end(self, name: str) -> None:
        if self._fields is None:
            return
        if name != self._element:
            self._field = ""
            return
        self.number += 1
        values = {field: text.strip() for field, text in self._fields.items()}
        raw = raw_of(values)
        fault = None
        if self._letters > LONGEST_ELEMENT_LETTERS:
            fault = ContractError("", "too_large", f"一个元素超过{LONGEST_ELEMENT_LETTERS}字")
        self._lines.append(Line(self.number, raw, None if fault else values, fault))
        self._fields = None

    def _refuse(self, *_declared: object) -> None:
        raise WrongFile(b"", ContractError("", "entities", "XML声明了实体,整个文件未读"))
