"""Labels of columns as nouns, so that they stand in any sentence."""

import re

LONGEST_NOUN = 8
# A question, a sentence, a numbered item of a questionnaire, or the first words of one of these.
_NO_NOUN = re.compile(
    r"[?!:;]|[.]\s|^\d|^(how|what|when|why|who|which|where|do|does|did|is|are|have|has|i|my|we|our)\b",
    re.IGNORECASE,
)


def as_noun(outcome: str) -> str:
    """math score -> math score; How often do you read? -> score on “How often do you read?”"""
    asks = _NO_NOUN.search(outcome) is not None or len(outcome.split()) > LONGEST_NOUN
    return f"score on “{outcome.removesuffix(' score')}”" if asks else outcome
