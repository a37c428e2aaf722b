"""Page → article. trafilatura, lxml and py3langid live in this room and nowhere else in it but where each is named below.

    article(page, entry, feed)         from_entry(entry, feed)        explain(page, entry, feed)
      markup     bytes → tree, once; what is no page is named
      rules      what the user says about the pages of one outlet, as CSS selectors
      head       what the page claims: meta, JSON-LD
      survey     one walk: blocks of text; furniture leaves the tree
      body       which blocks are the article: candidates (trafilatura, JSON-LD, the feed), the frame, the lead
      lines      labels, prompts, captions, stamps, bylines go; credits are named                phrases: the words for it
      title · byline · published · language · address · about (section, image)
      doubt      pages that are no article, articles that are not all there
    boilerplate  the lines that an outlet puts around every article, learnt from its pages of earlier days
    revision     whether an article read again says something else

Everything is pure: the same page, entry, feed and `now` give the same article. No input takes more than linear time; what is read of a
page is bounded in `markup`. Ideas that were tried and rejected are in docs/decisions/0006-extraction.md.
"""

from __future__ import annotations

import html
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pipeline.extract import (
    about,
    address,
    body,
    boilerplate,
    byline,
    doubt,
    language,
    lines,
    markup,
    published,
    revision,
    rules,
    title,
)
from pipeline.extract import head as heads
from pipeline.extract.blocks import Survey
from pipeline.extract.body import Choice
from pipeline.extract.candidates import Line
from pipeline.extract.head import Head
from pipeline.extract.lines import Known, Tidied
from pipeline.extract.rules import Rules
from pipeline.extract.survey import survey
from pipeline.extract.title import Candidate
from pipeline.extract.words import clean, key, mark
from pipeline.model import Article, Dated, Drop, Entry, Feed, Page
from pipeline.text import dates, urls
from pipeline.text.slips import healed

__all__ = ["Explained", "Rules", "article", "boilerplate", "explain", "from_entry", "mark", "revision", "rules"]

LONGEST_BODY = 400_000
"""Characters of a body that are kept; a book has more, an article never."""

SURE = 0.9
"""Probability from which a text is said to be in another language than its feed."""

WHOLE = 0.8
"""Share of the summary's length from which an entry's content is no teaser; joined paragraphs make the summary a little longer."""

LABEL = 40
"""Characters of a line above the headline that is its section, not its lead."""

ENOUGH = 100
"""Characters of a text whose language may contradict the feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What each candidate gave, what was chosen and why, and what was taken out."""

    result: Article | Drop
    candidates: tuple[tuple[str, int, str], ...]
    """Extractor, characters, first words."""
    why: str
    coverage: float
    """Share of the page's paragraph-like text that trafilatura took."""
    removed: tuple[tuple[str, str], ...]
    """Reason and line."""
    furniture: tuple[tuple[str, int], ...]
    """What left the tree before anything was chosen, and how often."""
    titles: tuple[tuple[str, str], ...]
    """Place and text."""
    markup: tuple[str, ...]
    """What had to be done to read the page: `cut`, `flattened`."""
    ruled: tuple[tuple[str, str], ...] = ()
    """Each of the user's rules that were asked, and what it named."""
    sheet: tuple[str, ...] = ()
    """Marks of the page's lines, from which `boilerplate` learns; none where the text is not the page's."""


def article(
    page: Page, entry: Entry, feed: Feed, *, now: datetime, usual: Collection[str] = (), ruled: Rules = rules.NONE
) -> Article | Drop:
    """The article on a page. `now` is when it was first seen; `usual` are the marks of lines that `boilerplate` learnt
    from the host's other pages, `ruled` what the user says about its pages.

    Drops: `empty`, `not-html`, `parse`, `cookie-wall`, `soft-404`, `listing`, `too-short`.
    """
    return explain(page, entry, feed, now=now, usual=usual, ruled=ruled).result


