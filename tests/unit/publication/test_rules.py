"""Every field of results has its rule, so that none is shown unawares."""

import types
import typing
from dataclasses import dataclass, is_dataclass

import msgspec
import pytest

from multilevel.publication.findings import FINDING_RULES
from multilevel.publication.precision import Precision
from multilevel.publication.rows import COLUMN_RULES
from multilevel.publication.rules import RULES, Rounding
from multilevel.records.results import Results
from multilevel.summarise.schools import COLUMNS
from multilevel.wording import findings
from multilevel.wording.catalogue import Catalogue

ROUNDING = Rounding(Precision(score=1.0, mean=2.0, pooled=None, share=0.05, fit=10.0))
# Findings that identify groups or members, and refusals, which `refused` looks after.
NOT_SHOWN = {
    "id_codes", "padded_ids", "total_rows", "restarting_ids",
    "separators", "denominators", "rows_below_names", "where", "encoding_guessed",
    "group_labels", "percent_signs", "names_joined", "units", "formulas", "names_like_values",
    "similar_ids", "garbled_ids", "thousands", "suspects", "unlike",
    "total_looks_conditional", "conditional_looks_total",
}  # fmt: skip


def ways(kind, way=""):
    """The way to each field of a record, and of those inside it that have rules of their own."""
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        yield from ways(inside[0], way)
    elif origin in (typing.Union, types.UnionType, tuple):
        for one in inside:
            yield from ways(one, way)
    elif is_dataclass(kind) or (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        for name, hint in typing.get_type_hints(kind, include_extras=True).items():
            field = f"{way}.{name}".lstrip(".")
            yield field
            if RULES.get(field, "inside") == "inside":
                yield from ways(hint, field)


def test_every_field_of_results_has_its_rule():
    lacking = sorted(set(ways(Results)) - set(RULES))
    assert not lacking, f"say in publication/rules.py what becomes of {lacking}"


def test_every_column_of_the_groups_has_its_rule():
    assert {*COLUMNS} == set(COLUMN_RULES)


def test_every_finding_is_shown_by_a_rule_or_not_at_all():
    catalogue = Catalogue.load(findings.TEXTS, "findings")
    said = {
        key.split(".")[1]
        for key in catalogue.keys_of("finding")
        if f"finding.{key.split('.')[1]}.remedy" not in key
    }
    refusals = {key.split(".")[1] for key in catalogue.keys_of("finding") if ".remedy" in key}
    lacking = sorted(said - refusals - NOT_SHOWN - set(FINDING_RULES))
    assert not lacking, (
        f"say in publication/findings.py which values of {lacking} may be published, "
        "or name the code in NOT_SHOWN here where it identifies groups or members"
    )
    gone = sorted(set(FINDING_RULES) - said)
    assert not gone, f"templates/text/en/findings.yaml has no sentence of {gone}"


def test_a_field_that_no_rule_knows_is_an_error():
    @dataclass(frozen=True)
    class Section:
        secret: float = 1.0

    with pytest.raises(KeyError, match="secret"):
        ROUNDING.record(Section())


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("mean", 501.3, 502.0),
        ("score", 501.3, 501.0),
        ("variance", 2_078.0, 2_000.0),
        ("share", 0.2562, 0.26),
        ("share", 0.0041, 0.0040),
        ("p", 0.04321, 0.045),
        ("fit", -34_347.2, -34_350.0),
        ("members", 28, 30),
        ("mean", (497.9, None), (498.0, None)),
    ],
)
def test_numbers_come_at_the_precision_of_their_kind(kind, value, shown):
    assert ROUNDING.value(kind, value) == shown


def test_what_is_not_zero_is_never_rounded_away():
    rounding = Rounding(Precision(score=1, mean=1, pooled=None, share=1.0, fit=10))
    for value in (0.7, 1.4, 1e-9, 123.0, -3.0):
        assert rounding.number("variance", value) != 0
