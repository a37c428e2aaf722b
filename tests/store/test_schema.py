"""The schema is the sum of its migrations, and moments keep their meaning."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipeline.store import HEAD, Store, schema


def test_the_newest_migration_is_the_head_that_the_store_asks_for(tmp_path):
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(schema.__file__).replace("schema.py", "migrations"))
    assert ScriptDirectory.from_config(settings).get_heads() == [HEAD]


def test_the_schema_equals_the_sum_of_the_migrations(store_url):
    opened = Store(store_url)
    with opened._database.engine.connect() as connection:
        # The full-text index and the tables behind it are each database's own kind; tests/store/test_index.py uses them.
        ours = {"compare_type": True, "include_name": lambda name, kind, _: not str(name).startswith("article_terms")}
        context = MigrationContext.configure(connection, opts=ours)
        assert compare_metadata(context, schema.metadata) == []
    opened.close()


def test_opening_an_archive_again_changes_nothing(tmp_path):
    path = tmp_path / "archive.sqlite"
    Store(f"sqlite:///{path}").close()
    before = path.read_bytes()
    Store(f"sqlite:///{path}").close()
    assert path.read_bytes() == before


def test_a_moment_with_another_offset_comes_back_as_the_same_moment(store_url):
    opened = Store(store_url)
    in_damascus = datetime(2026, 3, 2, 6, 0, tzinfo=timezone(timedelta(hours=3)))
    run = opened.begin_run("collect", in_damascus)
    assert opened.runs()[0]["started"] == in_damascus
    assert opened.runs()[0]["started"].tzinfo is UTC
    assert run == opened.runs()[0]["id"]
    opened.close()


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        schema.Utc().process_bind_param(datetime(2026, 3, 2), sa.create_engine("sqlite://").dialect)  # noqa: DTZ001
