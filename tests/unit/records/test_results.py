"""results.json: its schema, and that what is written can be read again."""

import json
from pathlib import Path

import jsonschema
import pytest
from tests.helpers.building import PAGE_ONLY, build, dataset_of, simulated_csv

from multilevel.records import results

SCHEMA = Path(__file__).parents[3] / "workflow" / "schemas" / "results.schema.json"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    file = simulated_csv(folder / "scores.csv", [5, 8, 1, 12, 9, 6], 0.5)
    return (
        build(dataset_of(file), folder / "out", choices=PAGE_ONLY).folder / "results.json"
    ).read_bytes()


def test_the_schema_in_the_repository_is_that_of_the_code():
    assert SCHEMA.read_text(encoding="utf-8") == results.schema_text(results.json_schema())


def test_results_conform_to_the_schema(written):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(written), schema)


def test_what_is_written_is_read_again_exactly(written):
    assert results.encode(results.decode(written, results.Results)) == written


def test_the_contract_names_are_there(written):
    found = json.loads(written)
    names = {
        "data": "n_members n_groups n_min n_max n_mean balanced n_singletons n_dropped_outcome "
        "n_dropped_group",
        "naive": "grand_mean sd_total se_grand_mean mean_of_group_means variance_of_group_means "
        "sd_of_group_means",
        "model": "method gamma00 se_gamma00 df_satterthwaite df_kenward_roger se_kenward_roger t "
        "p ci_gamma00 tau00 sigma2 sd_tau00 sd_sigma log_likelihood deviance aic bic boundary "
        "n_optima optima",
        "between": "icc ci_icc reliability design_effect design_effect_kish "
        "design_effect_gamma00 n_effective decomposition school_minus_1sd school_plus_1sd "
        "difference_2sd",
        "intervals": "ci_tau00_profile ci_sigma2_profile ci_icc_profile ci_sigma2_exact",
        "tests": "f lrt chi2_groups level1_homogeneity",
        "groups": "n_above n_below n_apart_holm n_apart_fdr",
        "comparisons": "overlap_factor overlap_factor_eb rank_draws rank_median_width "
        "n_rank_includes_middle n_could_be_first n_could_be_last",
        "influence": "n_refits n_without_fit most max_change_icc max_change_gamma00_in_se "
        "n_changing_boundary",
        "bootstrap": "n_draws seed ci_tau00 ci_sigma2 ci_icc ci_gamma00 ci_reliability "
        "share_at_boundary",
        "cross_check": "engine version agrees digits",
        "provenance": "input rows_read software config self_test",
    }
    assert {"schema_version", "id", "status", "plausible_values", "weighted"} <= found.keys()
    for section, keys in names.items():
        assert set(keys.split()) <= found[section].keys(), section
    assert set(found["model"]["optima"][0]) == {"q", "deviance"}


def test_what_is_not_defined_is_null():
    assert results.encode({"value": float("nan")}) == b'{\n "value": null\n}\n'
