"""Comparisons in the configuration: patterns, and what is wrong with them."""

import pytest
from tests.helpers.building import ROOT

from multilevel import configuration
from multilevel.configuration.comparisons import ComparisonEntry
from multilevel.errors import ConfigError

DATASETS = {
    name: {"file": f"{name}.csv", "outcome": "y", "group": "g"} for name in ("a-1", "a-2", "b")
}


def read(**comparison):
    config = {"datasets": DATASETS, "comparisons": {"c": {"datasets": ["a-*"], **comparison}}}
    return configuration.read(config, ROOT / "workflow" / "schemas", ROOT).comparisons[0]


def test_patterns_and_ids_in_the_order_given():
    assert read(datasets=["b", "a-*", "a-1"]).datasets == ("b", "a-1", "a-2")
    assert read().reference == "mean"
    assert read(datasets=["none-*"]).datasets == ()


@pytest.mark.parametrize("reference", ["mean", "a-1", "b-later"])
def test_a_reference_is_the_mean_or_a_dataset_compared(reference):
    """A pattern of files may find b-later yet."""
    assert read(datasets=["a-*", "b-*", "b"], reference=reference).reference == reference


def test_settings_survive():
    entry = read(by="cycle", link_error={"2019-2023": 2})
    assert ComparisonEntry.from_settings(entry.settings()) == entry
    assert entry.link_error == (("2019-2023", 2.0),)


@pytest.mark.parametrize(
    ("comparison", "message"),
    [
        ({"datasets": ["a-3x", "zz"]}, "there is no dataset"),
        ({"reference": "bb"}, "Did you mean b?"),
        ({"reference": "b"}, 'reference: "?b"? is not among the datasets compared'),
        ({"reference": "a-*"}, 'reference: "?a-[*]"? is a pattern'),
        ({"by": "school"}, "by"),
        ({"link_error": {"2019-2023": -1}}, "link_error"),
    ],
)
def test_faults(comparison, message):
    with pytest.raises(ConfigError, match=message):
        read(**comparison)


def test_an_id_that_a_dataset_has():
    config = {"datasets": DATASETS, "comparisons": {"B": {"datasets": ["a-*"]}}}
    with pytest.raises(ConfigError, match="a dataset has this id"):
        configuration.read(config, ROOT / "workflow" / "schemas", ROOT)
