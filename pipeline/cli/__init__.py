"""The command `marsad`. Results go to standard output, everything else to standard error.

Exit codes: 0 done; 1 done, and a person should look; 2 wrong usage or config, nothing was done; 3 another instance is at work;
4 the archive cannot be used; 130 interrupted, everything finished so far is kept.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from types import FrameType

from pipeline.errors import MarsadError

from . import archive, feeds, stages, watchlists, work  # noqa: F401  each adds its commands to the app
from .common import app


class _Terminated(BaseException):
    """SIGTERM, as an exception, so that every `finally` runs."""


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise _Terminated


def main(words: list[str] | None = None) -> int:
    """Run one command → its exit code. No traceback reaches a person unless --debug asks for it."""
    words = sys.argv[1:] if words is None else words
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show Arabic gets question marks, not a crash.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    debug = "--debug" in words
    if debug:
        words = [w for w in words if w != "--debug"]
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = app(args=words, prog_name="marsad", standalone_mode=False)
        sys.stdout.flush()
    except MarsadError as error:
        return _tell(error.lines(), error.exit_code, error if debug else None)
    except (KeyboardInterrupt, _Terminated) as stop:
        interrupted = isinstance(stop, KeyboardInterrupt)
        _tell(["interrupted: what was finished is kept; run the same command again to go on"], 0, None)
        return 130 if interrupted else 143
    except BrokenPipeError:
        # The reader has what it wanted (`| head`). Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  the one place where a bug meets a person
        if type(error).__name__ == "Abort":  # Ctrl-C as the command line library tells it
            _tell(["interrupted: what was finished is kept; run the same command again to go on"], 0, None)
            return 130
        if hasattr(error, "exit_code") and hasattr(error, "format_message"):
            return _tell([f"usage: {error.format_message()}; see marsad --help"], 2, None)
        return _tell(
            [f"bug: {type(error).__name__}: {error}; run again with --debug and report it"], 1, error if debug else None
        )
    return code if isinstance(code, int) else 0


def _tell(lines: list[str], code: int, error: BaseException | None) -> int:
    if error is not None:
        traceback.print_exception(error)
    for line in lines:
        print(f"marsad: {line}", file=sys.stderr)  # noqa: T201
    return code
