"""One line per dataset: the headline numbers, for the index page and datasets.csv."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from multilevel.index.outcomes import Failed
from multilevel.records.findings import cautions_among
from multilevel.records.results import Leading, Reason, Results
from multilevel.releases.headline import Headline, headline_of
from multilevel.wording.cells import lines, neutralised
from multilevel.wording.quoting import one_line

# Characters of a crash's message, and of each line of its log.
LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class IndexRow(Headline):
    """A dataset's headline numbers; without a report only the texts are set.

    The fields before `sd_total` and then those of `Headline` are the columns of datasets.csv;
    `remedy` and the rest are for the page, which leads with the headline: `curve_mean` and
    `curve_sd` are of the true means, `shown_reliability` goes with them. Units are those of the
    scores; `icc`, `reliability` and their intervals are proportions. `entry` and `outcome` are the
    configuration's, `measure` is the outcome in words; `scale` names the scale of the scores
    where it is known to be that of other datasets too; `since` says what changed since a former
    release, `internal` why a report may not be handed out, `printed` in which formats there is
    a report beside the page.
    """

    id: str
    status: Literal["ok", "refused", "failed"]
    reason_code: str = ""
    reason: str = ""
    title: str = ""
    n_members: int | None = None
    n_groups: int | None = None
    n_min: int | None = None
    n_max: int | None = None
    grand_mean: float | None = None
    gamma00: float | None = None
    se_gamma00: float | None = None
    ci_gamma00_low: float | None = None
    ci_gamma00_high: float | None = None
    tau00: float | None = None
    sigma2: float | None = None
    sd_tau00: float | None = None
    sd_sigma: float | None = None
    icc: float | None = None
    ci_icc_low: float | None = None
    ci_icc_high: float | None = None
    reliability: float | None = None
    design_effect: float | None = None
    n_effective: float | None = None
    method: str = ""
    flags: str = ""
    disclosure: str = ""
    companion_r2_between: float | None = None
    companion_r2_within: float | None = None
    companion_icc: float | None = None
    sd_total: float = 0.0
    curve_mean: float | None = None
    curve_sd: float | None = None
    shown_reliability: float | None = None
    confidence: float = 0.95
    remedy: str = ""
    subtitle: str = ""
    groups: str = ""
    members: str = ""
    stage: str = ""
    log: str = ""
    log_tail: tuple[str, ...] = ()
    earlier: bool = False
    entry: str = ""
    outcome: str = ""
    measure: str = ""
    scale: str = ""
    since: str = ""
    internal: str = ""
    printed: tuple[str, ...] = ()


_LEADING = tuple(field.name for field in fields(Headline))
_OWN = [field.name for field in fields(IndexRow) if field.name not in _LEADING]
COLUMNS = (*_OWN[: _OWN.index("sd_total")], *_LEADING)


def index_row(results: Results | Failed) -> IndexRow:
    """The line of one dataset.

    Raises
    ------
    ValueError
        When a dataset that wasn't refused lacks its numbers.
    """
    labels = results.labels
    if isinstance(results, Failed):
        return _failed_row(results)
    if results.reason is not None:
        return _refused_row(results, results.reason)
    data, naive, model, between = results.data, results.naive, results.model, results.between
    if data is None or naive is None or model is None or between is None:
        raise ValueError(f"{results.id} is neither refused nor complete")
    entry, outcome, scale = _origin(results.provenance.config)
    curve: dict[str, Any] = _shown(results.leading)
    fullest = results.companion.models[-1] if results.companion else None
    return IndexRow(
        id=results.id,
        status="ok",
        title=labels.title,
        n_members=data.n_members,
        n_groups=data.n_groups,
        n_min=data.n_min,
        n_max=data.n_max,
        grand_mean=naive.grand_mean,
        gamma00=model.gamma00,
        se_gamma00=model.se_gamma00,
        ci_gamma00_low=model.ci_gamma00[0],
        ci_gamma00_high=model.ci_gamma00[1],
        tau00=model.tau00,
        sigma2=model.sigma2,
        sd_tau00=model.sd_tau00,
        sd_sigma=model.sd_sigma,
        icc=between.icc,
        ci_icc_low=between.ci_icc[0],
        ci_icc_high=between.ci_icc[1],
        reliability=between.reliability,
        design_effect=between.design_effect,
        n_effective=between.n_effective,
        method=model.method,
        flags=" ".join(dict.fromkeys(finding.code for finding in cautions_among(results.findings))),
        disclosure=results.publication.disclosure if results.publication else "",
        companion_r2_between=fullest.r2_between if fullest else None,
        companion_r2_within=fullest.r2_within if fullest else None,
        companion_icc=fullest.icc if fullest else None,
        sd_total=naive.sd_total,
        confidence=model.confidence,
        subtitle=labels.subtitle,
        groups=labels.groups,
        members=labels.members,
        measure=labels.outcome,
        entry=entry,
        outcome=outcome,
        scale=scale,
        **curve,
        **asdict(headline_of(results)),
    )


def _shown(leading: Leading | None) -> dict[str, float]:
    """The numbers of the true means that the page shows, weighted where weights lead."""
    if leading is None:
        return {}
    return {
        "curve_mean": leading.group_mean.value,
        "curve_sd": math.sqrt(leading.tau00.value),
        "shown_reliability": leading.reliability.value,
    }


def _refused_row(results: Results, reason: Reason) -> IndexRow:
    return IndexRow(
        id=results.id,
        status="refused",
        reason_code=reason.code,
        reason=reason.message,
        remedy=reason.remedy,
        title=results.labels.title,
        subtitle=results.labels.subtitle,
    )


def _failed_row(failed: Failed) -> IndexRow:
    return IndexRow(
        id=failed.id,
        status="failed",
        reason_code="failed",
        reason=one_line(f"Stage {failed.stage}: {failed.message}", LONGEST),
        title=failed.labels.title,
        subtitle=failed.labels.subtitle,
        stage=failed.stage,
        log=failed.log,
        log_tail=tuple(one_line(line, LONGEST) for line in failed.tail),
        earlier=failed.earlier,
    )


def _origin(config: Mapping[str, Any]) -> tuple[str, str, str]:
    """Entry, outcome and scale of a dataset.

    Datasets share a scale where the configuration says so, where a file was split, and in a
    study that a preset knows. An equal name of a column in two files says nothing.
    """
    outcome = config["outcome"]
    columns = outcome if isinstance(outcome, str) else ", ".join(outcome)
    entry = config.get("entry", "")
    known = bool(config.get("split") or config.get("preset"))
    scale = config.get("scale") or (f"{entry}: {columns}" if known else "")
    return entry, columns, scale


def datasets_csv(rows: Iterable[IndexRow]) -> bytes:
    """datasets.csv: numbers in full precision, empty where not defined, UTF-8.

    Texts that a spreadsheet would run are neutralised, numbers are left as they are.
    """
    cells = [[_cell(getattr(row, column)) for column in COLUMNS] for row in rows]
    return lines([COLUMNS, *cells]).encode()


def workbook_rows(
    rows: Iterable[IndexRow],
) -> tuple[list[list[str | float | None]], list[list[str | float | None]]]:
    """The rows of results.xlsx: of datasets with a report, and of datasets without."""
    known = list(rows)
    fitted = [[getattr(row, name) for name in COLUMNS] for row in known if row.status == "ok"]
    others: list[list[str | float | None]] = [
        [row.id, row.title, row.reason_code, row.reason] for row in known if row.status != "ok"
    ]
    return fitted, others


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    return neutralised(value) if isinstance(value, str) else repr(value)
