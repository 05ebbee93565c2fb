"""Every figure printed in the lecture, in results.json, report.html and report.pdf of its data.

The lecture: EDUC 231D, lecture 3, "Introduction to multilevel models and random effects".
"""

import pytest
from tests.helpers.building import Built, build, shipped

pytestmark = pytest.mark.xdist_group("lecture")

SCHOOL_MEANS = {
    "5007": "593.42", "5010": "611.54", "5022": "593.80", "5036": "481.27", "5059": "556.81",
    "5066": "535.31", "5067": "555.26", "5080": "619.64", "5101": "395.52", "5110": "623.74",
    "5112": "370.68", "5133": "467.30", "5139": "587.14", "5144": "508.29", "5151": "515.44",
    "5164": "620.04", "5205": "524.77", "5236": "503.73", "5237": "498.66", "5277": "617.22",
}  # fmt: skip

# What the lecture prints, and where results.json has it.
IN_RESULTS = [
    ("naive.grand_mean", 2, "538.98"),
    ("naive.mean_of_group_means", 2, "538.98"),
    ("naive.variance_of_group_means", 2, "5393.40"),
    ("data.n_members", 0, "600"),
    ("data.n_groups", 0, "20"),
    ("data.n_mean", 0, "30"),
    ("model.gamma00", 3, "538.979"),
    ("model.se_gamma00", 3, "16.422"),
    ("model.df", 0, "19"),
    ("model.t", 3, "32.821"),
    ("model.p", 4, "0.0000"),
    ("model.sd_tau00", 3, "72.298"),
    ("model.sd_sigma", 3, "70.666"),
    ("model.sd_sigma", 1, "70.7"),
    ("model.tau00", 0, "5227"),
    ("model.sigma2", 0, "4994"),
    ("model.log_likelihood", 1, "-3436.7"),
    ("model.aic", 1, "6879.4"),
    ("model.bic", 1, "6892.6"),
    ("between.decomposition.mean_error_variance", 1, "166.5"),
    ("between.reliability", 2, "0.97"),
    ("between.icc", 2, "0.51"),
]

# The same as a reader meets them, with the words around them.
IN_TEXT = [
    "538.979 16.422 19 32.821 0.0000 ***",
    "sd__(Intercept) 72.298",
    "sd__Observation 70.666",
    "Signif. codes: 0 <= '***' < 0.001 < '**' < 0.01 < '*' < 0.05",
    "square root of the estimated residual variance: 70.7",
    "data's log-likelihood under the model: -3,436.7",
    "Akaike Information Criterion: 6,879.4",
    "Bayesian Information Criterion: 6,892.6",
    "97% of the observed between-school variation reflects true differences",
    "51% of the total variation in the mathematics score lies between schools",
    "against 5,393",
]

# In displayed equations: seen as pictures, read aloud as these words.
IN_EQUATIONS = [
    "divided by capital N, equals 538.98, where capital N is 600",
    "divided by capital J, equals 538.98, where capital J is 20",
    "equals 5,393.40",
    "4,994 over 30, equals 166.5",
    "5,393 minus 166.5, equals 5,226.5",
    "5,227 over the sum of 5,227 and 166.5, equals 0.97",
    "5,227 over the sum of 5,227 and 4,994, equals 0.51",
]


@pytest.fixture(scope="module")
def lecture(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(shipped("timss2019-usa-grade8"), tmp_path_factory.mktemp("lecture"))


@pytest.mark.parametrize(("path", "decimals", "printed"), IN_RESULTS)
def test_results_json(lecture, path, decimals, printed):
    value = lecture.results
    for name in path.split("."):
        value = getattr(value, name)
    assert f"{value:.{decimals}f}" == printed


@pytest.mark.parametrize("words", IN_TEXT)
def test_html(lecture, words):
    # Table cells stand side by side with nothing between them once tags are gone.
    assert words.replace(" ", "") in lecture.words.replace(" ", "")


@pytest.mark.parametrize("words", IN_TEXT)
def test_pdf(lecture, words):
    assert words.replace(" ", "") in lecture.pdf_words.replace(" ", "")


@pytest.mark.parametrize("spoken", IN_EQUATIONS)
def test_equations_of_html_and_pdf(lecture, spoken):
    assert spoken in lecture.page
    assert spoken in spoken_in_pdf(lecture.pdf)


@pytest.mark.parametrize("school", SCHOOL_MEANS)
def test_school_means(lecture, school):
    row = f"{school}30{SCHOOL_MEANS[school]}"
    assert row in lecture.words.replace(" ", "")
    assert row in lecture.pdf_words.replace(" ", "")


def test_the_best_guess_distribution(lecture):
    """The lecture asks for -1 SD, +1 SD and their difference and leaves the sum to the reader."""
    between = lecture.results.between
    assert between.difference_2sd == pytest.approx(2 * 72.298, abs=1e-3)
    for text in ("466.7", "611.3", "144.6"):
        assert text in lecture.words and text in lecture.pdf_words


def spoken_in_pdf(pdf: bytes) -> str:
    """All alternative texts of a tagged PDF."""
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        return " | ".join(
            str(item["/Alt"])
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        )
