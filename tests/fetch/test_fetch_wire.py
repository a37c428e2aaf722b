import asyncio

from pipeline.fetch.wire import Line


class Pipe(asyncio.Transport):
    """A transport that only remembers whether it may read."""

    def __init__(self) -> None:
        super().__init__()
        self.reading = True
        self.aborted = False

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def abort(self) -> None:
        self.aborted = True


async def test_a_connection_reads_no_more_than_it_can_hand_on():
    line, pipe = Line(), Pipe()
    line.connection_made(pipe)
    received = 0
    while pipe.reading:
        line.data_received(b"x" * 60_000)
        received += 60_000
        assert received < 1_000_000
    assert len(await line.read()) == received
    assert pipe.reading


async def test_what_came_is_read_before_the_end_is_told():
    line = Line()
    line.connection_made(Pipe())
    line.data_received(b"last words")
    line.connection_lost(ConnectionResetError())
    assert await line.read() == b"last words"
    assert isinstance((await asyncio.gather(line.read(), return_exceptions=True))[0], ConnectionResetError)


async def test_a_reader_wakes_up_when_something_happens():
    line = Line()
    line.connection_made(Pipe())
    reading = asyncio.ensure_future(line.read())
    await asyncio.sleep(0)
    line.data_received(b"a")
    assert await reading == b"a"
    reading = asyncio.ensure_future(line.read())
    await asyncio.sleep(0)
    line.eof_received()
    assert await reading == b""


async def test_a_connection_that_was_never_used_or_heard_more_than_was_asked_is_not_kept():
    assert not Line().reusable()
    line, pipe = Line(), Pipe()
    line.connection_made(pipe)
    assert line.quiet()
    line.data_received(b"unasked")
    assert not line.quiet()
    line.close()
    assert pipe.aborted
