"""A file packed alone into a ZIP archive: read where it lies, never unpacked onto a disk.

What an archive says of its content's size is checked, and held to while it is read.
"""

import io
import zlib
from collections.abc import Iterator
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from connectors.contract import ContractError
from connectors.readers.formats.line import Line, ReadLines, WrongFile

LARGEST_CONTENT_BYTES = 4 * 1024 * 1024 * 1024
MOST_TIMES_SMALLER = 200
"""CSV packs ten to twenty times smaller; what claims more than this is a bomb."""
SMALL_BYTES = 1024 * 1024
"""Below this nobody minds how well it was packed."""


def read_zipped(file: IO[bytes], read_lines: ReadLines, *, seekable: bool) -> Iterator[Line]:
    """The lines of the one file in an archive; WrongFile. With `seekable` the content is held in memory."""
    try:
        with ZipFile(file) as archive:
            member = _only_member(archive)
            if archive.testzip() is not None:  # before any line of it counts
                raise BadZipFile
            with archive.open(member) as content:
                yield from read_lines(io.BytesIO(content.read()) if seekable else content)
    except (BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise WrongFile(b"", ContractError("", "zip", "ZIP文件损坏、加密或压缩方式不支持")) from error


def _only_member(archive: ZipFile) -> ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1:
        raise WrongFile(b"", ContractError("", "zip_members", f"ZIP内应只有一个文件,实有{len(members)}个"))
    size, packed = members[0].file_size, max(members[0].compress_size, 1)
    if size > LARGEST_CONTENT_BYTES or (size > SMALL_BYTES and size / packed > MOST_TIMES_SMALLER):
        raise WrongFile(b"", ContractError("", "zip_bomb", "ZIP内容过大或压缩比异常"))
    return members[0]
