import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from multilevel.configuration import Configuration, Dataset, load
from multilevel.errors import ConfigError
from multilevel.records.results import Labels

ROOT = Path(__file__).parents[3]
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
ONE = {"file": "a.csv", "outcome": "math", "group": "school"}


def one(**changes: Any) -> dict[str, Any]:
    return {"datasets": {"timss": {**ONE, **changes}}}


def loaded(config: Any, root: Path = Path("nowhere"), **more: Any) -> Configuration:
    return load(config, SCHEMA, root, **more)


def faults(config: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loaded(config)
    return str(caught.value).split("\n")


# The schema


def _objects(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for item in node for found in _objects(item)]
    if not isinstance(node, dict):
        return []
    here = [node] if node.get("type") == "object" else []
    return here + [found for value in node.values() for found in _objects(value)]


def test_schema_is_valid_and_closed() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert all("additionalProperties" in node for node in _objects(SCHEMA))


def test_every_key_has_a_description() -> None:
    for node in _objects(SCHEMA):
        for key, value in node.get("properties", {}).items():
            target = SCHEMA["$defs"].get(value.get("$ref", "").rpartition("/")[2], {})
            assert value.get("description") or target.get("description"), key


# Good configurations


def test_defaults() -> None:
    configuration = loaded(one())
    assert configuration.results == "results"
    assert configuration.datasets == (
        Dataset(
            id="timss",
            file="a.csv",
            outcome="math",
            group="school",
            labels=Labels(
                title="Timss",
                subtitle="",
                outcome="math score",
                group="school",
                groups="schools",
                member="student",
                members="students",
            ),
            method="REML",
            confidence=0.95,
            missing=(),
            bootstrap=2_000,
            entry="timss",
        ),
    )


@pytest.mark.parametrize("draws", [0, 1, 100_000, 2e3])
def test_the_bootstrap_may_be_off_or_longer(draws: float) -> None:
    assert loaded(one(bootstrap=draws)).datasets[0].bootstrap == draws
    assert loaded({**one(), "defaults": {"bootstrap": draws}}).datasets[0].bootstrap == draws


def test_defaults_of_the_file_come_under_each_dataset() -> None:
    defaults = {"method": "ML", "confidence": 0.9, "missing": [9], "labels": {"member": "pupil"}}
    config = {
        "results": "out",
        "defaults": defaults,
        "datasets": {
            "a": ONE,
            "b": {**ONE, "method": "REML", "missing": ["x"], "confidence": 0.99},
        },
    }
    configuration = loaded(config)
    first, second = configuration.datasets
    assert configuration.results == "out"
    assert (first.method, first.confidence, first.missing) == ("ML", 0.9, (9,))
    assert (second.method, second.confidence, second.missing) == ("REML", 0.99, ("x",))
    assert second.labels.members == "pupils"


@pytest.mark.parametrize(
    ("over", "under", "words"),
    [
        ({}, {}, ("school", "schools")),
        ({"group": "village"}, {}, ("village", "villages")),
        ({"group": "class", "groups": "classes"}, {}, ("class", "classes")),
        ({}, {"group": "class", "groups": "classes"}, ("class", "classes")),
        ({"group": "village"}, {"group": "class", "groups": "classes"}, ("village", "villages")),
        ({"groups": "Schulen"}, {"group": "Schule"}, ("Schule", "Schulen")),
        ({"group": "class"}, {}, ("class", "classes")),
        ({"group": "family"}, {}, ("family", "families")),
        ({"group": "day"}, {}, ("day", "days")),
        ({"group": "person"}, {}, ("person", "people")),
        ({"group": "school branch"}, {}, ("school branch", "school branches")),
        ({"group": "学校"}, {}, ("学校", "学校")),
    ],
)
def test_plurals(over: dict[str, str], under: dict[str, str], words: tuple[str, str]) -> None:
    labels = loaded({**one(labels=over), "defaults": {"labels": under}}).datasets[0].labels
    assert (labels.group, labels.groups) == words


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "😀", "ציונים", "a" * 300])
def test_titles_may_be_any_text(text: str) -> None:
    assert loaded(one(title=text, subtitle=text)).datasets[0].labels.title == text


