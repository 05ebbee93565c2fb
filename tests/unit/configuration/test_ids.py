"""Ids made of names that repeat themselves."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from snakemake.io import PeriodicityDetector
from tests.unit.configuration.test_configuration import loaded, many, touch

from multilevel.configuration.expansion import _Found, _ids, slug


@given(
    st.text(alphabet="ab-", max_size=3),
    st.text(alphabet="ab-.", min_size=1, max_size=5),
    st.integers(1, 90),
)
def test_no_id_looks_endless_to_snakemake(start: str, unit: str, times: int) -> None:
    made = _Found("n", f"{start}{unit * times}.csv", value=unit * times)
    endless = PeriodicityDetector().is_periodic
    assert not endless(slug(start + unit * times))
    assert not endless(_ids([made], set())[made])


def test_names_that_repeat_stay_apart(tmp_path: Path) -> None:
    touch(tmp_path, *(f"{'x' * times}.csv" for times in (1, 30, 150)), f"{'n-' * 19}n.csv")
    entry = many("*.csv")["datasets"]["nightly"]
    ids = [one.id for one in loaded({"datasets": {"n": entry}}, tmp_path).datasets]
    assert len(set(ids)) == 4
    assert not [name for name in ids if PeriodicityDetector().is_periodic(name)]
