"""From covariates to the columns of the three models: centring, indicators, what can't be used."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from multilevel.fit.companion.aliasing import aliased
from multilevel.fit.companion.likelihood import total_products
from multilevel.fit.companion.products import GroupedProducts
from multilevel.fit.refusal import LARGEST, ROUNDING, SMALLEST
from multilevel.fit.sufficient import Floats
from multilevel.records.companion import Centring, CompanionRefusal, ModelName, Part, RefusalCode
from multilevel.records.covariates import Covariate, CovariateStatistics, Level

# Groups beyond the number of group columns that a fit must have.
LEAST_GROUPS = 10
# Share of an outcome's variance within groups that covariates must leave.
LEAST_RESIDUAL = 1e-10


@dataclass(frozen=True, kw_only=True)
class DesignColumn:
    """A column of the design, made from one column of the products.

    Attributes
    ----------
    name
        In results: ses, "mean of ses", "sector = Catholic".
    column, part, label
        What it is: a column's value, its group mean, or the indicator of a label.
    level
        "group" where it is constant within groups.
    place
        Among the products' columns.
    about_group_mean
        Whether the group's mean is taken from it.
    read_at_mean
        Whether the constant is read at its overall mean instead of at 0.
    """

    name: str
    column: str
    part: Part
    label: str | None
    level: Level
    place: int
    about_group_mean: bool = False
    read_at_mean: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Design:
    """Columns and the models that have them.

    Attributes
    ----------
    columns
        Of the fullest model: members' first, then group means, then groups'.
    models
        Each model's name and how many of the columns it has, from the first.
    aliased
        Names of the columns that others determine; they are left out.
    """

    columns: tuple[DesignColumn, ...]
    models: tuple[tuple[ModelName, int], ...]
    aliased: tuple[str, ...]

    def statistics(
        self, products: GroupedProducts, n_columns: int, outcome: int
    ) -> GroupedProducts:
        """What one model of one outcome is fitted from.

        Parameters
        ----------
        products
            Of all rows, weighted or not, no empty group.
        n_columns
            Of the model.
        outcome
            Number of the plausible value, or 0.
        """
        return derived(products, self.columns[:n_columns], outcome)

    def contrasts(self, statistics: GroupedProducts) -> Floats:
        """From the constant at the covariates' means to the constant as it is read, shape (p, p).

        Parameters
        ----------
        statistics
            Of a model, about the overall means.
        """
        n_columns = len(statistics.centre) - 1
        matrix = np.eye(n_columns + 1)
        at_zero = np.array([not column.read_at_mean for column in self.columns[:n_columns]])
        matrix[0, 1:] = np.where(at_zero, -statistics.centre[:-1], 0.0)
        return matrix

    @property
    def contextual(self) -> tuple[tuple[str, int, int], ...]:
        """Column, place of its value and of its group mean, where both are in the design."""
        values = {c.column: k for k, c in enumerate(self.columns) if c.about_group_mean}
        means = {c.column: k for k, c in enumerate(self.columns) if c.part == "group_mean"}
        return tuple((name, k, means[name]) for name, k in values.items() if name in means)


def derived(
    products: GroupedProducts, columns: Sequence[DesignColumn], outcome: int
) -> GroupedProducts:
    """Statistics of the design's columns with the outcome last."""
    places = [column.place for column in columns] + [outcome]
    level = np.array([0.0 if column.about_group_mean else 1.0 for column in columns] + [1.0])
    spread = np.array([0.0 if column.level == "group" else 1.0 for column in columns] + [1.0])
    within = products.within[..., places, :][..., places] * np.outer(spread, spread)
    return GroupedProducts(
        centre=products.centre[places] * level,
        n=products.n,
        weight=products.weight,
        weight2=products.weight2,
        mean=products.mean[:, places] * level,
        within=within,
    )


def design(statistics: CovariateStatistics, centre: Centring) -> Design | CompanionRefusal:
    """The columns of the three models, or why there can't be any.

    Parameters
    ----------
    statistics
        Of all rows.
    centre
        What numeric columns of members are about: their group's mean, which becomes a group
        column, the overall mean, or nothing. Columns of two values and indicators stay.
    """
    refusal = _unusable(statistics.covariates)
    if refusal is not None:
        return refusal
    products = GroupedProducts.of(statistics.products)
    products = products.of_groups(products.present())
    columns = _columns(_by_level(statistics.covariates, products, centre), centre)
    out_of_range = _out_of_range(products, columns)
    if out_of_range:
        return CompanionRefusal("magnitude", out_of_range)
    passed_over = _aliased(products, columns)
    kept = tuple(column for k, column in enumerate(columns) if k not in passed_over)
    names = tuple(columns[k].name for k in passed_over)
    if not kept:
        return CompanionRefusal("aliased", names)
    group_columns = [column for column in kept if column.level == "group"]
    if len(products.n) < LEAST_GROUPS + len(group_columns):
        return CompanionRefusal("few_groups", tuple(column.name for column in group_columns))
    if _leaves_nothing(products, kept, statistics.n_outcomes):
        return CompanionRefusal("outcome_determined", tuple(column.name for column in kept))
    return Design(columns=kept, models=_models(kept), aliased=names)


