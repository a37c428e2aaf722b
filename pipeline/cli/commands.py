"""The table of commands: what `marsad --help` shows, and where each command is.

A command's module is imported when the command is chosen, for most of what they stand on (database, web, page readers) takes longer to
load than the smaller commands take to run. So the table has a command's line for the help too; a test holds that it names every command.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter

TABLE = {
    "run": ("work", "One cycle: collect, publish what is due. Made for cron."),
    "serve": ("serve", "The background service, with its own clocks."),
    "status": ("work", "How feeds, runs, editions and archive are."),
    "demo": ("work", "The main job with no network, ending in a digest."),
    "digest": ("work", "Write (again) the edition of a day, or show the next."),
    "search": ("archive", "The archive, newest first, in the query language."),
    "explain": ("explain", "Why each watchlist did or did not tag an article."),
    "export": ("archive", "Articles as JSON Lines."),
    "watchlist": ("watchlists", "The watchlists: check, backtest."),
    "feeds": ("feeds", "The feed list: list, check, import, export, discover."),
    "check": ("archive", "Config, archive and outputs verified."),
    "backup": ("archive", "A copy of the archive, while others work on it."),
    "restore": ("archive", "A backup put back in the archive's place."),
    "prune": ("archive", "Take old articles out; editions stay."),
    "extract": ("stages", "Pages (JSON Lines) to articles."),
    "tag": ("stages", "Articles (JSON Lines) to their watchlists."),
    "dedupe": ("stages", "Articles (JSON Lines) to stories and copies."),
}
"""Command → its module here, and its line in the help; in the order of the help."""


class Commands(TyperGroup):
    """The table as the command line library wants it."""

    def list_commands(self, ctx: Context) -> list[str]:
        return list(TABLE)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if cmd_name not in TABLE:
            return None
        module = import_module(f"{__package__}.{TABLE[cmd_name][0]}")  # adds its commands to the app
        return typer.main.get_group(module.app).commands[cmd_name]

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in TABLE.items()])

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        self.commands: Any = dict.fromkeys(TABLE)  # what a mistyped name is compared with
        return super().resolve_command(ctx, args)
