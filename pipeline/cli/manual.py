"""The man page, from the command's own help, so that the two cannot part: `python -m pipeline.cli.manual >docs/operations/marsad.1`.

Shell completion needs no such file: the command line library answers a shell's questions (`_MARSAD_COMPLETE=source_bash marsad`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from .common import app

if TYPE_CHECKING:
    from typer._click import Command, Context, Parameter

ABOUT = """
Marsad watches the news for teams who must not miss it. It polls the feeds of many outlets, extracts each article, tags it with the
team's watchlists, recognises copies and credits the agency they came from, and writes a daily digest. It is Arabic-first.

It works in the folder it is called in: the configuration is read from config/, the archive and the editions are written to outputs/.
"""
EXIT = {
    "0": "Done.",
    "1": "Done, and a person should look.",
    "2": "Wrong usage or configuration; nothing was done.",
    "3": "Another instance is at work; its pid stands in the line.",
    "4": "The archive cannot be used; nothing was changed.",
    "130": "Interrupted; what was finished is kept. 143 by SIGTERM.",
}
ENVIRONMENT = {
    "MARSAD_CONFIG": "The folder of the configuration, as by --config.",
    "MARSAD_LOG": "json: the log as one JSON object a line, for machines.",
}
_BRACES = str.maketrans("", "", "{}")
FILES = {
    "config/pipeline.yaml": "How it fetches, keeps and serves.",
    "config/feeds.yaml": "The outlets' feeds.",
    "config/digests.yaml": "The digests: their hours, watchlists and recipients.",
    "config/watchlists/*.yaml": "A watchlist each.",
    "config/outlets.yaml": "Where single outlets' pages have what; not needed as a rule.",
    "outputs/archive.sqlite": "The archive, unless store: says otherwise.",
    "outputs/DIGEST/": "The editions of a digest: HTML, Markdown, JSON, index and Atom feed.",
}


def page() -> str:
    """The whole page, in man(7) as groff reads it."""
    group: Any = typer.main.get_command(app)
    context = group.context_class(group, info_name="marsad")
    return "\n".join((*_head(), *_commands(group, context), *_tail())) + "\n"


def _head() -> Iterator[str]:
    yield '.TH MARSAD 1 "" "marsad" "User commands"'
    yield ".SH NAME"
    yield r"marsad \- an Arabic\-first news monitor"
    yield ".SH SYNOPSIS"
    yield r"\fBmarsad\fR \fICOMMAND\fR [\fIOPTIONS\fR] [\fIARGUMENTS\fR]"
    yield ".SH DESCRIPTION"
    for number, paragraph in enumerate(ABOUT.strip().split("\n\n")):
        if number:
            yield ".PP"
        yield _text(paragraph)
    yield ".SH COMMANDS"


def _commands(group: Any, context: Context, words: str = "marsad") -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        below = command.context_class(command, info_name=name, parent=context)
        called = f"{words} {name}"
        if hasattr(command, "list_commands"):
            yield from _commands(command, below, called)
            continue
        usage = " ".join(p for p in command.collect_usage_pieces(below) if p != "[OPTIONS]")
        usage = usage.replace("[[", "[").replace("]]", "]").replace("…]...", "…]").translate(_BRACES)
        yield ".SS " + _text(f"{called} {usage}".rstrip())
        yield _text(_sentence(command))
        for parameter in command.get_params(below):
            yield from _option(parameter, below)


def _sentence(command: Command) -> str:
    return re.sub(r"\s+", " ", command.help or "")


def _option(parameter: Parameter, context: Context) -> Iterator[str]:
    told = parameter.get_help_record(context)
    if told is None or not told[1] or "--help" in parameter.opts:
        return
    name = told[0].split(" <")[0] if parameter.param_type_name == "argument" else told[0]
    yield ".TP"
    yield rf"\fB{_text(name)}\fR"
    yield _text(re.sub(r"\s+", " ", told[1]))


def _tail() -> Iterator[str]:
    for title, table in (("EXIT STATUS", EXIT), ("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)):
        yield f".SH {title}"
        for name, meaning in table.items():
            yield ".TP"
            yield rf"\fB{_text(name)}\fR"
            yield _text(meaning)
    yield ".SH EXAMPLES"
    for line in ("marsad run --all", "marsad status --json", "marsad search '\"بنك الدم\" NOT مباراة'"):
        yield ".PP"
        yield ".EX"
        yield _text(line)
        yield ".EE"


def _text(text: str) -> str:
    """Plain text as roff: a backslash is said, a hyphen stays one, a line never begins with a request."""
    said = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    return "\n".join(rf"\&{line}" if line.startswith(".") else line for line in said.splitlines())


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page())
