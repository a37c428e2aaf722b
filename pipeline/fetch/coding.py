"""gzip and deflate undone in bounded steps: no answer grows beyond its cap, whatever it unpacks to.

Only these two are asked for. brotli and zstd reach far higher ratios (923 bytes of brotli are a gigabyte) and their decoders take
no bound; nested codings multiply. Such an answer is dropped as `encoding`.
"""

from __future__ import annotations

import zlib

from pipeline.fetch.failure import Failure

ACCEPTED = "gzip, deflate"
MOST_MEMBERS = 1000
"""gzip streams one after another in one answer. Each restart costs, and twenty bytes are enough for one."""

_GZIP, _ZLIB, _RAW = 31, 15, -15


class Body:
    """The bytes of one answer as they come: `feed` each piece, then `whole`.

    With `cut`, what lies beyond `cap` is left out and `full` says so; without, it is Failure `too-large`.
    """

    def __init__(self, coding: str, cap: int, *, cut: bool = False) -> None:
        """`coding` is the Content-Encoding as sent; Failure `encoding` if it is none that we undo."""
        names = [n for n in (part.strip().lower() for part in coding.split(",")) if n not in ("", "identity")]
        if len(names) > 1 or (names and names[0] not in ("gzip", "x-gzip", "deflate")):
            raise Failure("encoding", f"Content-Encoding: {coding[:60]}, which was not asked for")
        self._kind = names[0].removeprefix("x-") if names else ""
        self._cap, self._cut = cap, cut
        self._out = bytearray()
        self._wire = 0
        self._held = b""
        """The beginning of a stream, too short to be known."""
        self._stream: zlib._Decompress | None = None
        self._members = 0
        self._over = False
        """All streams have ended; what follows is padding."""
        self.full = False

    def feed(self, data: bytes) -> None:
        """Take in a piece as it came off the wire."""
        if self.full:
            return
        self._wire += len(data)
        if self._wire > self._cap and not self._cut:
            raise Failure("too-large", f"more than {self._cap} bytes")
        if not self._kind:
            self._out += data[: self._cap - len(self._out)]
            self.full = self._cut and len(self._out) >= self._cap
            return
        try:
            self._undo(data)
        except zlib.error as error:
            raise Failure("encoding", f"{self._kind} that cannot be undone: {error}") from None

    def _undo(self, data: bytes) -> None:
        data = self._held + data
        self._held = b""
        while data and not self._over and not self.full:
            if self._stream is None:
                if len(data) < 2:
                    self._held = data
                    return
                self._stream = self._begin(data)
                if self._stream is None:
                    return
            self._out += self._stream.decompress(data, self._cap + 1 - len(self._out))
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            if self._stream.eof:
                self._stream = None
                self._over = self._kind == "deflate"
            self._bound()

    def _begin(self, data: bytes) -> zlib._Decompress | None:
        """A decoder for the stream that begins here; None when the rest is no stream but junk after one."""
        self._members += 1
        if self._kind == "deflate":
            wrapped = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
            return zlib.decompressobj(_ZLIB if wrapped else _RAW)
        if self._members > 1 and data[:2] != b"\x1f\x8b":
            self._over = True
            return None
        if self._members > MOST_MEMBERS:
            raise Failure("encoding", f"more than {MOST_MEMBERS} gzip streams in one answer")
        return zlib.decompressobj(_GZIP)

    def _bound(self) -> None:
        if len(self._out) <= self._cap:
            return
        if not self._cut:
            raise Failure("too-large", f"more than {self._cap} bytes after decompression")
        del self._out[self._cap :]
        self.full = True

    def whole(self) -> bytes:
        """Everything, once the answer has ended; Failure `truncated` when a compressed stream has not."""
        begun = self._stream is not None or (self._held and not self._members)
        if begun and not self.full:
            raise Failure("truncated", f"the {self._kind} stream ends in its middle")
        return bytes(self._out)
