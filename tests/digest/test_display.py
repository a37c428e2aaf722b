"""What strangers' text may not do on a page of ours."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.digest import display

ANY = st.text(st.characters(), max_size=80)


@given(ANY)
def test_nothing_that_steers_hides_or_breaks_a_line_is_left(text):
    found = display.clean(text)
    assert found == found.strip()
    for character in found:
        assert character == " " or not character.isspace()
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in {
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN",
        } or character in "\u200c\u200d"  # fmt: skip
    found.encode("utf-8")
    assert display.clean(found) == found


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("\u202eمقلوب\u202c", "مقلوب"),
        ("سطر\nآخر\tوآخر\u2028", "سطر آخر وآخر"),
        ("a\u0000b\u0085c", "a b c"),
        ("نصـ\u00adـف\u200b\ufeff", "نصــف"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200cمی \u200c خواهم\u200c\u200d", "می خواهم"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("\ud83d وحيد", "\ufffd وحيد"),
        ("ز" + "\u0336" * 50, "ز" + "\u0336" * 4),
        ("\u0651\u064e تائهة", "تائهة"),
        ("مُدَرِّسٌ", "مُدَرِّسٌ"),
        ("\U000e0041\U000e0042tag", "tag"),
    ],
)
def test_cleaning_takes_what_is_hidden_and_keeps_what_is_meant(given_, shown):
    assert display.clean(given_) == shown


@given(ANY, st.integers(4, 40))
def test_clipping_keeps_the_beginning_and_the_length(text, most):
    text = display.clean(text)
    found = display.clip(text, most)
    assert len(found) <= most + 1
    assert found == text or (found.endswith("…") and text.startswith(found[:-1]))


ODD = st.text(
    st.sampled_from(
        "اب \u0651\u0336\u200c\u200d\u202e\u00a0\t\x1c\x85\u1680\u2003\u2028\u3000\ufffe\U0001ffff\ud800\U000e0041"
    ),
    max_size=12,
)


@given(st.one_of(ODD, ANY))
def test_a_text_that_is_not_mended_had_nothing_to_mend(text):
    assert display.shown(text) == display.mended(text)
    twice = display.mended(display.mended(text).strip())
    assert display.clean(text) == display._FIRST_MARKS.sub("", twice).strip()


def test_every_kind_of_white_space_is_seen():
    for character in map(chr, range(0x110000)):
        if character.isspace() and character != " ":
            assert display.shown(f"ا{character}ب") == display.mended(f"ا{character}ب") == "ا ب", hex(ord(character))


def test_clipping_stops_between_words():
    assert display.clip("كلمات كثيرة في عنوان طويل جدًّا", 22) == "كلمات كثيرة في عنوان…"


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("قال الوزير", "rtl"),
        ("NATO يعلن تدريبًا", "rtl"),
        ("The Ferry Post", "ltr"),
        ("Aid convoys (المساعدات)", "ltr"),
        ("سوق Cairo International Book Fair المحلي", "rtl"),
        ("12.5%", "auto"),
        ("", "auto"),
        ("שלום", "rtl"),
    ],
)
def test_a_string_is_read_in_the_direction_of_its_words(text, way):
    assert display.direction(text) == way


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", " javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "//host/x", "/x", "x", "", "http:",
        "http://", "https:///x", "ftp://h/x", "http:\\\\h", "vbscript:x", "https://\\evil", "http://h/\ud800", "\u0001http://h/",
    ],
)  # fmt: skip
def test_only_web_addresses_are_linked(url):
    assert display.link(url) is None


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://h.example/a?b=1&c=2#d", "https://h.example/a?b=1&c=2#d"),
        ("HTTP://h.example/سوريا", "HTTP://h.example/سوريا"),
        ("https://h.example/a b\n\u202ec", "https://h.example/a%20b%0A%E2%80%AEc"),
        ("https://h.example/%D8%A7", "https://h.example/%D8%A7"),
    ],
)
def test_an_address_stays_whole_and_hides_nothing(url, linked):
    assert display.link(url) == linked