def explain(
    page: Page, entry: Entry, feed: Feed, *, now: datetime, usual: Collection[str] = (), ruled: Rules = rules.NONE
) -> Explained:
    """As `article`, with the reasons."""
    read = markup.read(page)
    if isinstance(read, Drop):
        return _refused(read)
    head = heads.read(read.tree, page.url)
    said_by_rule = rules.apply(read.tree, ruled)
    found = survey(read.tree, said_by_rule.content)
    sites = [*head.sites, feed.outlet, *_host_names(page.url)]
    titles = _titles(head, found, entry)
    headline = said_by_rule.title or title.choose(titles, sites)
    found.title_at = _title_at(found, headline)
    known = Known(
        titles=frozenset(key(c.text) for c in titles) | {key(headline)},
        captions=frozenset(found.captions),
        authors=frozenset(map(key, (*head.article.authors, head.get("author"), *byline.shown(found.bylines)))),
        boilerplate=frozenset(usual),
    )
    own = body.within(said_by_rule.content, found) if said_by_rule.content else body.of_page(read.tree, found, page.url)
    tidied = lines.tidy(own.lines, known)
    _drop_labels(tidied, found)
    said = (head.get("og:description"), head.get("description"), head.article.description, entry.summary)
    lead = body.lead(tidied.lines, found, said)
    own.lines = [*([lead] if lead is not None else []), *tidied.lines]
    others = [Choice(body.plain(head.article.body), "json-ld"), _of_feed(entry.content, known)]
    chosen = own if said_by_rule.content and own.lines else body.better(own, others)
    if chosen is not own:
        chosen.lines = lines.tidy(chosen.lines, known).lines
    shown = title.choose([c for c in titles if c.place != "entry"], sites)
    evidence = doubt.Evidence(page=page, entry=entry, head=head, survey=found, title=shown, lines=chosen.lines)
    sheet = boilerplate.sheet(tidied) if chosen is own else ()
    ruled_date = published.ruled(said_by_rule.dates, now=now, zone=dates.of_country(feed.country))
    result = _article(evidence, feed, headline, chosen, tidied, sites, now, ruled_date)
    return Explained(
        result=result,
        candidates=tuple(
            (c.extractor, c.length, " ".join(line.text for line in c.lines[:2])[:120])
            for c in (own, *others)
            if c.lines
        ),
        why=own.why if chosen is own else f"the page has {own.length} characters, {chosen.extractor} {chosen.length}",
        coverage=own.coverage,
        removed=tuple(tidied.gone),
        furniture=tuple(sorted(found.emptied.items())),
        titles=tuple((c.place, c.text) for c in titles),
        markup=tuple(word for word, was in (("cut", read.cut), ("flattened", read.flattened)) if was),
        ruled=said_by_rule.told,
        sheet=sheet,
    )


def from_entry(entry: Entry, feed: Feed, *, now: datetime) -> Article | Drop:
    """The entry's own content, or its summary, as the article. Drops: `no-link`, `too-short`."""
    headline = title.choose([Candidate(entry.title, "entry")], [feed.outlet])
    content = _of_feed(entry.content, Known(titles=frozenset({key(headline)})))
    summary = Choice(_of_summary(entry), "feed")
    chosen = content if content.length >= WHOLE * summary.length else summary
    text = _joined(chosen)
    if not entry.url and not text and not headline:
        return Drop(reason="no-link", detail="an entry without address, title and text")
    if not text and not headline:
        return Drop(reason="too-short", detail="an entry without title and text")
    url = urls.canonical(entry.url) if entry.url else f"urn:marsad:{feed.id}:{entry.guid}"
    credits_ = tuple(line.text for line in chosen.lines if lines.is_credit(line.text))
    return Article(
        id=urls.article_id(url),
        url=url,
        feed=feed.id,
        outlet=feed.outlet,
        title=headline or text[:100],
        body=text,
        first_seen=now,
        published=entry.published
        if entry.published is not None and published.possible(entry.published.at, now)
        else None,
        author=byline.author([entry.author or ""], [], [], [feed.outlet]),
        language=language.language(f"{headline}\n{text}", entry.language, feed.language),
        extractor="feed",
        credits=credits_,
        links=address.hosts(chosen.lines, entry.url or feed.url),
        note="too-short" if len(text) < doubt.LINE else None,
    )


def _refused(drop: Drop) -> Explained:
    return Explained(
        result=drop, candidates=(), why=drop.detail, coverage=0.0, removed=(), furniture=(), titles=(), markup=()
    )


