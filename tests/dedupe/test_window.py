import tracemalloc

from pipeline.dedupe import Window


def test_what_is_older_than_thirty_days_is_forgotten(article, texts):
    t = texts["bridge"]
    window = Window()
    window.add(article("old", t["title"], t["body"]))
    assert window.add(article("in-time", t["title"], t["body"], minutes=60 * 24 * 29)).original == "old"
    assert (
        window.add(article("later", texts["ferry"]["title"], texts["ferry"]["body"], minutes=60 * 24 * 70)).relation
        == "original"
    )
    assert window.add(article("again", t["title"], t["body"], minutes=60 * 24 * 70)).relation == "original"
    assert len(window) == 2


def test_a_late_original_is_told_as_a_copy_of_what_was_told_before(article, texts):
    t = texts["bridge"]
    window = Window()
    assert window.add(article("reprint", t["title"], t["body"], outlet="المرسى", minutes=10)).relation == "original"
    late = window.add(article("first", t["title"], t["body"], outlet="الضفاف", minutes=20, out=0))
    assert (late.relation, late.original) == ("copy", "reprint")
    third = window.add(article("third", t["title"], t["body"], outlet="الميناء", minutes=30))
    assert (third.relation, third.original, third.origin.outlet) == ("copy", "first", "الضفاف")


def _noise(article, n):
    words = ["بيت", "شجرة", "بحر", "كتاب", "طريق", "حجر", "غيمة", "نافذة", "سفينة", "مدرسة", "حديقة", "مصباح"]
    said = [
        f"{words[(n * 7 + i * i) % len(words)]}{chr(0x0628 + (n + i) % 18)}{chr(0x0628 + (n // 18 + 3 * i) % 18)}"
        for i in range(60)
    ]
    return article(f"n{n}", " ".join(said[:8]), " ".join(said), minutes=n)


def test_memory_is_bounded_by_number(article):
    window = Window(most=150)
    for n in range(300):
        window.add(_noise(article, n))
    tracemalloc.start()
    for n in range(300, 500):
        window.add(_noise(article, n))
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(window) == 150
    assert len(window._keys._table) <= 8 * 4 * 4096  # keys of what is forgotten take no room for ever
    assert grown < 15_000_000  # the words of the last two thousand articles looked at are remembered


def test_a_text_that_comes_again_and_again_stays_one_group(article, texts):
    t = texts["museum"]
    window = Window()
    for n in range(300):
        placed = window.add(article(f"c{n}", t["title"], t["body"], outlet=f"صحيفة {n}", minutes=n))
    assert (placed.relation, placed.original) == ("copy", "c0")
