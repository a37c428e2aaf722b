"""What a page tells beside the text: the outlet's own section, and the picture shown with the headline."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pipeline.extract.head import Head
from pipeline.extract.words import clean, key, phrase
from pipeline.text import urls

LONGEST_SECTION = 60
LONGEST_ADDRESS = 2000

_NO_SECTION = frozenset(
    map(
        phrase,
        (
            "uncategorized", "uncategorised", "home", "news", "article", "articles", "post", "blog", "general", "other", "default",
            "غير مصنف", "غير مصنفة", "بدون تصنيف", "الرئيسية", "أخبار", "الأخبار", "مقالات", "عام",
        ),
    )
)  # fmt: skip
"""Sections that say nothing: defaults of content systems, and what a whole site is."""

_NO_PICTURE = re.compile(
    r"(?:^|[/_.-])(?:logo\w*|default\w*|placeholder|no-?image|blank|spacer|favicon|avatar|og-?image|share-?image)(?:[/_.-]|$)",
    re.IGNORECASE,
)
"""Addresses of pictures that stand on every page of a site."""


def section(head: Head, sites: list[str]) -> str | None:
    """The name of the department, where the page names one that is not the site itself."""
    names = {key(site) for site in sites}
    for claim in (
        head.get("article:section", "og:article:section"),
        head.article.section,
        head.get("section", "category"),
    ):
        text = clean(re.split(r"[,،>»|/]", claim)[0])
        if 1 < len(text) <= LONGEST_SECTION and phrase(text) not in _NO_SECTION and key(text) not in names:
            return text
    return None


def image(head: Head, page: str) -> str | None:
    """The address of the picture that the page names for itself; absolute, http or https, not the site's logo."""
    claims = (
        head.get("og:image:secure_url", "og:image", "og:image:url"),
        head.article.image,
        head.get("twitter:image", "twitter:image:src"),
    )
    for claim in claims:
        link = urls.absolute(page, claim) if claim and len(claim) <= LONGEST_ADDRESS else None
        if link is not None and urlsplit(link).path.strip("/") and not _NO_PICTURE.search(urlsplit(link).path):
            return link
    return None
