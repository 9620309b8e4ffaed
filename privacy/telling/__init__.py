"""Telling what happened in sentences: from history, before and after, in the reader's language, by their rights.

``sentences`` knows how any field's change is said; a model may offer better words (``words.offer``).
"""

from privacy.telling.names import Names, called, names_in
from privacy.telling.sentences import Event, comings_and_goings, door, life, tell, who
from privacy.telling.words import Words, offer, words_of

__all__ = [
    "Event",
    "Names",
    "Words",
    "called",
    "comings_and_goings",
    "door",
    "life",
    "names_in",
    "offer",
    "tell",
    "who",
    "words_of",
]
