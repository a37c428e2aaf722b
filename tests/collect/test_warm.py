"""What workers are born with."""

from pipeline.engine import Pool
from pipeline.extract import language


def _models_there() -> int:
    return language._identifier.cache_info().currsize


async def test_workers_are_born_with_the_model_that_they_would_load_with_their_first_page():
    for preload, there in (([], 0), (["pipeline.collect.warm"], 1)):
        made = Pool(1, preload=preload)
        try:
            assert await made.run(_models_there, timeout=60) == there
        finally:
            made.close()
