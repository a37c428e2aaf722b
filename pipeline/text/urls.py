"""Addresses: the comparing form, the host, the site, and what an article is called.

`canonical` makes spellings of one address equal and never two addresses: what it takes away is known to say nothing about the
article (trackers, fragments, default ports, needless escapes). It is also what a reader clicks, so it stays an address that the
outlet would serve: parameters keep their order and their bare or empty values, `+` stays `+`, the last slash stays as written.

Tried and rejected:
- courlan's `clean_url`/`normalize_url`: its pattern for trackers takes `gallery=`, `eid=`, `keyword=` and `reference=` for
  trackers, so different articles fall together; it deletes spaces, HTML-decodes `&copy=`, and joins `//`.
- w3lib's `canonicalize_url`: sorts parameters and turns `?12345` into `?12345=`, which is fine to compare and not to click.
- Merging http with https, `www.`/`m.`/`amp.` with the bare host, `/a` with `/a/`: usually one page, not always.
  The page's own canonical link and the comparison of texts bring those together.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import unquote, urljoin, urlsplit

import idna
from tld import get_fld, is_tld

LONGEST = 4096
"""Code points of an address that is worth asking for; percent-encoded Arabic takes six to a letter."""

# ---------------------------------------------------------------- parameters that say who sent the reader, not what is read
TRACKER_PREFIXES = (
    "utm_",  # Google Analytics
    "at_",  # AT Internet, as BBC and France 24 write it
    "ns_",  # comScore
    "fb_",  # Facebook: fb_action_ids, fb_source, fb_comment_id
    "ga_",  # Google Analytics, older
    "hsa_",  # HubSpot advertising
    "itm_",  # internal campaigns
    "mtm_",  # Matomo
    "pk_",  # Piwik
    "piwik_",
    "matomo_",
    "oly_",  # Omeda
    "vero_",  # Vero
    "guce_",  # Yahoo's consent pages
    "__cf_chl_",  # Cloudflare's challenges
)
TRACKERS = frozenset({
    "fbclid", "igshid", "igsh", "mibextid",  # Meta
    "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "_ga", "_gl", "usqp",  # Google
    "msclkid", "ocid", "cvid",  # Microsoft; the BBC sets ocid too
    "yclid", "ysclid", "_openstat",  # Yandex
    "twclid", "ref_src", "ref_url", "__twitter_impression",  # Twitter
    "ttclid", "li_fat_id", "trk", "sc_cid", "rdt_cid", "epik", "scclickid",  # TikTok, LinkedIn, Snap, Reddit, Pinterest
    "mc_cid", "mc_eid", "_hsenc", "_hsmi", "mkt_tok", "ss_email_id", "vgo_ee", "__s", "s_cid", "ml_subscriber",  # mailings
    "xtor", "cmpid", "wt_mc", "wt_zmc", "icid", "ncid", "ito", "soc_src", "soc_trk", "sr_share",  # campaigns of web analytics
    "traffic_source",  # Al Jazeera
    "maca",  # Deutsche Welle
    "guccounter", "_branch_match_id", "wickedid", "sms_ss", "awt_l",
})  # fmt: skip
TRACKER_VALUES = {
    # Words with an honest use, which are trackers only when they carry one of these values.
    name: frozenset({"rss", "rss2", "feed", "rssfeed", "atom", "twitter", "facebook", "fb", "telegram", "whatsapp"})
    for name in ("ref", "referrer", "source", "src", "from", "origin", "medium", "partner")
}

# ---------------------------------------------------------------- spelling
_SCHEME = re.compile(r"(?i)(https?):[/\\]*")
_AUTHORITY_END = re.compile(r"[/?#\\]")
_EDGES = "".join(map(chr, range(0x21))) + "\x7f\xa0\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_USERINFO = re.compile(r"\A(\s*[A-Za-z][A-Za-z0-9+.-]*://)[^/?#\\]*@")
_INSIDE = {ord(c): None for c in "\t\r\n"}
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|[^!$&'()*+,;=:@/?\w.~-]", re.ASCII)
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical(url: str) -> str:
    """The comparing form of an address. Total and idempotent: what is no web address comes back trimmed."""
    text = _clean(url)
    scheme = _SCHEME.match(text)
    if scheme is None:
        return text
    name = scheme[1].lower()
    rest, hash_, fragment = text[scheme.end() :].partition("#")
    rest, _, query = rest.partition("?")
    authority, slash, path = rest.replace("\\", "/").partition("/")  # browsers read a backslash so
    netloc = _authority(authority, _DEFAULT_PORTS[name])
    if netloc is None:
        return text
    query = _query(query)
    kept = f"#{_spell(fragment)}" if hash_ and fragment.startswith("!") else ""  # «#!» pages: the fragment is the page
    return f"{name}://{netloc}{_path(slash + path)}{'?' if query else ''}{query}{kept}"


def host(url: str) -> str:
    """Host in lower-case ASCII, without port, user and brackets; empty where there is none."""
    text = canonical(url)
    scheme = _SCHEME.match(text)
    if scheme is None:
        return ""
    netloc = _authority(_AUTHORITY_END.split(text[scheme.end() :], maxsplit=1)[0], 0)
    if netloc is None:
        return ""
    return netloc[1:].partition("]")[0] if netloc.startswith("[") else netloc.partition(":")[0]


def same_site(a: str, b: str) -> bool:
    """Whether two addresses belong to one registrable domain («m.example.co.uk», «example.co.uk»). Asks no network."""
    one, two = host(a), host(b)
    return bool(one and two) and (one == two or _site(one) == _site(two))


def bare(url: str) -> str:
    """Without the `name:password@` that may stand before the host: the form that is shown, logged and handed on."""
    return _USERINFO.sub(r"\1", url, count=1)


def article_id(canonical: str) -> str:
    """A short stable name for the article at a canonical address: 16 hex digits."""
    return hashlib.sha256(canonical.encode("utf-8", "replace")).hexdigest()[:16]


def absolute(base: str, link: str) -> str | None:
    """`link` as a page at `base` means it, spelled as given but for white space; None unless it leads into the web."""
    text = _clean(link)
    if not text or len(text) > LONGEST:
        return None
    try:
        joined = text if _SCHEME.match(text) else urljoin(_clean(base), text)
        parts = urlsplit(joined)
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host(joined):
        return None
    return joined.replace(" ", "%20")


# ---------------------------------------------------------------- parts
def _clean(url: str) -> str:
    text = url.strip(_EDGES).translate(_INSIDE).strip(_EDGES)
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if not text.isascii() else text


def _authority(authority: str, default: int) -> str | None:
    """Host and port that is not the default; None when it cannot be one. The user's name and password are no part of a name."""
    at = authority.rpartition("@")[2]
    if at.startswith("["):
        name, bracket, port = at.partition("]")
        name, port = f"{name.lower()}{bracket}", port.removeprefix(":")
        if not re.fullmatch(r"\[[0-9a-f:.]+\]", name):
            return None
    else:
        name, _, port = at.partition(":")
        name = _ascii_host(name)
        if not name:
            return None
    if port and not (port.isascii() and port.isdigit() and len(port) <= 6 and int(port) < 65536):
        return None
    return f"{name}:{int(port)}" if port and int(port) != default else name