def test_a_column_with_a_strange_name_gets_a_printable_label() -> None:
    labels = loaded(one(outcome="math\nscore" + "x" * 200)).datasets[0].labels
    assert labels.outcome.startswith("math score")
    assert 80 < len(labels.outcome) <= 100


def test_settings_round_trip_through_json() -> None:
    dataset = loaded(one(missing=[999, 99.5, "x"], title="T")).datasets[0]
    assert Dataset.from_settings(json.loads(json.dumps(dataset.settings()))) == dataset


def test_a_missing_file_is_no_fault() -> None:
    assert loaded(one(file="not/there.csv")).datasets[0].file == "not/there.csv"


# Faults


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (None, "it is empty"),
        ({}, "it is empty"),
        ([], "must consist of keys with values, such as datasets:, not a list"),
        ("text", 'not the text "text"'),
        ({"datasets": {}}, "datasets is empty"),
        ({**one(), "publication": None}, "publication has no value"),
        ({**one(), "publication": 5}, "publication must be keys with values"),
        ({"datasets": None}, "datasets has no value"),
        ({"datasets": ["a"]}, "datasets must be keys with values, not a list"),
        ({"datsets": {"a": ONE}}, "datsets is not a known key. Did you mean datasets?"),
        ({"datsets": {"a": ONE}}, "the file needs the key datasets"),
        (one(outcom="x"), "datasets.timss.outcom is not a known key. Did you mean outcome?"),
        (one(labels={"grup": "x"}), "labels.grup is not a known key. Did you mean group?"),
        (
            one(qqq=1),
            "Known keys are accept_missing, benchmarks, bootstrap, companion, confidence, country",
        ),
        (one(splt_by="x"), "datasets.timss.splt_by is not a known key. Did you mean split_by?"),
        ({"defaults": {"file": "x"}, **one()}, "defaults.file is not a known key"),
        ({"datasets": {"a": {"file": "x"}}}, "datasets.a needs the key outcome"),
        ({"datasets": {"a": {"file": "x"}}}, "datasets.a needs the key group"),
        (one(files="*.csv"), "datasets.timss has both file and files"),
        ({"datasets": {"a": {"outcome": "x", "group": "y"}}}, "datasets.a needs either file"),
        (one(file=3), "datasets.timss.file must be text, not the number 3. Put it in quotes"),
        (one(file=""), "datasets.timss.file is empty"),
        (one(file="a\x00b"), "datasets.timss.file has a control character"),
        (one(file=None), "datasets.timss.file has no value"),
        (one(title=yaml.safe_load("2019-01-01")), "title must be text, not the date or time 2019"),
        (one(title="a\x1bb"), 'title has a control character in it: "a\\x1bb"'),
        (one(title="a\n"), "title has a control character"),
        (one(title="\ud800"), "title has a control character"),
        (one(title="a" * 301), "title is longer than 300 characters"),
        (one(labels={"group": "a" * 101}), "labels.group is longer than 100 characters"),
        (one(labels={"group": ""}), "labels.group is empty"),
        (one(method="reml"), 'method must be REML or ML, not "reml". Did you mean REML?'),
        (one(method=True), "method must be REML or ML"),
        (one(confidence=95), "must be above 0.5 and below 1, not 95. Did you mean 0.95?"),
        (one(confidence=0.5), "must be above 0.5 and below 1, not 0.5"),
        (one(confidence=1), "must be above 0.5 and below 1, not 1"),
        (one(confidence="95%"), 'must be a number, not the text "95%"'),
        (one(confidence=float("nan")), "confidence must be a number, such as 0.95"),
        (one(bootstrap=-1), "bootstrap must be a number from 0 to 100,000, not -1"),
        (one(bootstrap=100_001), "bootstrap must be a number from 0 to 100,000, not 100,001"),
        (one(bootstrap=10.5), "bootstrap must be a whole number, not the number 10.5"),
        (one(bootstrap=True), "bootstrap must be a whole number, not true"),
        (one(bootstrap=float("inf")), "bootstrap must be a whole number"),
        (one(missing=999), "missing must be a list, such as [999], not the number 999"),
        (one(missing=[False]), "missing[0] must be a number or text, not false"),
        (one(missing=[1, float("inf")]), "missing[1] must be a finite number"),
        (one(outcome=3), "outcome must be text or a list, such as [999], not the number 3"),
        (one(outcome=[]), "outcome is empty"),
        (one(outcome=["a", 3]), "outcome[1] must be text, not the number 3"),
        (one(outcome="A[5-1]"), '"A[5-1]" is no pattern: [5-1] runs backwards'),
        (one(outcome="A[0-9999]"), "stands for more than 1,000 columns"),
        (one(outcomes={"a": "b"}), "it has both outcome and outcomes"),
        (
            {"datasets": {"a": {"file": "x", "group": "g", "outcomes": ["m", "g"]}}},
            "outcome and group name the same column",
        ),
        ({"datasets": {"a": {"file": "x", "preset": "tims"}}}, "Did you mean timss?"),
        (one(weights={"member": "W*"}), "weights.member can't be calculated: it ends too early"),
        (one(weights={"member": "W**2"}), "weights.member can't be calculated: \"*\" can't stand"),
        (one(weights={"group": "W"}), "weights needs the key member"),
        (one(weights={}), "weights is empty"),
        (one(weights={"scaling": "sze", "member": "W"}), "Did you mean size?"),
        (one(replicates={"method": "jk2"}), "replicates.zone is needed for the method jk2"),
        (one(replicates={"method": "brr-fay"}), "replicates.columns is needed"),
        (
            one(replicates={"method": "brr-fay", "columns": "W*", "fay": 1}),
            "fay must be from 0 and below 1",
        ),
        (one(replicates={"zone": "Z"}), "replicates needs the key method"),
        (one(join={"file": "b.csv"}), "join needs the key by"),
        (one(join={"file": "b*.csv", "by": "g"}), "join.file can have a * only where"),
        (one(sheet=0), "sheet must be a number from 1 to 1,000, not 0"),
        (one(outcome="school"), "outcome and group name the same column"),
        ({"datasets": {2019: ONE}}, 'the number 2019 to YAML. Put it in quotes: "2019"'),
        ({"datasets": {True: ONE}}, "datasets is true (which YAML also makes of yes"),
        ({"datasets": {"a": ONE, "A": ONE}}, "ids a and A differ only in upper and lower case"),
        ({"datasets": {"ab" * 20: ONE}}, "Snakemake takes no id that ends in 20 repeats"),
        ({"datasets": {"index.html": ONE}}, "datasets.index.html: this id is reserved"),
        ({"results": ".", **one()}, "results must be a folder of its own"),
        ({"results": "x/../..", **one()}, "results must be a folder of its own"),
    ],
)
def test_faults(config: Any, message: str) -> None:
    found = faults(config)
    assert any(message in line for line in found), found
    assert all(line.startswith("config: ") for line in found)


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a b", "é", "a\n", "-a", "a" * 101])
def test_ids_that_are_no_folder_names(name: str) -> None:
    assert any(
        "can't be an id" in line or "control" in line for line in faults({"datasets": {name: ONE}})
    )


def test_all_faults_are_listed_once() -> None:
    config = {"datasets": {"a": {"file": "x", "methd": "ML"}, "b": {**ONE, "confidence": 2}}}
    found = faults(config)
    assert len(found) == len(set(found)) == 4


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    key=st.sampled_from(["file", "outcome", "missing", "labels", "confidence", "title"]),
    value=json_values,
)
def test_any_value_loads_or_is_a_config_error(key: str, value: Any) -> None:
    for config in (one(**{key: value}), {key: value}, value, {"datasets": {"a": value}}):
        with suppress(ConfigError):
            loaded(config)


# Patterns


def many(pattern: str, **changes: Any) -> dict[str, Any]:
    entry = {"files": pattern, "outcome": "math", "group": "school", **changes}
    return {"datasets": {"nightly": entry}}


def touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
