"""The appendix's own R code, run by R, against the report: digit for digit as R prints it."""

import json
import math
import re

import pytest
from tests.helpers.building import ROOT, shipped, simulated_csv
from tests.r.conftest import needs, run_r
from tests.unit.report.test_wording import context, said

from multilevel.configuration import Dataset
from multilevel.report.blocks import Code, Table
from multilevel.report.sections.estimates import estimates_section
from multilevel.report.sections.programs import programs_section
from multilevel.summarise import conventions

pytestmark = pytest.mark.xdist_group("r")

DATASETS = ("timss2019-usa-grade8", "hsb82", "valdoria-reading")
# Values in full, one JSON object a line, after what the code itself prints.
APPENDED = """
cat("\\n--- values\\n")
coefficients <- coef(summary(m1))
spread <- as.data.frame(VarCorr(m1))
full <- function(x) formatC(x, digits = 17, format = "g")
value <- c(
  gamma00 = coefficients[1, "Estimate"], se_gamma00 = coefficients[1, "Std. Error"],
  df_satterthwaite = coefficients[1, "df"], t = coefficients[1, "t value"],
  tau00 = spread$vcov[1], sigma2 = spread$vcov[2], sd_tau00 = spread$sdcor[1],
  sd_sigma = spread$sdcor[2], log_likelihood = as.numeric(logLik(m1)), aic = AIC(m1),
  bic = BIC(m1), n_members = nobs(m1), n_groups = ngrps(m1)[[1]])
cat(paste0('"', names(value), '": ', full(value), collapse = ", "), "\\n")
"""
FLEXTABLE = """
cat("--- flextable\\n")
table <- as_flextable(m1)
for (part in c("body", "footer")) {
  cells <- table[[part]]$content$content$data
  for (i in seq_len(nrow(cells)))
    cat(part, sapply(cells[i, ], function(one) paste(one$txt, collapse = "")), sep = "|", "\\n")
}
"""
NLME = """
cat("--- nlme\\n")
options(digits = 12)
used <- na.omit(m1@frame)
names(used) <- c("y", "g")
m2 <- nlme::lme(y ~ 1, random = ~ 1 | g, data = used, method = if (isREML(m1)) "REML" else "ML")
found <- summary(m2)$tTable
cat(full(c(AIC(m2), BIC(m2), found[1, "Std.Error"], found[1, "DF"])), "\\n")
"""


def report(dataset: Dataset):
    labels = {"outcome": dataset.labels.outcome}
    return context(
        ROOT / dataset.file,
        outcome=dataset.outcome, group=dataset.group, method=dataset.method, labels=labels,
    )  # fmt: skip


def r_code(c) -> str:
    """The code as the report shows it."""
    (code,) = [one for one in programs_section(c).blocks if isinstance(one, Code)]
    return code.text


def without_missing(code: str, packages: set[str]) -> str:
    """The lines whose packages aren't installed left out."""
    if "performance" not in packages:
        code = re.sub(r"^performance::.*$", "", code, flags=re.M)
    if not {"flextable", "broom.mixed"} <= packages:
        code = re.sub(r"^(library\(flextable\)|as_flextable).*$", "", code, flags=re.M)
    return code


@pytest.fixture(scope="module")
def said_by_r(r_packages, tmp_path_factory):
    """R's output for a report, and the same run's values in full."""

    def run(c) -> str:
        script = without_missing(r_code(c), r_packages) + APPENDED
        if {"flextable", "broom.mixed"} <= r_packages:
            script += FLEXTABLE
        return run_r(script + NLME, tmp_path_factory.mktemp("r"))

    return run


@pytest.fixture(scope="module", params=[(name, m) for name in DATASETS for m in ("REML", "ML")],
                ids=lambda one: "-".join(one))  # fmt: skip
def case(request, said_by_r):
    name, method = request.param
    settings = {**shipped(name).settings(), "method": method}
    c = report(Dataset.from_settings(settings))
    return c, said_by_r(c)


def part(output: str, name: str) -> str:
    return output.split(f"--- {name}\n")[1].split("--- ")[0]


def values(output: str) -> dict[str, float]:
    found: dict[str, float] = json.loads("{" + part(output, "values").strip() + "}")
    return found


def decimals(text: str) -> int:
    return len(text.partition(".")[2])


def printed(value: float, text: str, strict: bool) -> bool:
    """Whether R prints `value` as `text`; unless strict, to one in the last place.

    lmer's df is good to six or seven digits: for valdoria-reading by ML it stops at 320.83329,
    with tight tolerances at 320.83353, which is ours, on the other side of a rounding edge.
    """
    unit = 10.0 ** -decimals(text)
    exact = f"{value:.{decimals(text)}f}" == text
    return exact or (not strict and abs(float(text) - value) < unit)


def test_values_agree_to_what_lmer_reaches(case):
    """lmer stops when it is near enough: 1e-6 of tau00 here, and the likelihood to 1e-12."""
    c, output = case
    found, model = values(output), c.model
    for name, tolerance in {
        "gamma00": 1e-8, "se_gamma00": 1e-6, "t": 1e-6, "df_satterthwaite": 1e-5, "tau00": 3e-6,
        "sigma2": 1e-7, "sd_tau00": 2e-6, "sd_sigma": 1e-7, "log_likelihood": 1e-11,
        "aic": 1e-11, "bic": 1e-11,
    }.items():  # fmt: skip
        ours = getattr(model, name)
        assert math.isclose(found[name], ours, rel_tol=tolerance), (name, found[name], ours)
    assert (found["n_members"], found["n_groups"]) == (c.data.n_members, c.data.n_groups)


