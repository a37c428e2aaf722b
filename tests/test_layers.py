"""The house rule: imports go down the levels, never up, never sideways except inside a folder."""

import ast
from pathlib import Path

import pytest

import pipeline

HOUSE = Path(pipeline.__file__).parent

LEVELS = [
    {"model", "errors"},
    {"text", "yamlfile", "query"},
    {
        "sources",
        "parse",
        "extract",
        "watchlist",
        "tag",
        "dedupe",
        "digest",
        "fetch",
        "store",
        "deliver",
        "engine",
    },
    {"collect", "publish", "distribute", "backtest", "health", "lint", "search", "maintain"},
    {"config"},
    {"application", "schedule", "web"},
    {"cli", "filters", "demo", "__main__"},
]
LEVEL = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}

ALLOWED_SIDEWAYS = {
    ("errors", "model"),
    ("text", "query"),
    ("query", "text"),  # a query's words are cut as any text is
    ("publish", "health"),  # an edition says how the service was
    ("schedule", "application"),
    ("web", "application"),
    ("cli", "filters"),
    ("cli", "demo"),
    ("__main__", "cli"),
}
"""Pairs of one level in which the left may know the right, each because the right is the lower half of that level."""

ONLY_IN = {
    "httpx": {"fetch"},
    "h11": {"fetch"},
    "idna": {"fetch", "text"},
    "tld": {"text"},
    "cssselect": {"extract", "config"},
    "w3lib": {"text"},
    "charset_normalizer": {"text", "yamlfile"},
    "listparser": {"sources"},
    "structlog": {"cli"},
    "protego": {"fetch"},
    "feedparser": {"parse"},
    "trafilatura": {"extract"},
    "py3langid": {"extract"},
    "rensa": {"dedupe"},
    "apprise": {"deliver"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "jinja2": {"digest", "web", "demo"},
    "ruamel": {"yamlfile", "watchlist", "sources"},
    "pydantic": {"yamlfile", "watchlist", "sources", "config"},
    "typer": {"cli"},
    "rich": {"cli"},
    "pebble": {"engine"},
    "prometheus_client": {"web"},
    "apscheduler": {"schedule"},
}
"""A library lives in one room, so that replacing it changes one room."""

FILES = sorted(HOUSE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Dotted names that a file imports anywhere in it, functions included."""
    found: set[str] = set()
    package = ("pipeline", *path.relative_to(HOUSE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            name = ".".join(x for x in (base, node.module or "") if x)
            found |= {f"{name}.{alias.name}" for alias in node.names}
    return found


def rooms_known_by(path: Path) -> set[str]:
    parts = [name.split(".") for name in imports(path) if name.startswith("pipeline.")]
    return {words[1] for words in parts if words[1] in LEVEL}


def name_of(path: Path) -> str:
    return str(path.relative_to(HOUSE))


@pytest.mark.parametrize("path", [f for f in FILES if f.parent != HOUSE or f.name != "__init__.py"], ids=name_of)
def test_a_room_knows_only_rooms_below_it(path: Path):
    room = room_of(path)
    assert room in LEVEL, f"{room} has no level: give it one here and in pipeline/__init__.py"
    wrong = [
        other
        for other in rooms_known_by(path)
        if other != room and LEVEL[other] >= LEVEL[room] and (room, other) not in ALLOWED_SIDEWAYS
    ]
    assert not wrong, f"{name_of(path)} imports {wrong}, which are not below it"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_library_lives_in_its_room(path: Path):
    roots = {name.split(".")[0] for name in imports(path)}
    wrong = [name for name in roots if name in ONLY_IN and room_of(path) not in ONLY_IN[name]]
    assert not wrong, f"{name_of(path)} imports {wrong}"


def test_the_map_of_the_house_names_every_room():
    drawn = set((pipeline.__doc__ or "").replace(",", " ").replace("/", " ").split())
    built = {room_of(path) for path in FILES} - {"__init__"}
    assert built <= drawn, f"not on the map in pipeline/__init__.py: {built - drawn}"


def test_only_the_edge_reads_a_clock():
    edge = {"cli", "demo", "schedule", "web", "__main__"}
    readers = {
        name_of(path)
        for path in FILES
        if room_of(path) not in edge
        and any(
            isinstance(node, ast.Attribute)
            and node.attr in {"now", "utcnow", "today"}
            and isinstance(node.value, ast.Name)
            and node.value.id in {"datetime", "date"}
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    assert not readers, f"a clock is read in {readers}: take `now` as an argument"
