"""The functions for people: tables in, the numbers of other programs out."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.fit.conftest import ORACLES, reference

import multilevel
from multilevel.errors import ConfigError, DataRefused


def test_a_table_gives_what_the_references_have() -> None:
    frame = pd.read_csv(ORACLES / "data" / "sim_unbal_b.csv")
    results = multilevel.fit_model(frame, outcome="y", group="group", bootstrap=0)
    known = reference("sim_unbal_b")["REML"]
    assert results.model.tau00 == pytest.approx(known["tau00"], rel=1e-8)
    assert results.model.gamma00 == pytest.approx(known["gamma00"], rel=1e-9)
    assert results.between.icc == pytest.approx(known["icc"], rel=1e-8)


def test_settings_are_those_of_the_configuration() -> None:
    frame = pd.DataFrame({"school": np.arange(60) // 6, "math": np.arange(60) % 7.0})
    frame.loc[3, "math"] = 999
    results = multilevel.fit_model(
        frame, outcome="math", group="school", method="ML", missing=[999], bootstrap=0
    )
    assert (results.model.method, results.data.n_members) == ("ML", 59)
    with pytest.raises(ConfigError, match="Did you mean missing"):
        multilevel.fit_model(frame, outcome="math", group="school", mising=[999])


def test_formats_and_words_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.yaml").write_text("front.kicker: Ours")
    frame = pd.DataFrame({"school": np.arange(60) // 6, "math": np.arange(60) % 7.0})
    report = {"formats": ["html"], "sections": [], "words": "words.yaml"}
    given = {"outcome": "math", "group": "school", "bootstrap": 0, "report": report}
    multilevel.make_report(frame, "made", **given)
    assert not Path("made/report.pdf").exists()
    page = Path("made/report.html").read_text(encoding="utf-8")
    assert "Ours</p>" in page and 'id="schools"' not in page


def test_a_refused_table_writes_nothing(tmp_path: Path) -> None:
    frame = pd.DataFrame({"school": ["a"] * 5, "math": range(5)})
    folder = tmp_path / "report"
    with pytest.raises(DataRefused) as refused:
        multilevel.make_report(frame, folder, outcome="math", group="school")
    assert refused.value.reason.code == "one_group"
    assert not folder.exists()


def test_what_it_is_made_of_stays_out_until_it_is_needed() -> None:
    code = "import sys, multilevel; assert not {'numpy', 'pandas', 'yaml'} & set(sys.modules)"
    scripts = Path(multilevel.__file__).parents[1]
    subprocess.run([sys.executable, "-c", code], cwd=scripts, check=True)
    with pytest.raises(AttributeError, match="no attribute 'fit_modle'"):
        _ = multilevel.fit_modle
