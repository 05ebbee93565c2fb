"""The catalogue: every sentence is well formed, is used, and escapes what is put in."""

import re
from pathlib import Path
from string import Formatter
from xml.etree import ElementTree

import pytest

from multilevel.wording import phrases
from multilevel.wording.catalogue import Catalogue

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "templates" / "text" / "en"
WORDS = Catalogue.load(FOLDER)
KEYS = sorted(WORDS.keys_of(""))


def test_values_are_escaped():
    words = Catalogue({"a": "<b>{x}</b> &amp; more"})
    assert words.say("a", x="<script>&") == "<b>&lt;script&gt;&amp;</b> &amp; more"
    assert words.plain("a", x="<script>&") == "<script>& & more"


def test_a_missing_value_or_sentence_is_a_bug():
    words = Catalogue({"a": "{x}"})
    with pytest.raises(KeyError):
        words.say("a")
    with pytest.raises(KeyError):
        words.say("b")


def test_a_key_in_two_files_is_refused(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("same: text\n")
    with pytest.raises(ValueError, match="same"):
        Catalogue.load(tmp_path)


def test_only_the_areas_asked_for_are_read(tmp_path):
    (tmp_path / "one.yaml").write_text("a: {b: text}\n")
    (tmp_path / "two.yaml").write_text("c: text\n")
    words = Catalogue.load(tmp_path, "one")
    assert "a.b" in words and "c" not in words


@pytest.mark.parametrize("key", [key for key in KEYS if not key.endswith(".latex")])
def test_every_sentence_is_well_formed_markup(key):
    sentence = WORDS.raw(key)
    if not key.startswith(
        (
            "programs.code.",
            "programs.line.",
            "programs.open.",
            "programs.survey.r_",
            "programs.survey.python_",
            "programs.survey.stata_",
            "programs.survey.spss_",
            "programs.survey.sas_",
            "programs.survey.scale.",
            "programs.survey.replicates.",
            "companion_code.",
        )
    ):  # code, escaped when shown
        ElementTree.fromstring(f"<p>{sentence}</p>")
    places = [name for _, name, _, _ in Formatter().parse(sentence) if name is not None]
    assert all(re.fullmatch(r"\w+", place) for place in places), places


def test_every_share_has_its_words():
    said = {phrases.share_key(value / 1000) for value in range(1001)}
    assert said == set(WORDS.keys_of("share"))


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (0.0, "none"),
        (0.004, "tiny"),
        (0.18, "fifth"),
        (0.33, "third"),
        (0.4999, "half"),
        (0.5114, "half"),
        (0.94, "most"),
        (0.999999, "nearly_all"),
        (1.0, "nearly_all"),
    ],
)
def test_shares_are_said_truly(value, key):
    assert phrases.share_key(value) == f"share.{key}"
