"""Made-up lines of the index."""

from collections.abc import Callable
from pathlib import Path

import pytest

from multilevel.index.rows import IndexRow
from multilevel.wording.catalogue import Catalogue

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"


def make(number: int = 0, icc: float = 0.2, half: float = 0.1, title: str = "") -> IndexRow:
    return IndexRow(
        id=f"dataset-{number}",
        status="ok",
        printed=("pdf",),
        title=title or f"Dataset {number}",
        n_members=600,
        n_groups=20,
        n_min=30,
        n_max=30,
        grand_mean=538.979,
        gamma00=538.979,
        se_gamma00=16.4217,
        ci_gamma00_low=504.6,
        ci_gamma00_high=573.35,
        tau00=5226.99,
        sigma2=4993.68,
        sd_tau00=72.298,
        sd_sigma=70.666,
        icc=icc,
        ci_icc_low=max(icc - half, 0.0),
        ci_icc_high=min(icc + half, 1.0),
        reliability=0.969,
        design_effect=15.8,
        n_effective=37.9,
        method="REML",
        flags="",
        sd_total=99.8,
        groups="schools",
        members="students",
        curve_mean=538.979,
        curve_sd=72.298,
        shown_reliability=0.969,
        leading_mean_quantity="gamma00",
        leading_mean=538.979,
        leading_mean_se=16.4217,
        leading_icc=icc,
        leading_icc_low=max(icc - half, 0.0),
        leading_icc_high=min(icc + half, 1.0),
        leading_weighted="no",
    )


@pytest.fixture(scope="session")
def line() -> Callable[..., IndexRow]:
    """A dataset's line; by keyword its number, icc, half width of the interval, title."""
    return make


@pytest.fixture(scope="session")
def refused() -> IndexRow:
    return IndexRow(
        id="bad/../id",
        status="refused",
        reason_code="one_group",
        reason="bad.csv has one school.",
        remedy="Give two.",
        title="A refused one",
    )


@pytest.fixture(scope="session")
def templates() -> Path:
    return TEMPLATES


@pytest.fixture(scope="session")
def words() -> Catalogue:
    return Catalogue.load(TEMPLATES / "text" / "en")
