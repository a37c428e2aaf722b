"""The demo, played once for all tests that judge it."""

import json
from types import SimpleNamespace

import pytest

from pipeline import demo
from pipeline.demo.texts import pieces
from pipeline.store import Store
from pipeline.text import urls


def read(folder):
    """All that a reader gets: the editions' files by name."""
    return {p.name: p.read_bytes() for p in sorted((folder / "daily").iterdir())}


def filed_by_text(folder):
    """Id of the text → what the archive holds of it; an address that is no text's stands for itself."""
    ids = {urls.canonical(p.url): p.id for p in pieces().values()}
    store = Store(f"sqlite:///{folder / 'archive.sqlite'}", create=False)
    try:
        return {ids.get(f.article.url, f.article.url): f for f in store.articles()}
    finally:
        store.close()


@pytest.fixture(scope="session")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work") / "outputs" / "demo"
    said, done = [], []
    path = demo.play(folder, said.append, done.append)
    files = read(folder)
    editions = [
        json.loads(files[name]) for name in sorted(files) if name.startswith("2026-") and name.endswith(".json")
    ]
    return SimpleNamespace(
        folder=folder,
        said=said,
        done=done,
        path=path,
        editions=editions,
        filed=filed_by_text(folder),
        files=files,
        read=read,
    )
