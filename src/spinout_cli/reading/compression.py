"""Decompression of gzip and zstd streams, recognised by their first bytes."""

import gzip
import io
import zlib
from types import ModuleType
from typing import Any, BinaryIO, cast

from spinout_cli.errors import SpinoutError

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_AT_ONCE = 1 << 16
_ZSTD_AT_ONCE = 256
"""Packed bytes that are unpacked at a time: the worst that they can hold is 8 MiB."""
_WINDOW_LIMIT = 1 << 27
"""How far back zstd may refer, in bytes: what it allows itself unless told otherwise."""

DAMAGED = (OSError, EOFError, zlib.error)
"""What reading a packed file that is damaged or cut short raises."""


def unpacked(file: BinaryIO) -> BinaryIO:
    """Return what is in a file that may be packed, to be read as it comes.

    Raises:
        SpinoutError: it is packed with zstd, and what unpacks that is not installed.
    """
    head = file.read(len(_ZSTD))
    whole = _buffered(_Rejoined(head, file))
    if head.startswith(_GZIP):
        return cast("BinaryIO", gzip.GzipFile(fileobj=whole))
    if head == _ZSTD:
        return _buffered(_Unpacking(whole, _zstandard()))
    return whole


def _buffered(raw: Any) -> io.BufferedReader:  # noqa: ANN401  (typeshed asks for more than Python)
    return io.BufferedReader(raw, _AT_ONCE)


def _zstandard() -> ModuleType:
    try:
        import zstandard  # noqa: PLC0415  (an extra)
    except ModuleNotFoundError:
        raise SpinoutError(
            "this is packed with zstd, and what unpacks it is not installed. "
            "Run: pip install 'spinout-cli[commonalities]'"
        ) from None
    module: ModuleType = zstandard
    return module


class _Rejoined(io.RawIOBase):
    """A file whose first bytes have been looked at: they come again first."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:  # noqa: ANN401  (any buffer)
        part = self._head or cast("io.BufferedReader", self._rest).read1(len(into))
        self._head = b""
        into[: len(part)] = part
        return len(part)


class _Unpacking(io.RawIOBase):
    """What is in a zstd file; one that is cut short is an error, as it is for gzip."""

    def __init__(self, file: io.BufferedReader, zstandard: ModuleType) -> None:
        self._file = file
        self._error: type[Exception] = zstandard.ZstdError
        self._new = zstandard.ZstdDecompressor(max_window_size=_WINDOW_LIMIT).decompressobj
        self._frame = self._new()
        self._begun = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:  # noqa: ANN401  (likewise)
        while not self._ready:
            if not self._take():
                return 0
        count = min(len(into), len(self._ready))
        into[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _take(self) -> bool:
        """Unpack a little more; False at the end."""
        left = b""
        if self._frame.eof:
            left, self._frame, self._begun = self._frame.unused_data, self._new(), False
        part = left or self._file.read1(_ZSTD_AT_ONCE)
        if not part:
            if self._begun:
                raise EOFError
            return False
        self._begun = True
        try:
            self._ready = memoryview(self._frame.decompress(part))
        except self._error as problem:
            raise OSError(str(problem)) from None
        return True
