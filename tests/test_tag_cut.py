"""Tokens worked out one at a time are those that are found all at once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.tag.cut import Cut, parted
from pipeline.text.tokens import TOKEN, tokens

PIECES = ["سد", "النهضة", "و", "لـ", "ـ", "«", "”", "كوفيد19", "ـCNN", "3.5", "1,000", "أ.ف.ب", "–", "،", ".", "\u200b"]
PIECES += [
    "\u200f",
    "\u064b",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\u00a0",
    "\r\n",
    "\u2028",
    "\x1c",
    "ﷺ",
    "\u06e5",
    "#",
    "_",
    "x",
    "é",
    "😀",
]


def cut(text: str) -> Cut:
    chunks, even = parted(text)
    counts = [(at, len(TOKEN.findall(chunk))) for at, chunk in enumerate(chunks)]
    return Cut(text, chunks, [(at, count) for at, count in counts if count != 1], even=even)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.data())
def test_each_token_stands_where_a_search_for_all_finds_it(text: str, data: st.DataObject):
    found = tokens(text)
    one = cut(text)
    assert one.count == len(found) == len(one.raws) == len(one.begins)
    for at in data.draw(st.permutations(range(len(found)))):
        assert one.place(at) == (found[at].start, found[at].end)
        assert one.raw(at) == found[at].surface == one.raws[at]
        assert one.between(at) == text[found[at - 1].end if at else 0 : found[at].start]
        assert one.gap(at) == ("break" if at == 0 else found[at].before)
        assert one.joined(at) == (one.gap(at) == "joined")
    assert one.gap(one.count) == "break"
    assert not one.joined(one.count)


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.sampled_from([*PIECES[:8], " ", " ", "\n", "\t", "\u00a0", "\r\n"]), max_size=30).map("".join),
    st.data(),
)
def test_a_text_with_other_white_space_is_cut_alike(text: str, data: st.DataObject):
    found = tokens(text)
    one = cut(text)
    assert one.count == len(found)
    for at in data.draw(st.permutations(range(len(found)))):
        assert (one.raw(at), one.place(at)) == (found[at].surface, (found[at].start, found[at].end))
        assert one.gap(at) == ("break" if at == 0 else found[at].before)


def test_places_are_right_however_often_they_are_asked_for():
    text = " ".join(f"كلمة{'،' * (n % 3)}" for n in range(40))
    one, found = cut(text), tokens(text)
    for _ in range(20):  # back and forth, until counting on is given up
        for at in (39, 0, 20):
            assert one.place(at) == (found[at].start, found[at].end)
