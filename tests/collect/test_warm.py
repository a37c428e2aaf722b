"""What workers are born with."""

import sys

from pipeline.collect import BORN_WITH
from pipeline.engine import Pool
from pipeline.extract import language


def _models_there() -> int:
    return language._identifier.cache_info().currsize


async def test_workers_are_born_with_the_model_that_they_would_load_with_their_first_page():
    for preload, there in (((), 0), (BORN_WITH, 1)):
        made = Pool(1, preload=preload)
        try:
            assert await made.run(_models_there, timeout=60) == there
        finally:
            made.close()


def _loaded() -> set[str]:
    return set(sys.modules)


async def test_workers_are_born_with_what_they_work_with_and_without_archive_and_web():
    made = Pool(1, preload=BORN_WITH)
    try:
        loaded = await made.run(_loaded, timeout=60)
    finally:
        made.close()
    assert loaded >= {"feedparser", "trafilatura", "pipeline.tag", "pipeline.dedupe"}
    assert not loaded & {"sqlalchemy", "httpx", "apscheduler", "jinja2"}
