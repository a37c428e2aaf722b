import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.coding import Body
from pipeline.fetch.failure import Failure

TEXT = "خبر عاجل من الضفة الأخرى للنهر. ".encode() * 200


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush()


def undo(coding: str, *pieces: bytes, cap: int = 1_000_000, cut: bool = False) -> bytes:
    body = Body(coding, cap, cut=cut)
    for piece in pieces:
        body.feed(piece)
    return body.whole()


def reason(coding: str, *pieces: bytes, cap: int = 1_000_000) -> str:
    with pytest.raises(Failure) as caught:
        undo(coding, *pieces, cap=cap)
    return caught.value.reason


CODED = [
    ("", TEXT),
    ("identity", TEXT),
    ("gzip", gzip.compress(TEXT)),
    ("X-GZIP", gzip.compress(TEXT)),
    (" gzip , identity", gzip.compress(TEXT)),
    ("deflate", zlib.compress(TEXT)),
    ("deflate", raw_deflate(TEXT)),
    ("gzip", gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:])),
    ("gzip", gzip.compress(TEXT) + b"\0" * 50),
    ("gzip", gzip.compress(TEXT) + b"junk after the end"),
    ("gzip", gzip.compress(TEXT) + b"\x1f"),
    ("deflate", zlib.compress(TEXT) + b"junk"),
]


@pytest.mark.parametrize(("coding", "wire"), CODED)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100, 10**9])
def test_an_answer_is_undone_however_it_is_cut_into_pieces(coding, wire, size):
    assert undo(coding, *(wire[n : n + size] for n in range(0, len(wire), size))) == TEXT


@given(st.binary(max_size=2000), st.integers(0, 2000), st.sampled_from([gzip.compress, zlib.compress, raw_deflate]))
def test_every_proper_beginning_of_a_compressed_answer_is_truncated(data, at, squeeze):
    wire = squeeze(data)
    coding = "gzip" if squeeze is gzip.compress else "deflate"
    assert undo(coding, wire) == data
    begun = wire[: at % len(wire)]
    if len(begun) > 1 or (begun and coding == "gzip"):
        assert reason(coding, begun) == "truncated"


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "gzip, br", "x-snail", "gzip gzip"])
def test_a_coding_that_was_not_asked_for_is_refused(coding):
    assert reason(coding, b"x") == "encoding"


@pytest.mark.parametrize(
    ("coding", "wire"),
    [
        ("gzip", TEXT),
        ("gzip", gzip.compress(TEXT)[:-8] + b"\0" * 8),
        ("gzip", gzip.compress(b"") * 2000),
        ("deflate", b"\x78\x9cnot deflate at all"),
        ("deflate", b"\xff" * 100),
    ],
    ids=["plain", "wrong checksum", "thousands of streams", "broken zlib", "broken deflate"],
)
def test_a_broken_compressed_answer_is_an_encoding_failure(coding, wire):
    assert reason(coding, wire) == "encoding"


def bomb(megabytes: int) -> list[bytes]:
    """gzip pieces of so many megabytes of spaces, without their sum."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = stream.compress(b" " * (1 << 20)) + stream.flush(zlib.Z_FULL_FLUSH)
    return [b"\x1f\x8b\x08\0\0\0\0\0\x02\xff", *[block] * megabytes]


def test_a_bomb_is_stopped_at_the_cap_and_not_in_memory():
    pieces = b"".join(bomb(1024))
    tracemalloc.start()
    try:
        assert reason("gzip", pieces, cap=1_000_000) == "too-large"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize("coding", ["", "gzip", "deflate"])
def test_the_cap_itself_is_allowed_and_a_byte_more_is_not(coding):
    squeeze = {"": bytes, "gzip": gzip.compress, "deflate": zlib.compress}[coding]
    assert len(undo(coding, squeeze(b"x" * 5000), cap=5000)) == 5000
    assert reason(coding, squeeze(b"x" * 5001), cap=5000) == "too-large"


def test_what_is_cut_keeps_its_beginning():
    for coding, wire in (("", TEXT), ("gzip", gzip.compress(TEXT)), ("deflate", raw_deflate(TEXT))):
        assert undo(coding, wire, b"", cap=1000, cut=True) == TEXT[:1000]
    assert undo("gzip", b"".join(bomb(100)), cap=1000, cut=True) == b" " * 1000
