"""The command `marsad`. Results go to standard output, everything else to standard error.

Exit codes: 0 done; 1 done, and a person should look; 2 wrong usage or config, nothing was done; 3 another instance is at work;
4 the archive cannot be used; 130 interrupted, everything finished so far is kept.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from types import FrameType

from pipeline.errors import MarsadError, StoreError

from .common import ReaderGone, app

_INTERRUPTED, _TERMINATED = 130, 143

_STDERR = 2
"""The last of the numbers that the standard streams have."""

_MACHINES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.EROFS})
"""What is no mistake of ours, though no file is named."""

INTERRUPTED = ["interrupted: what was finished is kept; run the same command again to go on"]


class _Signals:
    """SIGTERM as if it were Ctrl-C, so that every `finally` runs; only the exit code tells them apart.

    Tried and rejected: an exception of its own. asyncio lets KeyboardInterrupt through its tasks as it is, wraps any other into a
    group, and turns Ctrl-C into the cancellation of its main task, which an exception raised anywhere cannot do.
    """

    def __init__(self) -> None:
        self.code = _INTERRUPTED

    def terminate(self, _signal: int, frame: FrameType | None) -> None:
        self.code = _TERMINATED
        ctrl_c = signal.getsignal(signal.SIGINT)
        if not callable(ctrl_c):
            raise KeyboardInterrupt
        ctrl_c(signal.SIGINT, frame)


def main(words: list[str] | None = None) -> int:
    """Run one command → its exit code. No traceback reaches a person unless --debug asks for it."""
    # In a locale without UTF-8 Python leaves the bytes of Arabic words as they are.
    words = [os.fsencode(word).decode("utf-8", "replace") for word in sys.argv[1:]] if words is None else words
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show Arabic gets question marks, not a crash.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    debug = "--debug" in words
    if debug:
        words = [w for w in words if w != "--debug"]
    signals = _Signals()
    signal.signal(signal.SIGTERM, signals.terminate)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell starts what runs in the background so. asyncio ends its work by Python's own handler alone, which SIGTERM goes by as well.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        code = app(args=words, prog_name="marsad", standalone_mode=False)
        sys.stdout.flush()
    except MarsadError as error:
        return _tell(error.lines(), error.exit_code, error if debug else None)
    except KeyboardInterrupt:
        return _tell(INTERRUPTED, signals.code, None)
    except (ReaderGone, BrokenPipeError):
        # Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  the one place where a bug meets a person
        if type(error).__name__ == "Abort":  # Ctrl-C as the command line library tells it
            return _tell(INTERRUPTED, signals.code, None)
        if type(error).__name__ == "NoArgsIsHelpError":  # its message is the help
            print(str(error), file=sys.stderr)  # noqa: T201
            return 2
        if hasattr(error, "exit_code") and hasattr(error, "format_message"):
            return _tell([f"usage: {error.format_message().rstrip('.')}; see marsad --help"], 2, None)
        first: BaseException = error
        while isinstance(first, BaseExceptionGroup):  # many tasks may have run into one mistake
            first = first.exceptions[0]
        if isinstance(first, OSError) and (first.filename is not None or first.errno in _MACHINES):
            return _tell([_of_the_machine(first)], StoreError.exit_code, error if debug else None)
        line = f"bug: {type(first).__name__}: {first}; run again with --debug and report it"
        return _tell([line], 1, error if debug else None)
    if code == _INTERRUPTED:  # and so, when it has seen the interrupt first
        return _tell(INTERRUPTED, signals.code, None)
    return code if isinstance(code, int) else 0


def _open_streams() -> None:
    """A standard stream that was closed leads nowhere: else the next file to be opened would be taken for it."""
    while (handle := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
        os.set_inheritable(handle, True)
    os.close(handle)
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))


def _of_the_machine(error: OSError) -> str:
    """What the machine refused, as every other mistake that is not ours."""
    where = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else "this machine"
    return f"{where}: {error.strerror}; mend its rights, free some space, or name another place"


def _tell(lines: list[str], code: int, error: BaseException | None) -> int:
    if error is not None:
        traceback.print_exception(error)
    for line in lines:
        print(f"marsad: {line}", file=sys.stderr)  # noqa: T201
    return code
