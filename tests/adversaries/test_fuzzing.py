"""Files, configurations and expressions as chance makes them: a value or a clear refusal.

A few hundred in each run of the tests; `make fuzz` tries many more.
"""

import importlib.util
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from multilevel.configuration import check_legible, expressions, load
from multilevel.errors import ConfigError, DataRefused
from multilevel.fit.model import fit_random_intercept
from multilevel.fit.refusal import check_fittable
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.ingest.stage import Ingested, ingest
from multilevel.ingest.students import Students
from multilevel.wording.findings import reason

ROOT = Path(__file__).parents[2]
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
_SPEC = importlib.util.spec_from_file_location("making", ROOT / "tests/unit/ingest/making.py")
making = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(making)

# Of one property, in a run of the tests; make fuzz sets a profile with more.
EXAMPLES = settings().max_examples
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzzing")


@cache
def original(folder: Path, ending: str) -> bytes:
    return making.written(folder, ending).read_bytes()


def judged(
    folder: Path, ending: str, content: bytes, outcome: str, group: str, **more: Any
) -> Ingested:
    """What becomes of a file with this content, checked for what must hold of any."""
    file = folder / f"fuzz{ending}"
    file.write_bytes(content)
    entry = {"file": file.name, "outcome": outcome, "group": group, **more}
    (dataset,) = load({"datasets": {"fuzz": entry}}, SCHEMA, folder).datasets
    ingested, students = ingest(dataset, file)
    assert isinstance(students, Students)
    if ingested.refusal is not None:
        assert ingested.status == "refused"
        assert reason(ingested.refusal).remedy.endswith((".", "?"))
        assert str(folder) not in reason(ingested.refusal).message
        assert not CONTROL.search(reason(ingested.refusal).message)
        return ingested
    members = students.members
    assert np.isfinite(members.scores).all()
    assert students.complete
    assert len(members.scores) == len(members.group) <= (ingested.rows_read or 0)
    statistics = SufficientStatistics.of(students.moments[0])
    try:
        check_fittable(statistics, outcome, group)
    except DataRefused:
        return ingested
    model = fit_random_intercept(statistics).model
    assert all(math.isfinite(one) for one in (model.gamma00, model.tau00, model.sigma2))
    return ingested


CELLS = st.one_of(
    st.integers(-9999, 9999).map(str),
    st.floats().map(str),
    st.sampled_from(["", "NA", ".", "1,5", "1.234,5", '"', "'", "=cmd()", "1e309", "٣", "\ufeff"]),
    st.text(max_size=6),
)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=12)


FORMS = st.fixed_dictionaries(
    {},
    optional={
        "encoding": st.sampled_from(["utf-8", "cp1252", "utf-16", "gb18030", "ascii"]),
        "header_row": st.integers(1, 4),
        "skip_rows": st.one_of(st.integers(1, 3), st.lists(st.integers(1, 5), max_size=2)),
        "where": st.sampled_from(["math > 0", "school != 'a'", "math * 2 - 1 < math / school"]),
    },
)


@settings(max_examples=EXAMPLES)
@example(
    rows=[["0", "0"], ["0", "0"]], ending=".csv", delimiter=",", end="\n", encoding="utf-8",
    damage=b"", said={},
)  # fmt: skip
@given(
    rows=TABLES,
    ending=st.sampled_from([".csv", ".dat"]),
    delimiter=st.sampled_from([",", ";", "\t", "|", " ", "  "]),
    end=st.sampled_from(["\n", "\r\n", "\r", ""]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "utf-16", "shift_jis", "mac_roman"]),
    damage=st.binary(max_size=3),
    said=FORMS,
)
def test_any_text(
    folder: Path,
    rows: list[list[str]],
    ending: str,
    delimiter: str,
    end: str,
    encoding: str,
    damage: bytes,
    said: dict[str, Any],
) -> None:
    text = end.join(delimiter.join(row) for row in [["math", "school"], *rows])
    judged(folder, ending, text.encode(encoding, "replace") + damage, "math", "school", **said)


