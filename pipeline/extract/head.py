"""What a page says about itself where readers do not look: `<meta>`, `<link>`, JSON-LD. Every value is a claim, none is a fact."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from pipeline.extract.words import clean, key, phrase
from pipeline.text import urls

LONGEST_SCRIPT = 1_000_000
MOST_SCRIPTS = 30
MOST_NODES = 3_000
"""Bounds on JSON-LD: a page's own graph is below a hundred nodes, a hostile one has no end."""

MOST_HEADINGS = 3
LONGEST_TITLE = 400
"""Headings, and characters of each title, with which the claims are compared."""

_ARTICLE = re.compile(r"(?:Article|Posting|Report|NewsItem)$")
_DATED = frozenset(("WebPage", "ItemPage", "ImageGallery", "MediaGallery", "VideoObject"))
"""What else on a page has a date of publication, where it holds no article."""

_COMMENT = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/)\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_TAGS = re.compile(r"<[^<>]*>")
_BREAKS = re.compile(r"<(?:/p|br|/div|/h[1-6]|/li)\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An article as JSON-LD describes it. Empty where it says nothing, or nothing of the right type."""

    headline: str = ""
    description: str = ""
    body: str = ""
    """Plain text, paragraphs separated by newlines."""
    published: str = ""
    modified: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    language: str = ""
    url: str = ""
    free: bool = True
    section: str = ""
    image: str = ""


@dataclass(slots=True, kw_only=True)
class Head:
    """All claims of a page."""

    meta: dict[str, str] = field(default_factory=dict)
    """By lower-case name, property or itemprop; the first with a value stands."""
    title: str = ""
    language: str = ""
    canonical: str = ""
    amp: str = ""
    article: Claim = field(default_factory=Claim)
    sites: list[str] = field(default_factory=list)
    """Names that the site gives itself."""
    kinds: frozenset[str] = frozenset()
    """What JSON-LD calls the things on the page: `NewsArticle`, `VideoObject` …"""

    def get(self, *names: str) -> str:
        """The first of these that has a value."""
        return next((self.meta[n] for n in names if self.meta.get(n)), "")

    @property
    def description(self) -> str:
        found = (self.get("og:description"), self.get("description"), self.get("twitter:description"))
        return max((*found, self.article.description), key=len)


def read(tree: HtmlElement, url: str = "") -> Head:
    """Everything at once, while scripts are still in the tree. `url` is the page's."""
    head = Head(language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
    scripts: list[str] = []
    for element in tree.iter("meta", "link", "title", "script"):
        match element.tag:
            case "meta":
                name = element.get("property") or element.get("name") or element.get("itemprop") or ""
                value = clean(element.get("content") or "")
                if name and value:
                    head.meta.setdefault(name.strip().lower(), value)
                elif (element.get("http-equiv") or "").lower() == "content-language":
                    head.language = head.language or value
            case "link":
                rel = (element.get("rel") or "").lower().split()
                if "canonical" in rel:
                    head.canonical = head.canonical or (element.get("href") or "").strip()
            case "title":
                # An inline SVG has titles too.
                parent = element.getparent()
                if not head.title and (parent is None or parent.tag != "svg"):
                    head.title = clean(element.text_content())
            case _:
                if "ld+json" in (element.get("type") or "").lower() and len(scripts) < MOST_SCRIPTS:
                    scripts.append(element.text or "")
    head.sites = [
        head.get(n)
        for n in (
            "og:site_name",
            "application-name",
            "apple-mobile-web-app-title",
            "publisher",
            "dc.publisher",
            "copyright",
        )
    ]
    nodes = [node for script in scripts for node in nodes_of(script)]
    headings = [clean(h1.text_content()) for h1 in islice(tree.iter("h1"), MOST_HEADINGS)]
    titles = [text[:LONGEST_TITLE] for text in (head.get("og:title"), head.get("twitter:title"), head.title, *headings)]
    addresses = [urls.absolute(url, address) for address in (url, head.canonical, head.get("og:url")) if address]
    head.article = _claim(nodes, head, _Page(url, titles, frozenset(urls.canonical(a) for a in addresses if a)))
    head.kinds = frozenset(kind for node in nodes for kind in _types(node))
    head.sites = [site for site in dict.fromkeys(head.sites) if 1 < len(site) < 80]
    return head


# ---------------------------------------------------------------- JSON-LD
def nodes_of(script: str) -> Iterator[dict[str, Any]]:
    """Every object in a JSON-LD script, outermost first. A script that cannot be read has none."""
    if len(script) > LONGEST_SCRIPT:
        return
    script = _COMMENT.sub("", script).strip().rstrip(";")
    for attempt in (script, _TRAILING_COMMA.sub(r"\1", script)):
        try:
            value = json.loads(attempt, strict=False)
            break
        except (ValueError, RecursionError):
            continue
    else:
        return
    waiting, seen = [value], 0
    while waiting and seen < MOST_NODES:
        item = waiting.pop(0)
        seen += 1
        if isinstance(item, dict):
            yield item
            waiting += [v for v in item.values() if isinstance(v, (dict, list))]
        elif isinstance(item, list):
            waiting += [v for v in item if isinstance(v, (dict, list))]


def _types(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return [k.rpartition("/")[2] for k in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(k, str)]


def _text(value: Any) -> str:
    """A string out of what may be a string, a list of them, or an object with a name."""
    if isinstance(value, list):
        return next((t for t in map(_text, value[:10]) if t), "")
    if isinstance(value, dict):
        return _text(value.get("@value") or value.get("name") or value.get("url") or value.get("@id"))
    return clean(html.unescape(value)) if isinstance(value, str) else ""


def _link(value: Any, by_id: dict[str, dict[str, Any]]) -> str:
    """The address of a picture, which may be a string, a list, an object with its address, or a reference to one."""
    if isinstance(value, list):
        return next((found for one in value[:10] if (found := _link(one, by_id))), "")
    if isinstance(value, dict):
        value = by_id.get(str(value.get("@id")), value) if "url" not in value and "contentUrl" not in value else value
        value = value.get("url") or value.get("contentUrl")
    return clean(value) if isinstance(value, str) else ""


def _paragraphs(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    plain = html.unescape(_TAGS.sub(" ", _BREAKS.sub("\n", html.unescape(value))))
    return "\n".join(line for line in map(clean, plain.splitlines()) if line)


def _names(value: Any, by_id: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    """Names of people and agencies; whether one is the site's own is judged where the site's names are known."""
    found: list[str] = []
    for one in (value if isinstance(value, list) else [value])[:10]:
        person = by_id.get(str(one.get("@id")), one) if isinstance(one, dict) and "name" not in one else one
        inner = person.get("name") if isinstance(person, dict) else person
        found += [n for n in (_text(x) for x in (inner if isinstance(inner, list) else [inner])[:10]) if n]
    return tuple(dict.fromkeys(found))


LEAST_HEADLINE = 8
"""Letters of a headline that counts where it is part of another text."""

CONTRADICTED = 0.2
"""Share of its words from which a headline may be another wording of the page's title."""


@dataclass(frozen=True, slots=True)
class _Page:
    """What the page calls itself, by which its own article is told from those of the cards beside it."""

    url: str
    titles: list[str]
    addresses: frozenset[str]
    """In the comparing form."""

    def owns(self, claim: Claim) -> bool:
        """Whether a claim names this page, by its headline or by its address."""
        mine = key(claim.headline)
        for theirs in map(key, self.titles):
            shorter, longer = sorted((mine, theirs), key=len)
            if shorter and (shorter == longer or (len(shorter) >= LEAST_HEADLINE and shorter in longer)):
                return True
        link = urls.absolute(self.url, claim.url) if claim.url else None
        return link is not None and urls.canonical(link) in self.addresses

    def denies(self, claim: Claim) -> bool:
        """Whether a claim's headline is that of something else."""
        words = {w for w in phrase(claim.headline).split() if len(w) > 2}
        shown = {w for title in self.titles for w in phrase(title).split()}
        return bool(words and shown) and len(words & shown) < CONTRADICTED * len(words)


def _claim(nodes: list[dict[str, Any]], head: Head, page: _Page) -> Claim:
    """The page's own article as it describes it; the site's names on the way."""
    found, page_dates = _claims(nodes, head)
    if not found:
        return Claim(published=page_dates)
    head.sites += [c.publisher for c in found if c.publisher]
    # Cards of other articles carry a headline and little else; the page's own has what the others lack.
    best = max(
        found,
        key=lambda c: (
            page.owns(c),
            sum((bool(c.body), bool(c.published), bool(c.authors), bool(c.publisher), bool(c.description))),
        ),
    )
    if page.denies(best) and not page.owns(best):
        return replace(best, published=page_dates, modified="", authors=(), body="", description="")
    return best


def _claims(nodes: list[dict[str, Any]], head: Head) -> tuple[list[Claim], str]:
    """All articles that the page describes, and when it says that it was published itself."""
    by_id = {str(n["@id"]): n for n in nodes if "@id" in n and len(n) > 1}
    found: list[Claim] = []
    page_dates = ""
    for node in nodes:
        kinds = _types(node)
        if "WebSite" in kinds and (name := _text(node.get("name"))):
            head.sites.append(name)
        if not _DATED.isdisjoint(kinds):
            page_dates = page_dates or _text(node.get("datePublished")) or _text(node.get("uploadDate"))
        if any(_ARTICLE.search(k) for k in kinds):
            found.append(
                Claim(
                    headline=_text(node.get("headline")) or _text(node.get("name")),
                    description=_text(node.get("description")),
                    body=_paragraphs(node.get("articleBody") or node.get("text")),
                    published=_text(node.get("datePublished")),
                    modified=_text(node.get("dateModified")),
                    authors=_names(node.get("author") or node.get("creator"), by_id),
                    publisher=_text(node.get("publisher")),
                    language=_text(node.get("inLanguage")),
                    url=_text(node.get("mainEntityOfPage")) or _text(node.get("url")),
                    section=_text(node.get("articleSection")),
                    image=_link(node.get("image") or node.get("thumbnailUrl"), by_id),
                    free=str(node.get("isAccessibleForFree", True)).lower() not in {"false", "0"},
                )
            )
    return found, page_dates
