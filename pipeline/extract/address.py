"""The address that an article is known by, and the hosts that its text links to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from pipeline.extract.candidates import Line
from pipeline.extract.words import listed
from pipeline.text import urls

VARIANTS = frozenset({"amp", "amp.html", "print", "m", "mobile", "index.html", "index.php", "embed", "feed"})
"""Last segments under which a page stands a second time."""

PLATFORMS = listed(
    "facebook.com twitter.com x.com t.co instagram.com youtube.com youtu.be t.me telegram.me telegram.org whatsapp.com wa.me linkedin.com "
    "pinterest.com reddit.com tiktok.com google.com goo.gl bit.ly apple.com threads.net snapchat.com addtoany.com sharethis.com wikipedia.org "
    "gravatar.com wp.com soundcloud.com flipboard.com nabd.com"
)
"""Sites that carry everybody's texts and write none."""

MOST_LINKS = 50

_OF_ITS_OWN = re.compile(r"\d{4,}|[^/]*-[^/]*-[^/]*|%[0-9A-F]{2}")


def canonical(page: str, claims: Iterable[str]) -> str:
    """The first claim that can be this article's address, else the page's own; in the comparing form."""
    here = urls.canonical(page)
    for claim in claims:
        link = urls.absolute(page, claim) if claim else None
        if link is not None and _credible(urls.canonical(link), here):
            return urls.canonical(link)
    return here


def _credible(claim: str, here: str) -> bool:
    """On the same site, not the home page, not a section, not a script's name without the id that says which article."""
    if claim == here:
        return True
    if not urls.same_site(claim, here):
        return False
    theirs, ours = urlsplit(claim), urlsplit(here)
    path, own = theirs.path.rstrip("/"), ours.path.rstrip("/")
    if (
        not path
        or (path.count("/") == 1 and len(path) <= 4)
        or path.rpartition("/")[2] in {"index.html", "index.php", "home", "default.aspx"}
    ):
        return not own and bool(theirs.query)
    if path == own:
        return bool(theirs.query) or not ours.query or _OF_ITS_OWN.search(path.rpartition("/")[2]) is not None
    if own.startswith(path + "/"):
        return own[len(path) + 1 :].lower() in VARIANTS
    if theirs.query:
        return True
    told = _tells(path)
    return told >= (_tells(own) or bool(ours.query)) and (told > 1 or _SCRIPT.search(path) is None)


_SCRIPT = re.compile(r"\.(?:php|aspx?|jsp|cgi)$", re.IGNORECASE)
"""Without the parameters that say which article they show, one page for all of them."""


def _tells(path: str) -> int:
    """How surely a path names one article: 2 with a long number or three words in its last part, 1 with a figure or two, 0 with one word,
    as sections have.
    """
    last = unquote(path.rpartition("/")[2])
    if re.search(r"\d{4}", last) or last.count("-") + last.count("_") > 1:
        return 2
    return int(re.search(r"[\d_-]", last) is not None)


def hosts(lines: Iterable[Line], page: str) -> tuple[str, ...]:
    """Hosts of other sites that the text links to, in order, each once."""
    found: dict[str, None] = {}
    for line in lines:
        for href in line.block.hrefs if line.block is not None else ():
            link = urls.absolute(page, href)
            if link is None or urls.same_site(link, page):
                continue
            host = urls.host(link).removeprefix("www.")
            if host and not any(host == p or host.endswith(f".{p}") for p in PLATFORMS):
                found[host] = None
            if len(found) >= MOST_LINKS:
                return tuple(found)
    return tuple(found)
