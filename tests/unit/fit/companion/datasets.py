"""The datasets that R has answered (tests/oracle/companion), by columns."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
from tests.unit.fit.surveys import ROOT

from multilevel.fit.companion.products import GroupedProducts
from multilevel.ingest.statistics.covariates import Covariates
from multilevel.ingest.statistics.products import of_rows
from multilevel.ingest.statistics.rows import CovariateValues, Labelled, Rows
from multilevel.records.covariates import CovariateStatistics

FOLDER = ROOT / "tests" / "oracle" / "companion"


class Accumulator:
    """Ingest's statistics of columns given by name, batch by batch."""

    def __init__(self, member, group, n_outcomes, weighted=False):
        self._levels = {**dict.fromkeys(member, "member"), **dict.fromkeys(group, "group")}
        self._covariates, self._n_groups = Covariates(), 0
        self._n_outcomes, self._weighted = n_outcomes, weighted

    def add(self, group, scores, columns, weight=None):
        assert scores.shape == (len(group), self._n_outcomes)
        assert self._weighted == (weight is not None)
        self._n_groups = max(self._n_groups, int(group.max()) + 1)
        covariates = tuple(
            CovariateValues(name=name, level=level, values=columns[name])
            for name, level in self._levels.items()
        )
        of_group = None if weight is None else np.ones(len(group))
        self._covariates.add(
            Rows(
                group=group,
                scores=scores,
                total=weight,
                group_weight=of_group,
                covariates=covariates,
            )
        )

    def statistics(self, order=None) -> CovariateStatistics | None:
        return self._covariates.result(np.arange(self._n_groups) if order is None else order)


def grouped(group, columns, centre, weight=None, by_group=False) -> GroupedProducts:
    """As the models read what ingest adds up of rows."""
    return GroupedProducts.of(of_rows(group, columns, centre, weight, by_group))


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rows and what R says of them; `frame` has a column of group numbers, `group`."""

    frame: pd.DataFrame
    answers: dict[str, Any]

    @property
    def group(self) -> np.ndarray:
        return self.frame["group"].to_numpy(np.int64)

    def products(self, *columns: str) -> GroupedProducts:
        """Of these columns, an indicator named COLUMN=LABEL."""
        values = [self.column(name) for name in columns]
        return grouped(self.group, values, np.array([v.mean() for v in values]))

    def column(self, name: str) -> np.ndarray:
        if "=" in name:
            column, label = name.split("=")
            return (self.frame[column] == label).to_numpy(np.float64)
        return self.frame[name].to_numpy(np.float64)

    def accumulated(self, outcomes, member, group, weight=None, batches=1):
        """Statistics of text and numeric columns, by batches of rows."""
        accumulator = Accumulator(member, group, len(outcomes), weight is not None)
        for rows in np.array_split(np.arange(len(self.frame)), batches):
            part = self.frame.iloc[rows]
            accumulator.add(
                part["group"].to_numpy(np.int64),
                part[list(outcomes)].to_numpy(np.float64),
                {name: values(part[name]) for name in (*member, *group)},
                None if weight is None else part[weight].to_numpy(np.float64),
            )
        return accumulator.statistics()


def values(column: pd.Series):
    """A column as the accumulator takes it."""
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(np.float64)
    return Labelled.of([None if pd.isna(v) else str(v) for v in column])


def answers(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return document


@cache
def hsb82() -> Dataset:
    frame = pd.read_csv(ROOT / "data" / "hsb82" / "hsb82.csv")
    frame["group"] = pd.factorize(frame["school"])[0]
    frame["minority_text"] = np.where(frame["minority"] == 1, "yes", "no")
    return Dataset(with_means(frame, "ses"), answers("hsb82"))


@cache
def small() -> Dataset:
    frame = pd.read_csv(FOLDER / "small.csv")
    frame["group"] -= 1
    frame["conditional"] = frame["weight"] / frame["weight_group"]
    return Dataset(
        with_means(frame[frame["x"].notna()].reset_index(drop=True), "x"), answers("small")
    )


def small_with_gaps() -> Dataset:
    """The same with the rows that lack x."""
    frame = pd.read_csv(FOLDER / "small.csv")
    frame["group"] -= 1
    return Dataset(frame, answers("small"))


@cache
def ostrana() -> Dataset:
    frame, _ = pyreadstat.read_sav(ROOT / "data" / "ostrana" / "bsgostm8.sav")
    frame = frame[frame["BSMMAT01"].notna() & frame["BSBG04"].notna()].reset_index(drop=True)
    frame["weight_group"] = frame["WGTFAC1"] * frame["WGTADJ1"]
    frame["conditional"] = frame["TOTWGT"] / frame["weight_group"]
    frame["girl"], frame["books"] = (frame["ITSEX"] == 1) * 1.0, frame["BSBG04"]
    frame["group"] = pd.factorize(frame["IDSCHOOL"])[0]
    return Dataset(with_means(frame, "books"), answers("ostrana"))


def with_means(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """A column's group means, and the column about these and about the overall mean."""
    means = frame.groupby("group")[name].transform("mean")
    return frame.assign(
        **{
            f"{name}_mean": means,
            f"{name}_cwc": frame[name] - means,
            f"{name}_cgm": frame[name] - frame[name].mean(),
        }
    )
