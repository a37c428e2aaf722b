"""One walk over the tree: the page as a list of text blocks, and the furniture around the article taken out.

A block is a run of text between two breaks (a block-level element begins or ends, `<br>`), with what the choice of lines later asks
of it: how much of it is link, in what it stands. Furniture is what is hidden, what its class or id calls by name (share bar, comments),
what stands under a label («اقرأ أيضًا», «مواضيع ذات صلة») and consists of links, other articles after the first, and all that no article is made of
(scripts, forms, figures). It leaves the tree before any extractor sees it, unless so much text is in it that the name must be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from pipeline.extract import phrases
from pipeline.extract.beside import MOST_LABELS, MOST_SHARE, Sizes, labelled, main_article, mark_teasers, other_articles
from pipeline.extract.blocks import HEADINGS, Block, Survey, text_length
from pipeline.extract.words import clean, key, listed
from pipeline.text.slips import healed

LONGEST_NAMES = 300
"""Characters of class and id that are looked at."""

LONGEST_HEADING = 400
MOST_LINES = 5
"""Characters and lines of an `h1`."""

FEW_CELLS = 12
"""Cells of a table that places a page's parts; one with more has data in it."""

NO_TEXT = listed(
    "script style noscript template svg iframe object embed applet audio video canvas map head link meta title "
    "button select textarea input datalist option optgroup output progress dialog math"
)
"""Elements without text of an article in them."""
FURNITURE = listed("nav footer aside menu figure figcaption picture fieldset")
INLINE = listed(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q rp rt ruby s samp small span "
    "strike strong sub sup time tt u var wbr"
)
_CALLED = re.compile(
    r"(?:^|[\s_-])(?:"
    r"(?:social|share|sharing|sharer|shares?bar|sharethis|addthis|a2a|addtoany|heateor)"
    r"|(?:comments?|commentlist|comments?-(?:area|list|section|form|wrap\w*)|disqus\w*|respond|fb-comments)"
    r"|(?:related|related-?(?:posts?|news|articles?|stories|content|items?|topics|links)|jp-relatedposts|yarpp\w*|read-?also|also-?read|see-?also|readmore-?box)"
    r"|(?:recommended|recommendations?|most-?(?:read|viewed|popular|shared)|trending|taboola\w*|outbrain\w*|mgid\w*|dable\w*)"
    r"|(?:newsletter\w*|subscribe-?(?:box|form|widget)?|mailchimp|mc4wp\w*)"
    r"|(?:bread-?crumbs?|pagination|pager|post-?navigation|nav-?links|skip-?link)"
    r"|(?:tags?-?(?:list|links|cloud|box|wrap\w*)|post-?tags|entry-?tags|article-?tags|tagcloud|keywords)"
    r"|(?:cookies?-?(?:banner|notice|bar|consent|law\w*)|consent|gdpr\w*|cmp|onetrust\w*)"
    r"|(?:ads?|advert\w*|adsbygoogle|ad-?(?:slot|unit|container|wrapper)|sponsored?|promo(?:tion)?)"
    r"|(?:author-?(?:box|bio|info)|about-?author|post-?views|views-?count\w*|font-?(?:size|resize\w*)|print-?(?:button|only)|toolbar|screen-?reader-?\w*|sr-only|visually-?hidden)"
    r"|(?:caption\w*|wp-caption-text|figcaption|image-?(?:caption|credit|source)|photo-?(?:caption|credit))"
    r")(?:$|[\s_-])"
)
_ATTRIBUTE = re.compile(
    r"(?:^|\s)(?:no|not|has|with|without|hide|show|enable|disable|allow|category|cat|type|format|tag(?!-?(?:list|links|cloud|box|wrap)))-\S*"
)
"""Classes that say something about what they stand on («has-comments», WordPress's «tag-share»), not what it is."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|em|pt|rem|%)?\s*(?:;|$|!)")
_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid)")


@lru_cache(maxsize=8192)
def called(names: str) -> bool:
    """Whether a class or an id is the name of furniture."""
    return _CALLED.search(_ATTRIBUTE.sub(" ", names.lower())) is not None


_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:author|authors|byline|by-line|writer|author-?name|journalist\w*|reporter|editor-?name)(?:$|[\s_-])"
)


@lru_cache(maxsize=8192)
def _byline(names: str) -> bool:
    return _BYLINE.search(names.lower()) is not None


_DATED = re.compile(
    r"(?:^|[\s_-])(?:(?:date-?)?published(?:-?(?:date|on|at|time))?|publish-?date|pub-?date|entry-date|post-date|article-date)(?:$|[\s_-])"
)


@lru_cache(maxsize=8192)
def _dated(names: str) -> bool:
    return _DATED.search(names.lower()) is not None


def hidden(element: HtmlElement) -> bool:
    get = element.get
    if get("hidden") is not None or get("aria-hidden") == "true":
        return True
    style = get("style")
    return style is not None and _HIDDEN.search(style[:LONGEST_NAMES].lower()) is not None


def survey(tree: HtmlElement, kept: Iterable[HtmlElement] = ()) -> Survey:
    """Walk the tree, take the furniture out of it, and tell what is left. Changes `tree`. `kept`, and what they stand in, is no furniture."""
    safe = {e for one in kept for e in (one, *one.iterancestors())}
    found = Survey()
    found.scripts = sum("json" not in (s.get("type") or "") for s in tree.iter("script"))
    etree.strip_elements(tree, *NO_TEXT - {"head"}, with_tail=False)
    body = tree.find("body")
    if body is None:
        return found
    found.text = text_length(body)
    for table in list(body.iter("table")):
        if _lays_out(table, found.text):
            _unfold(table)
    for part in list(body.iter("table", "blockquote")):
        _unframe(part)
    walk = _Walk(found, max(found.text, 1), safe)
    walk.over(body)
    main = main_article(body, found)
    out = walk.out
    if main is not None and not safe:
        out += other_articles(body, main)
    sizes = Sizes()
    out += [e for label in walk.labels[:MOST_LABELS] for e in labelled(label, body, found.text, sizes)]
    _take_out([e for e in out if e not in safe], found)
    mark_teasers(body, found, sizes)
    return found


_PARTS = listed("table tbody thead tfoot tr td th colgroup col")


def _lays_out(table: HtmlElement, total: int) -> bool:
    """Whether a table is there to place things: it holds another, a headline, or most of the page in few cells."""
    if table.find(".//table") is not None or table.find(".//h1") is not None:
        return True
    return text_length(table) > 0.5 * total and sum(1 for _ in islice(table.iter("td"), FEW_CELLS + 1)) <= FEW_CELLS


def _unfold(table: HtmlElement) -> None:
    """Make its parts plain boxes; tables inside it are judged by themselves."""
    waiting = [table]
    while waiting:
        part = waiting.pop()
        waiting += [child for child in part if child.tag in _PARTS and child.tag != "table"]
        part.tag = "div"


def _unframe(part: HtmlElement) -> None:
    """Make the figure around a table a plain box, and that of a quotation which is called one: it is text that is framed, not a picture.

    A quotation in a figure without a name stays out: on the pages we measured it says a sentence of the article a second time.
    """
    figure = next(part.iterancestors("figure"), None)
    if figure is not None and (part.tag == "table" or "quote" in names_of(figure).lower()):
        figure.tag = "div"


class _Walk:
    """The state of one walk: a run of text grows until a break."""

    def __init__(self, found: Survey, total: int, safe: set[HtmlElement]) -> None:
        self.found, self.total, self.safe = found, total, safe
        self.out: list[HtmlElement] = []
        self.labels: list[Block] = []
        self.pieces: list[str] = []
        self.link = 0
        self.links = 0
        self.hrefs: list[str] = []
        self.headed: dict[HtmlElement, int] = {}

    def over(self, body: HtmlElement) -> None:
        holders = [body]
        walker = etree.iterwalk(body, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if event == "start":
                if element is not body and self.furniture(element, tag):
                    self.note(element, tag)
                    walker.skip_subtree()
                    continue
                if tag == "br":
                    self.flush(holders[-1])
                elif tag == "a":
                    self.links += 1
                    if href := element.get("href"):
                        self.hrefs.append(href)
                elif tag not in INLINE or _BLOCK.search((element.get("style") or "")[:LONGEST_NAMES]):
                    self.flush(holders[-1])
                    holders.append(element)
                if (
                    tag == "time"
                    or (element.get("itemprop") or "").lower() == "datepublished"
                    or _dated(names_of(element))
                ):
                    self.found.times.append((len(self.found.blocks), element))
                elif tag == "img":
                    self.picture(element)
                if (
                    element.get("rel") == "author"
                    or (element.get("itemprop") or "").startswith("author")
                    or _byline(names_of(element))
                ):
                    self.found.bylines.append(element)
                if element.text:
                    self.add(element.text)
            else:
                if tag == "a":
                    self.links = max(0, self.links - 1)
                elif tag != "br" and holders[-1] is element:
                    self.flush(element)
                    holders.pop()
                if element is not body and element.tail:
                    self.add(element.tail)
        self.flush(body)

    def add(self, text: str) -> None:
        self.pieces.append(text)
        if self.links:
            self.link += len(text.strip())

    def flush(self, holder: HtmlElement) -> None:
        if not self.pieces:
            self.hrefs.clear()
            return
        text = clean(healed("".join(self.pieces)))
        if text:
            block = Block(text, holder, min(self.link, len(text)), tuple(self.hrefs))
            self.found.blocks.append(block)
            if self.heads(holder):
                self.found.headings.append(block)
                if self.found.title_at is None:
                    self.found.title_at = len(self.found.blocks) - 1
            if phrases.is_label(text, block.linked) and (len(text) < 80 or block.linked > 0.3):
                self.labels.append(block)
        self.pieces.clear()
        self.hrefs.clear()
        self.link = 0

    def heads(self, holder: HtmlElement) -> bool:
        """Whether text in here is the heading's: of an `h1` that was never closed only the beginning is."""
        h1 = holder if holder.tag == "h1" else next(holder.iterancestors("h1"), None)
        if h1 is None:
            return False
        self.headed[h1] = self.headed.get(h1, 0) + 1
        return self.headed[h1] == 1 or (self.headed[h1] <= MOST_LINES and text_length(h1) <= LONGEST_HEADING)

    def furniture(self, element: HtmlElement, tag: str) -> bool:
        """Whether to take this out, unless it holds too much of the page."""
        if element in self.safe:
            return False
        if hidden(element):
            why = "hidden"
        elif tag in FURNITURE:
            why = tag
        elif tag == "form":
            why = "form"
        elif tag not in {"article", "main", "body", "html", *HEADINGS} and called(names_of(element)):
            why = "named"
        else:
            return False
        length = text_length(element)
        if length > MOST_SHARE * self.total or (why != "hidden" and length > 200 and element.find(".//h1") is not None):
            return False
        self.found.emptied[why] = self.found.emptied.get(why, 0) + 1
        return True

    def note(self, element: HtmlElement, tag: str) -> None:
        """Take it out, and keep what is still of use: whose words, when, under which picture."""
        self.out.append(element)
        names = names_of(element)
        if tag in {"figure", "figcaption"} or "caption" in names.lower():
            for part in element.iter("figcaption", "p", "span", "div"):
                self.caption(part.text_content())
            self.caption(element.text_content())
        if _byline(names) or "meta" in names.lower():
            self.found.times += [
                (len(self.found.blocks), e) for e in element.iter() if e.tag == "time" or _dated(names_of(e))
            ]
        for part in element.iter("img", "h1"):
            if part.tag == "img":
                self.picture(part)
            elif text := clean(part.text_content()):
                self.found.headings.append(Block(text, part, noise=True))
        if _byline(names) and not hidden(element):
            self.found.bylines.append(element)

    def picture(self, image: HtmlElement) -> None:
        self.caption(image.get("alt") or "")
        self.caption(image.get("title") or "")

    def caption(self, text: str) -> None:
        text = clean(text)
        if 2 < len(text) < 300:
            self.found.captions.add(key(text))


def names_of(element: HtmlElement) -> str:
    """Class and id together, as far as anybody would write them."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:LONGEST_NAMES]


def _take_out(elements: list[HtmlElement], found: Survey) -> None:
    gone = set(elements)
    inside = {e for top in gone for e in top.iter()}
    for block in found.blocks:
        block.noise = block.noise or block.element in inside
    for element in gone:
        if element.getparent() is not None:
            element.drop_tree()
