"""What the digest itself says, in Arabic and English: phrases, counted nouns, dates with the month names of the country, times.

A sentence is a `Line`: its own words as `str`, whatever comes from outside as `Foreign`. Each format draws the second in its own
safe way (`<bdi>` in HTML, escapes and isolates in Markdown), so no phrase needs to know where it will stand.
Numbers are written in digits 0-9 unless a digest in Arabic asks for ٠-٩; texts from outside keep the digits they came with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from string import Formatter
from typing import Any, Literal, Self

from pipeline.digest import calendar
from pipeline.digest.phrases import PHRASES, REASONS

Json = Mapping[str, Any]
Digits = Literal["western", "arabic-indic"]

_ARABIC_INDIC = str.maketrans("0123456789,.", "٠١٢٣٤٥٦٧٨٩٬٫")


@dataclass(frozen=True, slots=True)
class Foreign:
    """Text that is not ours. `quote` comes between quotation marks, `code` in the direction of programs; a `reading` is
    the tagger's own phrase about it, always from right to left whatever it begins with, and longer than a name.
    """

    text: str
    kind: Literal["name", "quote", "code", "reading"] = "name"


Line = tuple[str | Foreign, ...]


def fill(template: str, **values: str | int | Foreign | Line) -> Line:
    """A phrase with its places filled."""
    found: list[str | Foreign] = []
    for before, place, _, _ in Formatter().parse(template):
        if before:
            found.append(before)
        if place is not None:
            value = values[place]
            found.extend(value if isinstance(value, tuple) else (value if isinstance(value, Foreign) else str(value),))
    return tuple(found)


def joined(lines: Sequence[Line], between: str) -> Line:
    found: list[str | Foreign] = []
    for i, line in enumerate(lines):
        found.extend(((between,) if i else ()) + line)
    return tuple(found)


# ---------------------------------------------------------------- counted nouns
@dataclass(frozen=True, slots=True)
class Noun:
    """An Arabic noun as numbers ask for it, and the English pair."""

    one: str
    two: str
    two_oblique: str
    few: str
    """3 to 10, and every number that ends so."""
    many: str
    """11 to 99, in the accusative."""
    feminine: bool
    english: tuple[str, str]


NOUNS: Mapping[str, Noun] = {
    "article": Noun("مقال", "مقالان", "مقالين", "مقالات", "مقالًا", False, ("article", "articles")),
    "story": Noun("موضوع", "موضوعان", "موضوعين", "موضوعات", "موضوعًا", False, ("story", "stories")),
    "source": Noun("مصدر", "مصدران", "مصدرين", "مصادر", "مصدرًا", False, ("source", "sources")),
    "outlet": Noun("وسيلة", "وسيلتان", "وسيلتين", "وسائل", "وسيلة", True, ("outlet", "outlets")),
    "copy": Noun("نسخة", "نسختان", "نسختين", "نسخ", "نسخة", True, ("copy", "copies")),
    "report": Noun("تقرير", "تقريران", "تقريرين", "تقارير", "تقريرًا", False, ("report", "reports")),
    "place": Noun("موضع", "موضعان", "موضعين", "مواضع", "موضعًا", False, ("place", "places")),
    "edition": Noun("عدد", "عددان", "عددين", "أعداد", "عددًا", False, ("edition", "editions")),
    "day": Noun("يوم", "يومان", "يومين", "أيام", "يومًا", False, ("day", "days")),
    "hour": Noun("ساعة", "ساعتان", "ساعتين", "ساعات", "ساعة", True, ("hour", "hours")),
}


def number(n: float) -> str:
    """Digits, grouped from 10,000 on; a fraction only where there is one."""
    text = f"{n:.1f}".removesuffix(".0") if isinstance(n, float) else str(n)
    return f"{int(text):,}" if text.isdigit() and int(text) >= 10_000 else text


class Words:
    """The digest's voice in one language and time zone. Anything but `ar` speaks English."""

    def __init__(
        self, language: str, timezone: str = "UTC", *, digits: Digits = "western", hijri: bool = False
    ) -> None:
        self.arabic = language == "ar"
        self._indic = self.arabic and digits == "arabic-indic"
        self._hijri = hijri
        self.language = "ar" if self.arabic else "en"
        self.dir: Literal["rtl", "ltr"] = "rtl" if self.arabic else "ltr"
        self.timezone = timezone
        self.comma = "، " if self.arabic else ", "
        self.semicolon = "؛ " if self.arabic else "; "

    @classmethod
    def of(cls, edition: Json, language: str) -> Self:
        """As the edition, or the brief of one, asks for it."""
        return cls(
            language,
            edition.get("timezone", "UTC"),
            digits=edition.get("digits", "western"),
            hijri=edition.get("hijri", False),
        )

    def say(self, phrase: str, **values: str | int | Foreign | Line) -> Line:
        return fill(PHRASES[phrase][0 if self.arabic else 1], **values)

    def plain(self, phrase: str, **values: str | int) -> str:
        """A phrase that holds nothing foreign."""
        return PHRASES[phrase][0 if self.arabic else 1].format(**values)

    # ---- numbers
    def number(self, n: float) -> str:
        return self.digits(number(n))

    def digits(self, text: str) -> str:
        """A number, day or hour of ours in the digest's digits."""
        return text.translate(_ARABIC_INDIC) if self._indic else text

    def count(self, n: int, noun: str, *, oblique: bool = False, other: bool = False) -> str:
        """«مقال واحد», «مقالان», «3 مقالات», «11 مقالًا». `oblique` after a preposition; `other` for «3 وسائل أخرى»."""
        word = NOUNS[noun]
        if not self.arabic:
            return f"{self.number(n)} {'other ' if other else ''}{word.english[n != 1]}"
        if n == 1:
            return (
                f"{word.one} أخرى"
                if other and word.feminine
                else f"{word.one} آخر"
                if other
                else f"{word.one} {'واحدة' if word.feminine else 'واحد'}"
            )
        if n == 2:
            two = word.two_oblique if oblique else word.two
            more = ("أخريين" if oblique else "أخريان") if word.feminine else ("آخرين" if oblique else "آخران")
            return f"{two} {more}" if other else two
        last = n % 100
        form = word.few if 3 <= last <= 10 else word.many if last >= 11 else word.one
        tail = " أخرى" if other else ""
        return f"{self.number(n)} {form}{tail}"

    def few_of(self, names: Sequence[str]) -> Line:
        """«الجسر و3 وسائل أخرى»: a name, and how many more; two are both named."""
        first: Line = (Foreign(names[0]),)
        if len(names) == 1:
            return first
        more: Line = (
            (Foreign(names[1]),)
            if len(names) == 2
            else (self.count(len(names) - 1, "outlet", oblique=True, other=True),)
        )
        return self.say("and_more", first=first, more=more)

    # ---- days and hours
    def month(self, n: int) -> str:
        if not self.arabic:
            return calendar.ENGLISH_MONTHS[n - 1]
        return calendar.months(self.timezone)[n - 1]

    def month_of(self, year: int, n: int) -> str:
        return f"{self.month(n)} {self.digits(str(year))}"

    def weekday(self, day: date) -> str:
        return (calendar.DAYS if self.arabic else calendar.ENGLISH_DAYS)[day.weekday()]

    def week(self) -> list[tuple[int, str, str]]:
        """Weekdays as a calendar heads its columns: number (0 = Monday), short, long. Arabic weeks begin on Saturday."""
        order = [5, 6, 0, 1, 2, 3, 4] if self.arabic else list(range(7))
        return [
            (
                d,
                calendar.DAYS_SHORT[d] if self.arabic else calendar.ENGLISH_DAYS[d][:2],
                (calendar.DAYS if self.arabic else calendar.ENGLISH_DAYS)[d],
            )
            for d in order
        ]

    def day(self, day: date, *, year: bool = True) -> str:
        """«23 تشرين الثاني 2026»."""
        return self.digits(f"{day.day} {self.month(day.month)}" + (f" {day.year}" if year else ""))

    def long_day(self, day: date) -> str:
        """«الاثنين 23 تشرين الثاني 2026»."""
        return f"{self.weekday(day)}{' ' if self.arabic else ', '}{self.day(day)}"

    def heading(self, day: date) -> str:
        """The long day, and the Hijri beside it where the digest asks for it."""
        told = calendar.hijri(day, arabic=self.arabic) if self._hijri else ""
        return self.long_day(day) + (f"{self.comma}{self.digits(told)}" if told else "")

    def zone(self) -> Line:
        if self.arabic and self.timezone in calendar.CITIES:
            return (calendar.CITIES[self.timezone],)
        return (Foreign(self.timezone.rpartition("/")[2].replace("_", " ") if not self.arabic else self.timezone),)

    def window(self, edition: Json) -> Line:
        """«من 07:00 أمس إلى 07:00 اليوم بتوقيت دمشق»."""
        today = date.fromisoformat(edition["date"])
        ends = [self._day_and_hour(edition[end], today) for end in ("since", "until")]
        return self.say("window", since=ends[0], until=ends[1], zone=self.zone())

    def _day_and_hour(self, moment: str, today: date) -> str:
        at = datetime.fromisoformat(moment)
        return f"{self.digits(f'{at:%H:%M}')} {self._relative(at.date(), today)}"

    def _relative(self, day: date, today: date) -> str:
        if day == today:
            return self.plain("today_only")
        if day == today - timedelta(days=1):
            return self.plain("yesterday_only")
        return self.day(day, year=day.year != today.year)

    def when(self, moment: str, today: date, *, precision: str | None = "minute") -> str:
        """«05:10» on the edition's own day, «أمس 18:40», else with the date; without an hour where none is known."""
        at = datetime.fromisoformat(moment)
        if precision == "day":
            return self._relative(at.date(), today)
        if at.date() == today:
            return self.digits(f"{at:%H:%M}")
        if at.date() == today - timedelta(days=1):
            return self.plain("yesterday", clock=self.digits(f"{at:%H:%M}"))
        return f"{self.day(at.date(), year=at.year != today.year)}{self.comma}{self.digits(f'{at:%H:%M}')}"

    def ago(self, since: str | None, until: str) -> str:
        """«منذ 5 ساعات», «منذ يومين»; empty where it is not known, or began only after the window."""
        if not since:
            return ""
        span = datetime.fromisoformat(until) - datetime.fromisoformat(since)
        if span < timedelta(0):
            return ""
        hours = span // timedelta(hours=1)
        if hours < 1:
            return self.plain("since_hour")
        told = self.count(hours, "hour", oblique=True) if hours < 48 else self.count(hours // 24, "day", oblique=True)
        return self.plain("since", span=told)

    # ---- sentences of an edition
    def reason(self, reason: str) -> str:
        words = REASONS.get(reason) or REASONS["http-4xx"]
        return words[0 if self.arabic else 1]

    def coverage(self, coverage: Json) -> list[Line]:
        """What was looked at, in words: one sentence for an empty day, then the sources."""
        lines: list[Line] = []
        if not coverage["articles"]:
            lines.append(self.say("nothing_seen"))
        elif not coverage["tagged"]:
            lines.append(self.say("nothing_tagged", articles=self.count(coverage["articles"], "article")))
        parts = [self._read(coverage)]
        if coverage["failed"]:
            parts.append(self.plain("and_failed", n=self.count(len(coverage["failed"]), "source", oblique=True)))
        if coverage["quiet"]:
            parts.append(self.plain("and_quiet", n=self.count(len(coverage["quiet"]), "source")))
        lines.append((f"{self.semicolon.join(parts)}.".capitalize(),))
        return lines

    def _read(self, coverage: Json) -> str:
        if not coverage["feeds"]:
            return self.plain("no_feeds")
        return self.plain(
            "read", ok=self.number(coverage["ok"]), feeds=self.count(coverage["feeds"], "source", oblique=True)
        )

    def credit(self, story: Json) -> list[Line]:
        """Where the text comes from and who else has it: copies and independent reports apart."""
        origin, outlet = story["origin"]["outlet"], story["outlet"]
        copies, reports = self._others(story, "copy"), self._others(story, "report", "original")
        copies = [o for o in copies if o not in reports]
        found: list[Line] = []
        if origin and origin != outlet:
            found.append(
                self.say("from_via", origin=Foreign(origin), others=self.few_of(copies))
                if copies
                else self.say("from", origin=Foreign(origin))
            )
        elif copies:
            found.append(self.say("carried", others=self.few_of(copies)))
        if reports:
            found.append(self.say("reported" if len(reports) > 1 else "reported_one", others=self.few_of(reports)))
        return found

    @staticmethod
    def _others(story: Json, *relations: str) -> list[str]:
        apart = {story["outlet"], story["origin"]["outlet"]}
        return list(
            dict.fromkeys(
                a["outlet"] for a in story["articles"] if a["relation"] in relations and a["outlet"] not in apart
            )
        )

    def evidence(self, story: Json) -> Line:
        """Why the text is held to come from its origin; empty where it comes from the outlet itself."""
        origin = story["origin"]
        if not origin["outlet"] or origin["outlet"] == story["outlet"]:
            return ()
        basis = self.plain(origin["basis"])
        if origin["evidence"]:
            return self.say(
                "evidence_says",
                origin=Foreign(origin["outlet"]),
                basis=basis,
                evidence=Foreign(origin["evidence"], "quote"),
            )
        return self.say("evidence", origin=Foreign(origin["outlet"]), basis=basis)

    def news(self, story: Json, nouns: Mapping[str, tuple[str, str]]) -> list[Line]:
        """What an update brings; `nouns` name the figures."""
        found: list[Line] = []
        for item in story["news"]:
            if item["kind"] == "figure":
                noun = nouns.get(item["noun"], (item["noun"], ""))[0] if self.arabic else item["noun"]
                found.append(
                    self.say("figure", noun=noun, before=self.number(item["from"]), after=self.number(item["to"]))
                )
            elif item["kind"] == "outlets":
                found.append(self.say("news_outlets", names=self.few_of(item["outlets"])))
            elif item["kind"] == "text":
                found.append(self.say("news_text"))
            elif item["kind"] == "reports":
                found.append(self.say("news_reports", n=self.count(item["reports"], "report")))
        return found

    def why(self, story: Json, watchlist: str, titles: Mapping[str, str], most: int = 3) -> Line:
        """Which terms matched and by which reading: one of each term, spelling and rule, and how many more there are; then which
        other watchlists tag the story.
        """
        kinds: dict[tuple[str, str, str | None], Json] = {}
        for match in story["matches"]:
            kinds.setdefault((match["term"], match["surface"], match["rule"]), match)
        told = [self._reading(match) for match in list(kinds.values())[:most]]
        if len(kinds) > most:
            told.append((self.plain("more_matches", n=self.number(len(kinds) - most)),))
        parts = [(f"{self.plain('matched')}: ", *joined(told, self.semicolon))] if told else []
        if others := [(Foreign(titles[w]),) for w in story["watchlists"] if w != watchlist]:
            parts.append(self.say("also_on", names=joined(others, self.comma)))
        return joined(parts, " · ")

    def _reading(self, match: Json) -> Line:
        # «المعابر ← المعابر» says no more than «المعابر».
        same = match["surface"] == match["term"]
        told = Foreign(match["term"]) if same else Foreign(match["reading"], "reading")
        notes: list[Line] = []
        if match["rule"]:
            notes.append(self.say("by_rule", rule=Foreign(match["rule"])))
        if match["field"] == "title":
            notes.append(self.say("in_title"))
        return (told, *((" (", *joined(notes, self.comma), ")") if notes else ()))

    def see(self, title: str) -> Line:
        """Where a story stands in full."""
        return self.say("see", section=Foreign(title))

    def relation(self, article: Json) -> str:
        """«نسخة، 94٪»."""
        told = self.plain(article["relation"])
        if article["relation"] != "copy":
            return told
        # Rounded down, so that no copy is called whole that is not.
        return f"{told}{self.comma}{self.plain('similarity', n=str(int(article['similarity'] * 100 + 1e-9)))}"

    def quiet(self, feed: Json) -> str:
        usual = self.count(round(feed["usual_per_day"]), "article")
        if not feed["today"]:
            return self.plain("quiet_none", usual=usual)
        return self.plain("quiet_few", today=self.count(feed["today"], "article"), usual=usual)
