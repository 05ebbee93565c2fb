"""Five plausible values share what they can: the costly parts run once."""

import numpy as np
from tests.helpers.building import dataset_of
from tests.helpers.students import students_from

from multilevel.fit import whole


def survey(tmp_path, m):
    random = np.random.default_rng(4)
    group = np.repeat(np.arange(30, dtype=np.int32), 20)
    true = 500 + random.normal(0, 40, 30)[group] + random.normal(0, 70, len(group))
    scores = true[:, None] + random.normal(0, 30, (len(group), m))
    names = [f"PV{k + 1}" for k in range(m)]
    students = students_from(group, scores)
    file = tmp_path / "scores.csv"
    file.write_text("")
    outcome = names if m > 1 else names[0]
    return students, dataset_of(file, outcome=outcome, bootstrap=0)


def test_the_second_program_fits_the_first_value_and_says_so(tmp_path, monkeypatch):
    seen = []
    real = whole.cross_check

    def counted(group, score, *others):
        seen.append(score)
        return real(group, score, *others)

    monkeypatch.setattr(whole, "cross_check", counted)
    students, dataset = survey(tmp_path, 5)
    fitted = whole.fit(students, dataset)
    assert len(seen) == 1 and np.array_equal(seen[0], students.members.scores[:, 0])
    check, first = fitted.cross_check, fitted.per_value[0].model
    assert (check.column, check.n_values, check.agrees) == ("PV1", 1, True)
    # Its numbers are those of that value, not the pooled ones.
    assert abs(check.tau00 - first.tau00) < 1e-3 * first.tau00
    assert abs(check.tau00 - fitted.fit.model.tau00) > 1e-3 * first.tau00


def test_averages_are_estimated_without_intervals(tmp_path, monkeypatch):
    fits = []
    real = whole.fit_random_intercept
    monkeypatch.setattr(
        whole, "fit_random_intercept", lambda *given: fits.append(given) or real(*given)
    )
    students, dataset = survey(tmp_path, 5)
    fitted = whole.fit(students, dataset)
    assert len(fits) == 5
    averaged = real(
        whole.SufficientStatistics.from_members(
            students.members.group.astype(np.int64), students.members.scores.mean(axis=1)
        )
    ).model
    values = fitted.plausible_values
    assert (values.averaged_tau00, values.averaged_sigma2) == (averaged.tau00, averaged.sigma2)