def _ascii_host(name: str) -> str:
    """Lower-case ASCII; labels in other letters as IDNA writes them, or escaped where IDNA has no word for them."""
    name = unquote(name).lower().rstrip(".") if "%" in name else name.lower().rstrip(".")
    if not name.isascii() and len(name) <= 253:
        try:
            labels = idna.uts46_remap(name, std3_rules=False).rstrip(".").split(".")
            name = ".".join(label if label.isascii() else idna.alabel(label).decode("ascii") for label in labels)
        except (idna.IDNAError, UnicodeError):
            pass
    return name if re.fullmatch(r"[a-z0-9._-]+", name, re.ASCII) else ""


def _path(path: str) -> str:
    """Escapes as they should be; `.` and `..` resolved; at least a slash."""
    spelled = _spell(path)
    if "/." not in spelled:
        return spelled or "/"
    kept: list[str] = []
    segments = spelled.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    return "&".join(
        spelled for piece in query.split("&") if piece and (spelled := _spell(piece)) and not _tracks(spelled)
    )


def _tracks(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = name.lower()
    return (
        name in TRACKERS or name.startswith(TRACKER_PREFIXES) or value.lower() in TRACKER_VALUES.get(name, frozenset())
    )


def _spell(part: str) -> str:
    """One spelling of escapes: upper case, letters and digits bare, everything that needs an escape escaped."""
    return _ESCAPE.sub(_escape, part)


def _escape(found: re.Match[str]) -> str:
    text = found[0]
    if len(text) == 3:
        byte = int(text[1:], 16)
        return chr(byte) if byte in _UNRESERVED else text.upper()
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8"))


@lru_cache(maxsize=4096)
def _site(name: str) -> str:
    """The registrable domain; under a suffix that the list does not know, the last two labels, as the list's own rule says."""
    try:
        readable = idna.decode(name) if "xn--" in name else name
    except (idna.IDNAError, UnicodeError):
        readable = name
    found = get_fld(f"http://{readable}", fail_silently=True, search_private=True)
    labels = readable.split(".")
    if found is None and len(labels) > 2 and not labels[-1].isdigit() and not is_tld(readable):
        return ".".join(labels[-2:])
    return found if isinstance(found, str) else readable
