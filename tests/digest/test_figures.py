"""Figures with what they count."""

import pytest

from pipeline.digest.figures import changes, figures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ارتفاع الحصيلة إلى 9 قتلى و14 جريحًا", {"killed": 9, "wounded": 14}),
        ("تسعة قتلى وثلاثة مفقودين", {"killed": 9, "missing": 3}),
        ("مقتل ٧ أشخاص وإصابة ١٢ جريحا", {"wounded": 12}),
        ("سقط قتيلان وجريحان", {"killed": 2, "wounded": 2}),
        ("1,500 نازح و20 ألف لاجئ", {"displaced": 1500, "refugees": 20_000}),
        ("at least 12 killed, 30 injured and 5 missing", {"killed": 12, "wounded": 30, "missing": 5}),
        ("في 12 تشرين الثاني، بعد 3 أيام و7 أهداف", {}),
        ("9 قتلى ثم 11 قتيلًا", {"killed": 9}),
        ("", {}),
    ],
)
def test_people_and_losses_are_counted_and_nothing_else(text, found):
    assert figures(text) == found


def test_the_headline_speaks_before_the_text():
    assert figures("9 قتلى", "كانت الحصيلة 6 قتلى و4 جرحى") == {"killed": 9, "wounded": 4}


def test_a_change_is_told_against_the_last_figure_shown():
    before = [{"wounded": 3}, {"killed": 6, "wounded": 1}]
    assert changes(before, {"killed": 9, "wounded": 3, "missing": 2}) == [
        {"kind": "figure", "noun": "killed", "from": 6, "to": 9}
    ]