def test_summary_prints_our_numbers(case):
    """Every number of summary(m1), at the digits that R prints."""
    c, output = case
    model, strict = c.model, c.data.n_groups in (20, 160)
    line = re.search(r"^\(Intercept\) +(\S+) +(\S+) +(\S+) +(\S+) ", output, re.M)
    assert line
    ours = (model.gamma00, model.se_gamma00, model.df_satterthwaite, model.t)
    for text, value in zip(line.groups(), ours, strict=True):
        assert printed(value, text, strict)
    between = re.search(r"^ \S+ +\(Intercept\) +(\S+) +(\S+) *$", output, re.M)
    within = re.search(r"^ Residual +(\S+) +(\S+) *$", output, re.M)
    assert between and within
    pairs = zip(
        (*between.groups(), *within.groups()),
        (model.tau00, model.sd_tau00, model.sigma2, model.sd_sigma),
        strict=True,
    )
    for text, value in pairs:
        assert f"{value:.{decimals(text)}f}" == text
    if model.method == "REML":
        criterion = re.search(r"REML criterion at convergence: (\S+)", output)
        assert criterion and f"{model.deviance:.{decimals(criterion[1])}f}" == criterion[1]
    else:
        fits = re.search(r"AIC +BIC +logLik deviance.*\n *(\S+) +(\S+) +(\S+) +(\S+) ", output)
        assert fits
        expected = (model.aic, model.bic, model.log_likelihood, model.deviance)
        for text, value in zip(fits.groups(), expected, strict=True):
            assert f"{value:.{decimals(text)}f}" == text


def test_performance_prints_our_icc(case, r_packages):
    needs(r_packages, "performance")
    c, output = case
    found = re.search(r"Adjusted ICC: (\S+)", output)
    assert found and f"{c.between.icc:.{decimals(found[1])}f}" == found[1]


def cells_of_flextable(output: str, where: str) -> list[list[str]]:
    """The printed cells of its body, or the lines of its footer, without empty ones."""
    rows = [line.strip().split("|") for line in part(output, "flextable").splitlines()]
    shown = [[cell.strip() for cell in row[1:] if cell.strip()] for row in rows if row[0] == where]
    return [cells for cells in shown if cells]


def estimates_table(c) -> Table:
    return next(one for one in estimates_section(c).blocks if isinstance(one, Table))


def test_flextable_prints_our_table(case, r_packages):
    """as_flextable's words are ours, and its numbers ours at the decimals it prints."""
    needs(r_packages, "flextable", "broom.mixed")
    c, output = case
    model, table = c.model, estimates_table(c)
    theirs = [cell for cells in cells_of_flextable(output, "body") for cell in cells]
    ours = [said(cell.text) for row in table.rows for cell in row.cells if cell.text]
    estimated = (model.gamma00, model.se_gamma00, model.df_satterthwaite, model.t, model.p)
    assert_alike(theirs, ours, (*estimated, model.sd_tau00, model.sd_sigma))
    footer = [cells[0] for cells in cells_of_flextable(output, "footer")]
    notes = [said(note) for note in table.notes]
    assert footer[0] == notes[0]
    split = [line.rpartition(" ") for line in footer[1:]]
    assert [label for label, _, _ in split] == [note.rpartition(" ")[0] for note in notes[1:]]
    for (_, _, text), value in zip(
        split, (model.sd_sigma, model.log_likelihood, model.aic, model.bic), strict=True
    ):
        assert f"{value:,.{decimals(text)}f}" == text
    if model.method == "REML" and c.data.n_members == 600:  # the lecture's: all as on its slide
        assert theirs == ours
        assert footer == notes


def assert_alike(theirs: list[str], ours: list[str], values: tuple[float, ...]) -> None:
    number = re.compile(r"-?[\d,]+(\.\d+)?")
    assert len(theirs) == len(ours)
    remaining = iter(values)
    for text, own in zip(theirs, ours, strict=True):
        if number.fullmatch(text):
            assert f"{next(remaining):,.{decimals(text)}f}" == text
        else:
            assert text == own
    assert next(remaining, None) is None


def test_nlme_prints_the_appendixs_conventions(case):
    c, output = case
    aic, bic, se, df = map(float, part(output, "nlme").split())
    model, n = c.model, c.data.n_members
    ours = conventions.nlme(model.deviance, n, model.method)
    assert math.isclose(aic, ours.aic, rel_tol=1e-10)
    assert math.isclose(bic, ours.bic, rel_tol=1e-10)
    assert math.isclose(se, conventions.se_nlme(model.se_gamma00, n, model.method), rel_tol=1e-6)
    assert df == conventions.df_nlme(n, c.data.n_groups)


def test_hostile_columns_run_nothing(said_by_r, tmp_path):
    outcome, group = 'a `b" \\c', '"); system("touch broken") #'
    lines = simulated_csv(tmp_path / "s.csv", [8] * 12, 0.8).read_text().splitlines()[1:]
    header = ",".join('"' + name.replace('"', '""') + '"' for name in (group, outcome))
    file = tmp_path / 'x "y".csv'
    more = ["s0,999", "s1,absent", "NA,500.5", ",1"]
    file.write_text("\n".join([header, *lines, *more]) + "\n", encoding="utf-8")
    c = context(file, outcome=outcome, group=group, missing=[999, "absent"])
    found = values(said_by_r(c))
    assert found["n_members"] == c.data.n_members == 96
    assert math.isclose(found["log_likelihood"], c.model.log_likelihood, rel_tol=1e-10)
    assert not list(tmp_path.rglob("broken"))
