"""What a user says about the pages of one outlet, as CSS selectors. No rule is needed for the common case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement, document_fromstring

from pipeline.extract.words import clean
from pipeline.text import urls

MOST = 50
"""Elements that one selector may name on a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """For the pages of one feed, or of one host and the hosts below it. Selectors are CSS, tried in order, the first that matches counts."""

    feed: str | None = None
    host: str | None = None
    content: tuple[str, ...] = ()
    """Where the article's text is; everything in it is text, but for what is furniture everywhere."""
    remove: tuple[str, ...] = ()
    """What leaves the page before anything is read; all of them count."""
    title: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    """Where the time of publication is; what stands there wins over what the feed says."""


NONE = Rules()

_PAGE = document_fromstring("<p>x</p>")
"""Some selectors show only on a page that they mean nothing."""


def of(rules: Iterable[Rules], feed: str, url: str) -> Rules:
    """The feed's own, else those of the page's host, the nearest first."""
    given = list(rules)
    own = next((r for r in given if r.feed == feed), None)
    if own is not None:
        return own
    host = urls.host(url)
    fit = [r for r in given if r.host and (host == r.host or host.endswith(f".{r.host}"))]
    return max(fit, key=lambda r: len(r.host or ""), default=NONE)


def wrong(selector: str) -> str:
    """What is wrong with a selector; empty when it can be used."""
    try:
        compiled(selector)(_PAGE)
    except SelectorError as error:
        return f"this is no CSS selector: {error}"
    except etree.XPathError as error:
        return f"this selector cannot be used on pages: {error}"
    return ""


@lru_cache(maxsize=512)
def compiled(selector: str) -> etree.XPath:
    """SelectorError for what is none; XPathError for what cssselect lets through and libxml2 cannot read."""
    return CSSSelector(selector, translator="html")


def found(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """The elements that it names, in order."""
    return [e for e in compiled(selector)(tree) if isinstance(e, HtmlElement)][:MOST]


def first(tree: HtmlElement, selectors: Sequence[str]) -> list[HtmlElement]:
    """What the first selector that matches names."""
    return next((elements for s in selectors if (elements := found(tree, s))), [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the rules name on one page."""

    content: tuple[HtmlElement, ...] = ()
    title: str = ""
    dates: tuple[str, ...] = ()
    told: tuple[tuple[str, str], ...] = ()
    """Each rule that was asked, and what it named, for people."""


def apply(tree: HtmlElement, rules: Rules) -> Said:
    """Ask the rules of a page; changes `tree` where something is to be removed."""
    if rules == NONE:
        return Said()
    told = [(f"remove {s}", _many(_remove(tree, s))) for s in rules.remove]
    content, title, date = (first(tree, s) for s in (rules.content, rules.title, rules.date))
    headline = clean(title[0].text_content())[:LONGEST_TITLE] if title else ""
    dates = tuple(text for e in date for text in _moments(e))
    if rules.content:
        told.append((f"content {', '.join(rules.content)}", _many(len(content))))
    if rules.title:
        told.append((f"title {', '.join(rules.title)}", headline or "nothing"))
    if rules.date:
        told.append((f"date {', '.join(rules.date)}", dates[0] if dates else "nothing"))
    return Said(content=tuple(content), title=headline, dates=dates, told=tuple(told))


LONGEST_TITLE = 400


def _many(n: int) -> str:
    return f"{n} element{'' if n == 1 else 's'}" if n else "nothing"


def _moments(element: HtmlElement) -> list[str]:
    """What an element says for machines, then what it shows."""
    texts = (element.get("datetime"), element.get("content"), element.text_content())
    return [text for given in texts if given and (text := clean(given))]


def _remove(tree: HtmlElement, selector: str) -> int:
    gone = [e for e in found(tree, selector) if e.tag not in {"html", "body"}]
    for element in gone:
        if element.getparent() is not None:
            element.drop_tree()
    return len(gone)