@np.errstate(over="ignore", invalid="ignore")  # what isn't finite is refused
def _by_level(
    covariates: Sequence[Covariate], products: GroupedProducts, centre: Centring
) -> tuple[Covariate, ...]:
    """Columns of members that are constant within groups and stay as they are become groups'."""
    within = np.diag(products.within)
    whole = np.diag(total_products(products.centred()))

    def is_constant(covariate: Covariate) -> bool:
        centred = covariate.kind == "numeric" and centre == "group"
        places = covariate.places
        return not centred and bool((within[places] <= ROUNDING**2 * whole[places]).all())

    return tuple(replace(c, level="group") if is_constant(c) else c for c in covariates)


def _unusable(covariates: Sequence[Covariate]) -> CompanionRefusal | None:
    reasons: tuple[tuple[RefusalCode, list[str]], ...] = (
        ("member_id", [c.name for c in covariates if c.ids and c.level == "member"]),
        ("group_id", [c.name for c in covariates if c.ids and c.level == "group"]),
        ("too_many_values", [c.name for c in covariates if c.too_many_values]),
        ("varies_within_groups", [c.name for c in covariates if c.varies_in is not None]),
        ("constant", [c.name for c in covariates if c.constant]),
    )
    for code, names in reasons:
        if names:
            return CompanionRefusal(code, tuple(names))
    return None


def _columns(covariates: Sequence[Covariate], centre: Centring) -> tuple[DesignColumn, ...]:
    of_members = [column for c in covariates if c.level == "member" for column in _made(c, centre)]
    of_groups = [column for c in covariates if c.level == "group" for column in _made(c, "none")]
    means = [
        DesignColumn(
            name=f"mean of {column.column}",
            column=column.column,
            part="group_mean",
            label=None,
            level="group",
            place=column.place,
        )
        for column in of_members
        if column.about_group_mean
    ]
    return (*of_members, *means, *of_groups)


def _made(covariate: Covariate, centre: Centring) -> list[DesignColumn]:
    """A column's value, or the indicators of its labels but the most frequent."""
    if covariate.kind != "labelled":
        numeric = covariate.kind == "numeric"
        return [
            DesignColumn(
                name=covariate.name,
                column=covariate.name,
                part="value",
                label=None,
                level=covariate.level,
                place=int(covariate.places[0]),
                about_group_mean=numeric and centre == "group",
                read_at_mean=numeric and centre == "overall",
            )
        ]
    reference = reference_label(covariate)
    return [
        DesignColumn(
            name=f"{covariate.name} = {label}",
            column=covariate.name,
            part="indicator",
            label=label,
            level=covariate.level,
            place=int(place),
        )
        for label, place in zip(covariate.labels, covariate.places, strict=True)
        if label != reference
    ]


def reference_label(covariate: Covariate) -> str | None:
    """The most frequent label, the first of the alphabet where two are; None of numbers."""
    if covariate.kind != "labelled":
        return None
    return covariate.labels[int(np.argmax(covariate.counts))]


@np.errstate(over="ignore", invalid="ignore")  # what isn't finite is refused
def _out_of_range(products: GroupedProducts, columns: Sequence[DesignColumn]) -> tuple[str, ...]:
    """Columns whose squares leave double precision."""
    spread = np.sqrt(np.diag(total_products(products.centred())) / products.n.sum())
    usable = (spread > SMALLEST) & (spread < LARGEST)
    # By column: a value and its group mean have one name.
    return tuple(dict.fromkeys(c.column for c in columns if not usable[c.place]))


def _models(columns: Sequence[DesignColumn]) -> tuple[tuple[ModelName, int], ...]:
    """Those that differ: a design without group columns has no third model."""
    n_member = sum(column.level == "member" for column in columns)
    models: list[tuple[ModelName, int]] = [("null", 0)]
    if n_member:
        models.append(("member", n_member))
    if len(columns) > n_member:
        models.append(("full", len(columns)))
    return tuple(models)


def _aliased(products: GroupedProducts, columns: Sequence[DesignColumn]) -> tuple[int, ...]:
    whole = np.diag(total_products(products.centred()))
    made = total_products(derived(products, columns, 0).centred())[:-1, :-1]
    return aliased(made, whole[[column.place for column in columns]])


def _leaves_nothing(
    products: GroupedProducts, columns: Sequence[DesignColumn], n_outcomes: int
) -> bool:
    """Whether the columns leave any outcome without variation within groups."""
    return any(_is_determined(derived(products, columns, outcome)) for outcome in range(n_outcomes))


def _is_determined(statistics: GroupedProducts) -> bool:
    within, whole = statistics.within, float(total_products(statistics.centred())[-1, -1])
    own, size = float(within[-1, -1]), np.sqrt(np.diag(within)[:-1])
    used = np.flatnonzero(size > 0)
    matrix = within[np.ix_(used, used)] / np.outer(size[used], size[used])
    b = within[used, -1] / size[used]
    left = own - float(b @ np.linalg.pinv(matrix, rcond=1e-12, hermitian=True) @ b)
    return bool(left <= LEAST_RESIDUAL * own or own <= ROUNDING**2 * whole)
