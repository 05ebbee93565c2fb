"""Sentences of a user's own: what may stand in the place of ours, and what is refused."""

import pytest
from tests.helpers.contexts import WORDS

from multilevel.configuration.words import changeable
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.replacing import cleaned, faults

OURS = (
    '{Groups} differ by <b>{gap}</b> ({level}), {s_tau00}; see <a href="#schools">{Group} '
    "by {group}</a>."
)
OPTIONAL = "Rows left out: {n} ({share:percent})[[; without a score: {n_score}]]."


@pytest.mark.parametrize(
    "text",
    [
        OURS,
        "Between {groups}, {level}: {gap} (<em>R&D</em>, p > .05)",
        'Siehe <a href="#schools">{Group}</a>: {gap}, {level} &amp; mehr',
        "{gap} {level} {{n}}",
    ],
)
def test_what_fits(text: str) -> None:
    assert list(faults(cleaned(text), OURS)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The gap is {gap}.", "the place {level} is missing"),
        ("{gap} {level} {icc}", 'no place "{icc}"'),
        ("{gap.__class__} {level} {gap}", 'no place "{gap.__class__}"'),
        ("{gap!r} {level} {gap}", 'no place "{gap!r}"'),
        ("{gap:>9999999999} {level} {gap}", "no place"),
        ("{gap} {level} {members}", 'no place "{members}"'),
        ("{gap} {level", "has no partner"),
        ("", "is empty"),
        ("<script>{gap}</script> {level}", 'the tag "<script>" can'),
        ('<b onclick="x">{gap}</b> {level}', "can't stand in it"),
        ('<a href="javascript:x">{gap}</a> {level}', "can't stand in it"),
        ('<a href="#schools">{gap} {level}', 'the tag "<a>" isn'),
        ("<b>{gap}</i></b> {level}", "closes none"),
        ("{gap} < {level}", "Write &lt;"),
        ("{gap} {level} \u202e", "control character"),
        ("{gap} {level}" + "x" * 3_000, "longer than"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    assert said in " ".join(faults(cleaned(text), OURS))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{n} of all, {share:percent}[[ and {n_score}]]", ""),
        ("{n}, {share:percent}", ""),
        ("{n}, {share:percent}, {n_score}", "must stand in [[double brackets]]"),
        ("{n}, {share}", "no place"),
        ("[[{n}]], {share:percent}", "the place {n} is missing"),
    ],
)
def test_what_can_be_missing_stays_in_brackets(text: str, said: str) -> None:
    found = " ".join(faults(cleaned(text), OPTIONAL, optional=True))
    assert said in found if said else not found


def test_each_sentence_of_ours_could_stand_in_its_own_place() -> None:
    keys = [key for key in WORDS.keys_of("") if changeable(key, WORDS) and WORDS.raw(key)]
    assert len(keys) > 1_000
    for key in keys:
        ours = WORDS.raw(key)
        assert list(faults(cleaned(ours), ours, key.startswith("finding."))) == [], key


def test_words_laid_over_are_filled_and_escaped_alike() -> None:
    ours = Catalogue({"a": "{Groups} differ by {gap}", "b": "as it was {gap}"})
    mine = ours.laid_over({"a": "{gap} between {groups}, <b>{Groups}</b>", "gone": "nothing"})
    said = mine.say("a", gap="<script>", Groups="Écoles")
    assert said == "&lt;script&gt; between écoles, <b>Écoles</b>"
    assert mine.say("b", gap=1) == "as it was 1"
    assert "gone" not in mine
    assert ours.laid_over({}) is ours
    with pytest.raises(KeyError):
        mine.say("a", gap=1)