# Each of these starts a process that reads the file.
@settings(max_examples=EXAMPLES // 3)
@example(".sav", [(0.171875, b"\x00\x00\x00")], 1.0, {})  # a column without a name
@example(".feather", [(0.5078125, b"\x00\x00\x00`")], 1.0, {})  # a score of 1e200
@example(".feather", [(0.5078125, b"\x00\x00\x00Q")], 1.0, {})  # of 1e80
@example(".parquet", [(0.21875, b"\x80")], 1.0, {})  # a column's name that is no text
@given(
    ending=st.sampled_from(making.BINARY),
    damage=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=4),
    kept=st.one_of(st.just(1.0), st.floats(0, 1)),
    said=st.sampled_from([{}, {}, {"encoding": "cp1252"}, {"encoding": "utf-8"}]),
)
def test_any_damage(
    folder: Path,
    ending: str,
    damage: list[tuple[float, bytes]],
    kept: float,
    said: dict[str, str],
) -> None:
    content = bytearray(original(folder, ending))
    for where, what in damage:
        place = int(where * (len(content) - 1))
        content[place : place + len(what)] = what
    judged(folder, ending, bytes(content[: int(kept * len(content))]), "Math", "IDSCHOOL", **said)


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.floats(),
        st.dates(),
        st.text(max_size=12),
        st.sampled_from(["a.csv", "*.csv", "/etc/passwd", "../..", "PV[1-5]X", "A*B", "{x}", "~"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(sorted(SCHEMA["properties"]))
ENTRY_KEYS = st.sampled_from(sorted(SCHEMA["$defs"]["dataset"]["properties"]))


# An entry in order, with some of it replaced.
ENTRIES = st.builds(
    lambda changed, left: {
        key: value
        for key, value in ({"file": "a.csv", "outcome": "x", "group": "y"} | changed).items()
        if key not in left
    },
    st.dictionaries(ENTRY_KEYS, VALUES, max_size=3),
    st.sets(ENTRY_KEYS, max_size=2),
)


@settings(max_examples=EXAMPLES)
@given(
    top=st.dictionaries(KEYS, VALUES, max_size=1),
    entries=st.dictionaries(
        st.one_of(st.text(max_size=8), st.text("ab-.", min_size=1)),
        st.one_of(ENTRIES, VALUES),
        max_size=3,
    ),
    defaults=st.dictionaries(ENTRY_KEYS, VALUES, max_size=1),
)
def test_any_configuration(
    folder: Path, top: dict[str, Any], entries: dict[str, Any], defaults: dict[str, Any]
) -> None:
    config = {"datasets": entries, "defaults": defaults, **top}
    try:
        found = load(config, SCHEMA, folder, lambda *_: ("one", "two"))
    except ConfigError as fault:
        said = str(fault)
    else:
        said = ""
        assert all(re.fullmatch(r"[\w.-]+", dataset.id) for dataset in found.datasets)
    assert all(line.startswith("config: ") for line in said.splitlines())


@settings(max_examples=EXAMPLES)
@given(
    text=st.one_of(
        st.text(), st.text("ab:-[]{}&*!|>'\"%@`#, \n\t1?", max_size=60), VALUES.map(yaml.dump)
    )
)
def test_any_yaml(folder: Path, text: str) -> None:
    file = folder / "config.yaml"
    file.write_text(text, encoding="utf-8", errors="replace")
    try:
        check_legible(file)
    except ConfigError as fault:
        said = str(fault)
    else:
        said = str(file)
        assert isinstance(yaml.safe_load(file.read_text("utf-8")), dict)
    assert said.startswith(str(file))


@settings(max_examples=EXAMPLES)
@given(text=st.one_of(st.text(), st.text("AB1.+-*/()` e", max_size=40)))
def test_any_expression(text: str) -> None:
    columns = {"A": np.array([2.0, 3.0]), "B": np.array([4.0, 0.0])}

    def column(name: str) -> np.ndarray:
        if name not in columns:
            raise DataRefused("missing_column.nameless", file="a.csv")
        return columns[name]

    try:
        value = expressions.evaluate(text, column)
    except (ValueError, DataRefused):
        return
    assert value.shape == (2,)
