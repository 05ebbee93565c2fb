"""R reads the user's own file, and its code for surveys finds the report's numbers."""

import re
from dataclasses import replace

import pytest
from tests.helpers.building import ROOT
from tests.r.conftest import installed, needs, run_r
from tests.unit.report.test_programs import WORDS, dataset_with
from tests.unit.report.test_programs_and_files import sampled, written

from multilevel.fit.stage import fit
from multilevel.ingest.stage import ingest
from multilevel.report.programs.code import Task, snippet
from multilevel.report.programs.surveys import survey_code

pytestmark = pytest.mark.xdist_group("r")
NOT_FOR_THIS = re.compile(r"^(library\(flextable\)|as_flextable|performance::|confint).*$", re.M)
PRINTED = "\noptions(digits = 12, width = 300)\n"


@pytest.mark.parametrize(
    ("ending", "package"), [(".sav", "haven"), (".dta", "haven"), (".xlsx", "readxl")]
)
def test_r_reads_the_users_own_file(r_packages, tmp_path, ending, package):
    needs(installed((package,)), package)
    dataset = dataset_with(written(tmp_path, ending))
    found, students = ingest(dataset, tmp_path / dataset.file)
    model = fit(students, dataset).fit.model
    code = snippet("r", Task.of(found.config, found.reading), WORDS).text
    more = '\ncat("--- values", as.numeric(logLik(m1)), nobs(m1), fill = TRUE)\n'
    said = run_r(NOT_FOR_THIS.sub("", code) + PRINTED + more, tmp_path)
    log_likelihood, n = map(float, said.split("--- values")[1].split()[:2])
    assert n == students.n_members
    assert log_likelihood == pytest.approx(model.log_likelihood, rel=1e-8)


def test_r_pools_plausible_values_and_uses_weights(r_packages, tmp_path):
    """Without the last part, for which WeMix would be needed."""
    needs(installed(("haven",)), "haven")
    c, given, config = sampled()
    given = replace(given, file=str(ROOT / config["file"]))
    code = NOT_FOR_THIS.sub("", snippet("r", given, WORDS).text) + PRINTED
    code += (survey_code("r", given, config, WORDS) or "").partition("# The model with weights")[0]
    said = run_r(code, tmp_path)
    numbers = [list(map(float, line.split())) for line in said.splitlines()
               if re.fullmatch(r"[\d. ]+", line) and line.strip()]  # fmt: skip
    pooled, official = numbers[-2], numbers[-1]
    assert pooled[:4] == pytest.approx(
        [c.model.gamma00, c.results.plausible_values.se, c.model.tau00, c.model.sigma2], rel=1e-5
    )
    assert pooled[4] == pytest.approx(c.between.icc, rel=1e-5)
    weighted = c.results.weighted
    assert official == pytest.approx([weighted.official_mean, weighted.official_se], rel=1e-8)
