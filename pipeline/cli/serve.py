"""The background service: marsad serve."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import typer

from pipeline.collect import Log

from .common import CONFIG, ConfigOption, app, now_utc
from .log import log

_STOPS = (signal.SIGTERM, signal.SIGINT)


@app.command()
def serve(config: ConfigOption = CONFIG) -> None:
    """The background service: collects on its rhythm, publishes each digest at its hour, answers on web.listen."""
    code = asyncio.run(_serve(config, log()))
    if code:
        raise typer.Exit(code)


async def _serve(folder: Path, told: Log) -> int:
    """→ exit code: 0 after SIGTERM, 130 after Ctrl-C, 1 when what was in hand did not end in time."""
    from pipeline.engine import one_heap  # noqa: PLC0415
    from pipeline.schedule import Service, scheduler  # noqa: PLC0415  the other commands need no clocks
    from pipeline.web import Answers, Server  # noqa: PLC0415

    one_heap()
    service = Service(folder, clock=now_utc, scheduler=scheduler(), log=told)
    caught: list[signal.Signals] = []

    def stop(which: signal.Signals) -> None:
        if caught:  # a second one: at once; the archive bears it
            _end_now(128 + which)
        caught.append(which)
        service.stop()

    def mistake(error: object) -> None:
        told.error("bug", detail=repr(error))

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: mistake(context.get("exception") or context["message"]))
    for which in _STOPS:
        loop.add_signal_handler(which, stop, which)
    again: set[asyncio.Task[None]] = set()

    def reread() -> None:
        task = asyncio.create_task(service.reread(asked=True))
        again.add(task)
        task.add_done_callback(again.discard)

    loop.add_signal_handler(signal.SIGHUP, reread)
    server = Server(Answers(service), failed=mistake)
    try:
        web = service.application.config.web
        await server.start(web.host, web.port)
        told.info("listening", host=web.host, port=server.port)
        clean = await service.run()
    finally:
        await server.close()
    if not clean:
        told.warning("what was in hand did not end in time; the next start does it again")
        _end_now(1)
    service.close()
    return 130 if caught and caught[0] == signal.SIGINT else 0


def _end_now(code: int) -> None:
    """Without waiting for threads: what was finished is kept, the rest is done again by the next start."""
    sys.stderr.flush()
    os._exit(code)
