"""Each stage as a filter on JSON Lines: one line out for each line in, in the same order, as they come."""

from __future__ import annotations

import json
import traceback
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.model import Article, Dated, Drop, Entry, Feed, Page, Placement, Tag
from pipeline.text import urls
from pipeline.watchlist import Watchlist

if TYPE_CHECKING:  # each stage is loaded by its own filter: the forms below are used by whoever shows an article
    from pipeline import extract

Json = dict[str, Any]


class LineError(ValueError):
    """A line that lacks what is needed."""


def lines(source: Iterable[bytes], work: Callable[[Json], Json]) -> Iterator[tuple[Json, bool]]:
    """Each answer with whether its line was fit to work on."""
    for n, raw in enumerate(source, 1):
        try:
            yield work(_object(raw.removeprefix(BOM_UTF8) if n == 1 else raw)), True
        except (LineError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            yield {"line": n, "error": f"{error}" or type(error).__name__}, False
        except Exception:  # noqa: BLE001  our mistake costs one line, is named, and stops no other
            yield {"line": n, "error": "bug", "detail": traceback.format_exc()}, False


def _object(raw: bytes) -> Json:
    value = json.loads(raw.decode("utf-8"))
    if not isinstance(value, dict):
        raise LineError("a JSON object was expected")
    return value


def text(value: Json, key: str, *, needed: bool = False) -> str:
    found = value.get(key)
    if found is None:
        if needed:
            raise LineError(f"the key {key!r} is missing")
        return ""
    if not isinstance(found, str):
        raise LineError(f"{key!r} must be text, not {type(found).__name__}")
    return found


def moment(value: Json, key: str) -> datetime | None:
    found = text(value, key)
    if not found:
        return None
    try:
        parsed = datetime.fromisoformat(found)
    except ValueError:
        raise LineError(f"{key!r} must be a time in ISO 8601, not {found!r}") from None
    parsed = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    if not EARLIEST <= parsed.year <= LATEST:
        raise LineError(f"{key!r} must be a time of the years {EARLIEST} to {LATEST}, not {found!r}")
    return parsed


EARLIEST, LATEST = 1900, 9000
"""Years of a moment: beyond them other zones and windows of days end where the calendar does."""


# ---------------------------------------------------------------- extract
def extract_line(now: datetime, rules: Sequence[extract.Rules] = ()) -> Callable[[Json], Json]:
    def work(value: Json) -> Json:
        found = explained(value, now, rules).result
        if isinstance(found, Drop):
            return {"id": value["id"], "dropped": found.reason, "detail": found.detail}
        return {"id": value["id"], **known_fields(found)}

    return work


def explain_line(now: datetime, rules: Sequence[extract.Rules] = ()) -> Callable[[Json], Json]:
    """As `extract_line`, with what each candidate gave and why one was chosen under `explained`."""

    def work(value: Json) -> Json:
        found = explained(value, now, rules)
        result = found.result
        fields = (
            {"dropped": result.reason, "detail": result.detail} if isinstance(result, Drop) else known_fields(result)
        )
        return {"id": value["id"], **fields, "explained": explained_json(found)}

    return work


def explained(value: Json, now: datetime, rules: Sequence[extract.Rules] = ()) -> extract.Explained:
    """The page of a line, read with reasons."""
    from pipeline import extract  # noqa: PLC0415
    from pipeline.text import dates  # noqa: PLC0415

    name, url = text(value, "id", needed=True), text(value, "url", needed=True)
    if not urls.host(url):
        raise LineError(f"'url' must be the page's address with its http(s)://, not {url[:200]!r}")
    if value.get("html") is not None:
        body = text(value, "html").encode("utf-8", "surrogatepass")
        kind = "text/html; charset=utf-8"
    else:
        path = Path(text(value, "path", needed=True))
        try:
            body = path.read_bytes()
        except OSError as error:
            raise LineError(f"{path}: {error.strerror}") from None
        except ValueError as error:  # a name with a NUL in it
            raise LineError(f"{str(path)!r} is no path: {error}") from None
        kind = text(value, "content_type") or "text/html"
    given = value.get("entry") or {}
    if not isinstance(given, dict):
        raise LineError("'entry' must be an object")
    when = dates.parse(text(given, "published"), now=now) if given.get("published") else None
    published = Dated(at=when.at, precision=when.precision, source="feed") if when else None
    entry = Entry(
        feed=name, guid=name, url=url, title=text(given, "title"), summary=text(given, "summary"), published=published
    )
    feed = Feed(id=text(value, "feed") or "-", url=url, outlet=text(value, "outlet"))
    page = Page(url=url, status=200, body=body, content_type=kind)
    return extract.explain(page, entry, feed, now=now, ruled=extract.rules.of(rules, feed.id, url))


def explained_json(found: extract.Explained) -> Json:
    return {
        "why": found.why,
        "coverage": round(found.coverage, 3),
        "candidates": [{"extractor": e, "characters": n, "begins": words} for e, n, words in found.candidates],
        "titles": [{"place": place, "text": words} for place, words in found.titles],
        "removed": [{"reason": reason, "text": words} for reason, words in found.removed],
        "furniture": dict(found.furniture),
        "rules": [{"rule": rule, "found": what} for rule, what in found.ruled],
        "markup": list(found.markup),
    }


def known_fields(article: Article) -> Json:
    """The fields of an article that its page alone can tell."""
    published = article.published
    return {
        "url": article.url,
        "title": article.title,
        "body": article.body,
        "author": article.author,
        "language": article.language,
        "published": iso(published.at) if published else None,
        "published_precision": published.precision if published else None,
        "published_source": published.source if published else None,
        "extractor": article.extractor,
        "credits": list(article.credits),
        "note": article.note,
        "section": article.section,
        "image": article.image,
    }


def iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


# ---------------------------------------------------------------- tag
def tag_line(watchlists: Sequence[Watchlist]) -> Callable[[Json], Json]:
    from pipeline.tag import Tagger  # noqa: PLC0415

    tagger = Tagger(watchlists)

    def work(value: Json) -> Json:
        name = text(value, "id", needed=True)
        language = value.get("language")
        tags = tagger.tags(
            title=text(value, "title"),
            body=text(value, "body"),
            feed=text(value, "feed") or None,
            outlet=text(value, "outlet"),
            language=language if isinstance(language, str) else None,
        )
        return {"id": name, "watchlists": [tag_json(t) for t in tags]}

    return work


def tag_json(tag: Tag) -> Json:
    matches = [
        {
            "term": m.term,
            **({"rule": m.rule} if m.rule else {}),
            "field": m.field,
            "start": m.start,
            "end": m.end,
            "surface": m.surface,
            "reading": m.reading.text,
        }
        for m in tag.matches
    ]
    return {"id": tag.watchlist, "score": tag.score, "matches": matches}


# ---------------------------------------------------------------- dedupe
def dedupe_line(now: datetime) -> Callable[[Json], Json]:
    from pipeline import dedupe  # noqa: PLC0415

    window = dedupe.Window()

    def work(value: Json) -> Json:
        name = text(value, "id", needed=True)
        published = moment(value, "published")
        article = Article(
            id=name,
            url=urls.canonical(text(value, "url")) if value.get("url") else f"urn:marsad:{name}",
            feed=text(value, "feed"),
            outlet=text(value, "outlet"),
            title=text(value, "title"),
            body=text(value, "body"),
            first_seen=moment(value, "first_seen") or published or now,
            published=Dated(at=published, precision="second", source="feed") if published else None,
            author=text(value, "author") or None,
            language=text(value, "language") or None,
        )
        placed = window.add(article)
        return {"id": name, **placement_json(placed)}

    return work


def placement_json(placed: Placement) -> Json:
    origin = {"outlet": placed.origin.outlet, "basis": placed.origin.basis, "evidence": placed.origin.evidence}
    return {
        "story": placed.story,
        "relation": placed.relation,
        "original": placed.original,
        "similarity": round(placed.similarity, 4),
        "origin": origin,
        "reason": placed.reason,
    }
