"""In which of our languages a text is written: by its small words."""

import re

SMALL_WORDS = {
    "de": frozenset(
        [
            "der",
            "die",
            "das",
            "und",
            "ist",
            "nicht",
            "ich",
            "sie",
            "wir",
            "mit",
            "für",
            "auf",
            "ein",
            "eine",
            "zu",
            "den",
            "von",
            "bitte",
            "habe",
            "mein",
            "im",
            "es",
            "noch",
            "aber",
            "wie",
            "wenn",
        ]
    ),
    "en": frozenset(
        [
            "the",
            "and",
            "is",
            "not",
            "you",
            "we",
            "with",
            "for",
            "on",
            "a",
            "an",
            "to",
            "of",
            "please",
            "have",
            "my",
            "in",
            "it",
            "but",
            "how",
            "if",
            "are",
            "this",
            "that",
            "your",
            "can",
        ]
    ),
}
WORD = re.compile(r"[a-zäöüß]+")
ENOUGH = 2


def guess(text: str) -> str:
    """``de``, ``en``, or nothing when it can't be told."""
    words = WORD.findall(text[:5000].lower())
    counts = {code: sum(word in small for word in words) for code, small in SMALL_WORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    others = max(count for code, count in counts.items() if code != best)
    return best if counts[best] >= ENOUGH and counts[best] > others else ""
