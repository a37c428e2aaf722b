"""The nouns. Values only: frozen, no behaviour beyond what follows from the fields, no clock, no disk, no network.

Times are aware UTC throughout. Places in text (`start`, `end`) are code points of the text as stored, end exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

# ---------------------------------------------------------------- reasons: one closed list, in code, log, status and digest
Reason = Literal[
    "connect",  # no connection: refused, reset, unreachable
    "dns",  # the name does not resolve
    "tls",  # certificate or handshake
    "timeout",  # the whole answer did not arrive within its deadline
    "protocol",  # not HTTP, or broken HTTP
    "truncated",  # the answer ended before it was complete
    "too-large",  # over the size cap, on the wire or after decompression
    "encoding",  # a content coding or character coding that cannot be read
    "redirect",  # too many redirects, a loop, or nowhere to go
    "blocked",  # a guard refused: private address, port, scheme
    "robots",  # robots.txt forbids it, or could not be asked
    "http-4xx",  # any status ≥ 400 that has no word of its own; written with its number, `http-404`
    "gone",  # 410
    "rate-limited",  # 429, or 503 with Retry-After
    "empty",  # an answer without content
    "not-a-feed",  # a feed was expected
    "not-html",  # a page was expected
    "parse",  # a feed or page that cannot be read
    "no-link",  # an entry without an address and without content
    "too-short",  # no body worth the name
    "paywall",
    "video",  # a page around a film: its text is the caption
    "gallery",  # a page of pictures: its text is their captions
    "cookie-wall",
    "soft-404",
    "listing",  # a page of headlines, not an article
    "other-language",
    "killed",  # the worker that read it ran out of time or memory
    "too-old",  # outside the window that is kept
    "auth",  # the mail server does not let us in
    "refused",  # the mail server does not take it, from us or for this recipient; the detail has its code
    "withdrawn",  # whom it was owed to does not stand in the configuration any more
    "expired",  # owed for so long that nobody waits for it
    "bug",  # our mistake; the detail holds the traceback
]
REASONS: frozenset[str] = frozenset(Reason.__args__)  # type: ignore[attr-defined]


def http_reason(status: int) -> str:
    """The reason for an HTTP status ≥ 400: `gone`, `rate-limited`, else `http-NNN`."""
    return {410: "gone", 429: "rate-limited"}.get(status, f"http-{status}")


def is_reason(text: str) -> bool:
    """Whether `text` stands on the closed list; `http-404` and its like stand for `http-4xx`."""
    return text in REASONS or (text.startswith("http-") and text[5:].isdigit() and len(text) == 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """An item that went no further, and why. An expected failure is this value, not an exception."""

    reason: str
    detail: str = ""
    retry_after: timedelta | None = None
    """How long the server asked us to wait, where it did."""

    def __post_init__(self) -> None:
        if not is_reason(self.reason):
            raise ValueError(f"{self.reason!r} is not on the closed list of reasons")


# ---------------------------------------------------------------- feeds, entries, pages
@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One document we poll, as the user configured it."""

    id: str
    url: str
    outlet: str
    language: str | None = None
    country: str | None = None
    every: timedelta | None = None
    enabled: bool = True
    kind: Literal["feed", "sitemap"] = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What the store remembers of a feed between polls. A feed never polled has all defaults."""

    feed: str
    given: str | None = None
    """The configured address that all this was learnt at, without name and password."""
    url: str | None = None
    """Where the feed moved to for good, if it did."""
    moving: str | None = None
    """Where a permanent redirect led to at the last poll: the same once more, and the feed has moved."""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    polled: datetime | None = None
    last_ok: datetime | None = None
    last_full: datetime | None = None
    """When the last answer with a body was read: validators are not trusted for ever."""
    next: datetime | None = None
    failing_since: datetime | None = None
    failures: float = 0.0
    """Weighed: hard 1, soft ½, temporary ¼. 0 after a success."""
    reason: str | None = None
    detail: str = ""
    entries_day: float | None = None
    """New entries a day, smoothed: the feed's habit."""
    ttl: timedelta | None = None
    """For how long the document asks to be left alone."""
    skip_hours: int = 0
    """Hours of the day (UTC) in which it asks to be left alone: bit n is hour n."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A moment with where it was read and how exactly it is known."""

    at: datetime
    """Aware; where the page or the feed writes an offset, with that offset, so that `at.date()` is the outlet's own day."""
    precision: Literal["second", "minute", "day"]
    source: Literal["json-ld", "open-graph", "time", "feed", "url", "text", "first-seen", "rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item as a feed gave it. Text fields are plain text; `content` is the HTML of a full-text feed."""

    feed: str
    guid: str
    """The feed's own id for the item, else its address, else a hash of its title: never empty."""
    url: str | None
    """Absolute, as given, for fetching."""
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str | None = None
    published: Dated | None = None
    updated: Dated | None = None
    """When the feed says the item was last changed, where it says so beside its publication."""
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The bytes a URL returned, after redirects and decompression."""

    url: str
    """The final address."""
    status: int
    body: bytes
    content_type: str = ""
    """The header as sent, charset included; empty if there was none."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names."""
    moved_to: str | None = None
    """The address that permanent redirects (301, 308) alone led to, if any did."""


# ---------------------------------------------------------------- watchlists
Mode = Literal["word", "name", "forms", "exact"]
"""How freely a term may look in the text; docs/guide/matching.md says what each finds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word or phrase to find. `term*` finds what continues it."""

    term: str
    match: Mode = "word"
    also: tuple[str, ...] = ()
    """Other names of the same thing, reported under `term`."""
    not_as: tuple[str, ...] = ()
    """Surface forms that never count."""
    quoted: bool = False
    """Only inside, or right beside, quotation marks."""
    case: bool = False
    """Latin letters in the case they are written in."""
    gap: int = 0
    """Words that may stand between two words of the phrase."""
    article: Literal["written", "any"] = "written"
    """`any`: an article that the term writes may be missing in the text."""
    weight: float = 1.0
    line: int = 0
    column: int = 0
    """Where it stands in its file, from 1; 0 when it came from elsewhere."""


# The query tree. `column` counts from 1 in the query's text.
@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A word or phrase, with the weight that `^n` gave it in `term`."""

    term: Term
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class In:
    """`title:` or `body:` before a node: only hits in that field."""

    field: Literal["title", "body"]
    node: Node
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Of:
    """`outlet:` or `lang:`, a condition on the article itself: a feed's id or an outlet's name, a language."""

    key: Literal["outlet", "lang"]
    value: str
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    nodes: tuple[Node, ...]
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    nodes: tuple[Node, ...]
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The article must hold no hit of `node`."""

    node: Node
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Hits of both with at most `distance` words between, in either order, in one paragraph."""

    left: Node
    right: Node
    distance: int
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unless:
    """Hits of `node` without those that have a hit of `other` within `distance` words."""

    node: Node
    other: Node
    distance: int
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Hits of `node` without those inside a hit of `other`."""

    node: Node
    other: Node
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast:
    """At least `times` hits of `node` at different places."""

    node: Node
    times: int
    column: int = 0


Node = Leaf | In | Of | And | Or | Not | Near | Unless | Outside | AtLeast


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A boolean rule with a name."""

    name: str
    text: str
    """The query as the file writes it."""
    query: Node
    weight: float = 1.0
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """What a team watches for. It fires when the weights of the distinct terms and rules found reach `threshold`."""

    id: str
    title: str
    terms: tuple[Term, ...] = ()
    rules: tuple[Rule, ...] = ()
    exclude: tuple[Term, ...] = ()
    """Any hit of these silences this watchlist, and no other."""
    threshold: float = 1.0
    outlets: tuple[str, ...] = ()
    """Only articles of these feeds; empty: of all."""
    languages: tuple[str, ...] = ()
    """Only articles in these languages; empty: in all. An article of unknown language passes."""
    path: str = ""
    """The file it was read from, as a person would name it."""


# ---------------------------------------------------------------- articles and what is said of them
@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Title and body from a page. `id` follows from the canonical URL, so the same article has the same id everywhere."""

    id: str
    url: str
    feed: str
    outlet: str
    title: str
    body: str
    """Paragraphs separated by a newline."""
    first_seen: datetime
    """The time of the run that filed it, not of the poll that met its entry: a page that came at the third try, after an edition was
    written, stands in the next one."""
    published: Dated | None = None
    author: str | None = None
    language: str | None = None
    extractor: str = "trafilatura"
    credits: tuple[str, ...] = ()
    """Credit lines («المصدر: سانا»), named for attribution; they stay in the body, as they are part of what was published."""
    links: tuple[str, ...] = ()
    """Hosts of other outlets linked from the body, for attribution."""
    note: str | None = None
    """A reason from the closed list when the body is doubtful but kept (`too-short`: the feed's summary stands in), or is not
    what the page is about (`video`, `gallery`)."""
    section: str | None = None
    """The outlet's own department («سياسة»), where the page names one."""
    image: str | None = None
    """Absolute address of the picture that the page shows with its headline; never loaded by us."""
    revised: datetime | None = None
    """When the present text replaced an earlier one, which the archive keeps; None for a text as first read."""

    @property
    def came_out(self) -> datetime:
        """`published` as far as it is known; a day without a time, or a time to come, is worth no more than when it was first seen."""
        known = self.published
        return self.first_seen if known is None or known.precision == "day" or known.at > self.first_seen else known.at


@dataclass(frozen=True, slots=True, kw_only=True)
class WordReading:
    """Why one word of the text counts as one word of the term."""

    surface: str
    particles: tuple[str, ...] = ()
    """Proclitics without the article, in order: و ف ب ل ك."""
    article: bool = False
    suffix: str = ""
    folds: tuple[str, ...] = ()
    """Short fixed words: hamza, taa, yaa, tatweel, marks, quote, tanwin, case, digits, compound, letters, form, prefix …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Why a match counts, for people (`text`) and for programs."""

    term: str
    surface: str
    words: tuple[WordReading, ...]
    mode: str
    text: str
    """One line: «لـ”مكافحة الإرهاب” ← مكافحة الإرهاب: ل + تطويل + علامة اقتباس»."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A term found at a place. `text[start:end] == surface`, always."""

    term: str
    """The term as the watchlist writes it (an `also` is reported under its term)."""
    field: Literal["title", "body"]
    start: int
    end: int
    surface: str
    reading: Reading
    rule: str | None = None
    """The rule's name when a rule found it."""
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A watchlist that fired on an article."""

    watchlist: str
    score: float
    matches: tuple[Match, ...]
    """By field (title first) and place."""


Basis = Literal["credit", "byline", "link", "earliest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Whom a text comes from, and the evidence as it stands in the text."""

    outlet: str
    basis: Basis
    evidence: str = ""


Relation = Literal["original", "copy", "report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an article stands among its neighbours."""

    story: str
    relation: Relation
    original: str
    """Id of the article it copies, or its own."""
    similarity: float
    origin: Attribution
    reason: str = ""
    """For people: «91 % of its 5-word shingles stand in …»."""


# ---------------------------------------------------------------- editions
@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who receives the editions of a digest."""

    channel: Literal["email", "webhook", "apprise"]
    name: str
    """What the archive and `status` call it: the mail address; of a webhook its origin and a hash, for its path may be a secret; of
    an apprise service the name that the user gave it, for all of its address may be one."""
    address: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    """What a webhook's body is signed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The product a team receives, as configured."""

    id: str
    title: str
    at: tuple[int, int]
    """Hour and minute, local."""
    timezone: str
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    """Days on which an edition appears, 0 = Monday."""
    watchlists: tuple[str, ...] = ()
    """Ids in the order of their sections."""
    formats: tuple[str, ...] = ("html", "md", "json")
    language: str = "ar"
    digits: Literal["western", "arabic-indic"] = "western"
    hijri: bool = False
    """Whether the Hijri date stands beside the Gregorian one."""
    deliver: tuple[Recipient, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An article as it lies in the archive, with all that was decided about it: what editions are made from."""

    article: Article
    placement: Placement
    tags: tuple[Tag, ...] = ()
    version: str = ""
    """Of the watchlists that the article was judged by, whether they tagged it or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The articles of a span, counted: what an edition says of those that it does not show."""

    articles: int
    copies: int
    stories: int
