import json
import pickle

import pytest

from pipeline.dedupe import Fingerprint, fingerprint
from pipeline.dedupe.fingerprint import ALGORITHM, BANDS, ROWS, SEED


def test_a_fingerprint_survives_json_and_pickle_and_is_small(article, texts):
    for t in texts.values():
        mark = fingerprint(article("a", t["title"], t["body"]))
        assert Fingerprint.from_json(json.loads(json.dumps(mark.to_json()))) == mark
        assert pickle.loads(pickle.dumps(mark)) == mark
        assert len(json.dumps(mark.to_json())) < 2048
        assert len(set(mark.bands)) == len(mark.bands) <= 80


def test_the_library_still_makes_the_digests_that_archives_hold():
    from rensa import RMinHash

    sketch = RMinHash(BANDS * ROWS, SEED)
    sketch.update(["بحث الوزير مع", "الوزير مع الوفد", "مع الوفد الزائر"])
    assert ALGORITHM == "rensa-0.5/RMinHash/r1"
    assert sketch.digest()[:4] == [3255919910, 2838475748, 3853969470, 3376994195]


@pytest.mark.parametrize("keep", [2, 3, 4])
def test_a_trimmed_text_shares_keys_with_the_whole(article, texts, keep):
    for t in texts.values():
        whole = fingerprint(article("a", t["title"], t["body"]))
        part = fingerprint(article("b", "عنوان آخر تمامًا", "\n".join(t["body"].split("\n")[:keep])))
        assert set(whole.bands) & set(part.bands)


def test_a_short_text_inside_a_very_long_one_shares_keys_with_it(article, texts):
    long = "\n".join(t["body"] for t in texts.values())
    for t in texts.values():
        assert set(fingerprint(article("a", "", long)).bands) & set(fingerprint(article("b", "", t["body"])).bands)


def test_strangers_share_none(article, texts):
    marks = [set(fingerprint(article(n, t["title"], t["body"])).bands) for n, t in texts.items()]
    assert not any(a & b for i, a in enumerate(marks) for b in marks[i + 1 :])


def test_an_article_without_words_is_like_no_other(article):
    one, two = fingerprint(article("a", "", "")), fingerprint(article("b", "", "…\n—"))
    assert one.bands == two.bands == ()
    assert one.text_hash != two.text_hash


def test_the_hash_is_of_the_folded_text_without_credits(article, texts):
    t = texts["ferry"]
    a = fingerprint(article("a", t["title"], t["body"]))
    b = fingerprint(article("b", "عنوان آخر", t["body"].replace("أ", "ا") + "\nالمصدر: رويترز"))
    assert a.text_hash == b.text_hash
