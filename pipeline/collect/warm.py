"""Imported by the fork server before it makes workers: what a worker would load with its first page is loaded once, and shared.

The model that tells languages apart is most of it: 0.7 s and 60 MB that every worker would have for itself. What is alive then is set
aside from the garbage collector, which would touch it and so copy it in every worker.
"""

import gc
from datetime import UTC, datetime

from pipeline import extract
from pipeline.model import Entry, Feed, Page

_TEXT = "أعلنت الوزارة اليوم عن خطة جديدة لتوزيع المياه في أحياء المدينة. "
_PAGE = f"<html><body><article><h1>خطة جديدة</h1><p>{_TEXT * 3}</p><p>{_TEXT * 3}</p></article></body></html>"

extract.article(
    Page(url="https://warm.invalid/1", status=200, body=_PAGE.encode(), content_type="text/html; charset=utf-8"),
    Entry(feed="warm", guid="1", url="https://warm.invalid/1"),
    Feed(id="warm", url="https://warm.invalid/", outlet="warm"),
    now=datetime(2000, 1, 1, tzinfo=UTC),
)
gc.collect()
gc.freeze()