def _article(
    evidence: doubt.Evidence,
    feed: Feed,
    headline: str,
    chosen: Choice,
    tidied: Tidied,
    sites: list[str],
    now: datetime,
    ruled_date: Dated | None,
) -> Article | Drop:
    """The article that was chosen, or why there is none."""
    page, entry, head, found = evidence.page, evidence.entry, evidence.head, evidence.survey
    if found.title_at is None:
        found.title_at = next(
            (n for n, b in enumerate(found.blocks) if chosen.lines and b is chosen.lines[0].block), None
        )
    refused = doubt.refusal(evidence)
    if refused is not None and chosen.extractor == "trafilatura":
        return refused
    note = doubt.note(evidence)
    chosen.lines = [line for line in chosen.lines if not doubt.is_paid_prompt(line.text)]
    summary = Choice(_of_summary(entry), "feed")
    if chosen.length < summary.length and chosen.length < body.SHORT:
        chosen, note = summary, note or "too-short"
    text = _joined(chosen)
    if not text:
        return Drop(reason="too-short", detail="no text on the page")
    url = address.canonical(page.url, (head.canonical, head.get("og:url"), head.article.url))
    said = language.detect(f"{headline}\n{text}")
    if (
        note is None
        and feed.language
        and said[1] >= SURE
        and len(text) >= ENOUGH
        and said[0] != language.tag(feed.language)
    ):
        note = "other-language"
    claims = (
        *head.article.authors,
        head.get("author", "article:author", "dc.creator", "parsely-author", "sailthru.author"),
        entry.author or "",
    )
    return Article(
        id=urls.article_id(url),
        url=url,
        feed=feed.id,
        outlet=feed.outlet,
        title=headline or clean(entry.title) or text[:100],
        body=text,
        first_seen=now,
        published=ruled_date
        or published.published(head, found, page.url, entry.published, now=now, zone=dates.of_country(feed.country)),
        author=byline.author(claims, found.bylines, [*byline.near(found), *tidied.bylines], sites),
        language=language.language(f"{headline}\n{text}", head.language, entry.language, feed.language, said=said),
        extractor=chosen.extractor,
        credits=tuple(
            dict.fromkeys((*tidied.credits, *(line.text for line in chosen.lines if lines.is_credit(line.text))))
        ),
        links=address.hosts(chosen.lines, page.url),
        note=note,
        section=about.section(head, sites),
        image=about.image(head, page.url),
    )


def _drop_labels(tidied: Tidied, found: Survey) -> None:
    """Take out the section's name above the headline, where the text begins with it."""
    above = {id(block) for block in found.blocks[: found.title_at or 0]}
    while len(tidied.lines) > 1:
        first = tidied.lines[0]
        if id(first.block) not in above or len(first.text) > LABEL or first.text.endswith(SENTENCE_ENDS):
            return
        tidied.gone.append(("above the headline", tidied.lines.pop(0).text))


SENTENCE_ENDS = (".", "!", "؟", "?", "…", ":", "»")


def _joined(choice: Choice) -> str:
    return "\n".join(line.text for line in choice.lines)[:LONGEST_BODY]


def _of_feed(content: str, known: Known) -> Choice:
    """The lines of a full-text feed's HTML."""
    if not content.strip():
        return Choice([], "feed")
    read = markup.parse(f"<html><body><div>{content}</div></body></html>")
    if isinstance(read, Drop):
        return Choice([], "feed")
    blocks = survey(read.tree).blocks
    given = [Line(b.text, b) for b in blocks if not b.noise and b.linked < 0.8]
    return Choice(lines.tidy(given, known).lines, "feed")


def _of_summary(entry: Entry) -> list[Line]:
    """A summary without the «[…]» and «The post … appeared first on …» that feeds close it with."""
    text = html.unescape(entry.summary)
    found = body.plain(text)
    return lines.tidy(found, Known(titles=frozenset({key(entry.title)}))).lines


def _titles(head: Head, found: Survey, entry: Entry) -> list[Candidate]:
    given = [Candidate(b.text, "h1") for b in found.headings[:5]]
    given += [Candidate(head.get(n), n) for n in ("og:title", "twitter:title")]
    given += [
        Candidate(head.article.headline, "json-ld"),
        Candidate(head.title, "title"),
        Candidate(entry.title, "entry"),
    ]
    return [Candidate(healed(c.text), c.place) for c in given if c.text]


def _title_at(found: Survey, headline: str) -> int | None:
    """The block that is the headline: dates and bylines stand near it."""
    wanted = key(headline)
    same = [n for n, b in enumerate(found.blocks) if key(b.text) == wanted] if wanted else []
    headed = [n for n in same if found.blocks[n].heading]
    return next(iter(headed or same), found.title_at)


def _host_names(url: str) -> list[str]:
    """What a title may call the site: «example.com», «example»."""
    host = urls.host(url).removeprefix("www.")
    parts = host.split(".")
    return [host, parts[-2]] if len(parts) > 1 and not parts[-1].isdigit() else []
