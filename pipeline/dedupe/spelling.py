"""Two folded words: the same word, spelled or inflected otherwise? Rough on purpose; a stemmer would promise more and be wrong more."""

from __future__ import annotations

from pipeline.text.remembered import remembered


def alike(a: str, b: str) -> bool:
    """Whether two words may be one word, spelled or inflected otherwise: «يمني» and «اليمني», «أميركي» and «أمريكي»."""
    if a == b:
        return True
    a, b = bare(a), bare(b)
    short, long = sorted((a, b), key=len)
    if len(short) < 3 or short[0].isdigit() or long[0].isdigit():
        return short == long
    if short in long and len(long) - len(short) <= 3:
        return True
    same = next((n for n, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    if same >= 4 and same >= len(long) - 3:
        return True
    # One slip: a letter more, another letter, two letters exchanged.
    if len(short) < 5 or len(long) - len(short) > 1 or same == 0:
        return False
    rest, other = short[same:], long[same:]
    return rest[1:] == other[1:] or rest == other[1:] or (rest[:2] == other[1::-1] and rest[2:] == other[2:])


@remembered(100_000)
def bare(word: str) -> str:
    """Without the particles and the article before it, where three letters stay."""
    for start in ("وال", "بال", "كال", "فال", "لل", "ال", "و", "ب", "ل"):
        if word.startswith(start) and len(word) - len(start) >= 3:
            return word[len(start) :]
    return word


@remembered(100_000)
def stem(word: str) -> str:
    """A word without particles, article and the commonest endings: enough that «المدينة» and «بمدينة» meet."""
    word = bare(word)
    for end in ("ها", "هم", "ات", "ون", "ين", "ان", "يه", "ه", "ي", "ا"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word[: -len(end)]
    return word
