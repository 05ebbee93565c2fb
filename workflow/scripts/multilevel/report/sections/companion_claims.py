"""What may be said to go with the covariates: where tests show it, at the level where they do."""

from dataclasses import dataclass

from markupsafe import Markup

from multilevel.records.companion import Companion, CompanionModel, CovariateUse, Term
from multilevel.records.covariates import Level
from multilevel.report.blocks import Paragraph
from multilevel.report.context import Context
from multilevel.wording import numbers
from multilevel.wording.quoting import listed, one_line

# Above it the null model isn't given up for the covariates.
REJECTS = 0.05
# Columns named in a sentence, and letters of one.
MOST_NAMED, LONGEST_NAME = 8, 60


@dataclass(frozen=True)
class Shown:
    """At which level the data show that variance goes with the columns."""

    between: bool
    within: bool

    @property
    def nowhere(self) -> bool:
        """Neither between groups nor within."""
        return not (self.between or self.within)


def used(found: Companion) -> tuple[CovariateUse, ...]:
    """The covariates of which the models have a term."""
    return tuple(one for one in found.covariates if one.used)


def columns_in_words(c: Context, found: Companion, level: Level | None = None) -> str:
    """ses, female and sector; of many the first."""
    columns = [one.column for one in used(found) if level in (None, one.level)]
    names = [one_line(name, LONGEST_NAME) for name in columns]
    if len(names) > MOST_NAMED:
        return listed(names, MOST_NAMED)
    *first, last = names
    return c.plain("companion.and", first=", ".join(first), last=last) if first else last


def shown(found: Companion) -> Shown:
    """By the likelihood-ratio tests.

    Columns of groups go with what is between groups, columns about their group's mean with what
    is within. All others of members vary at both levels: what is shown of them is shown of both.
    """
    if _p(found, "null", found.models[-1].name) >= REJECTS:
        return Shown(False, False)
    names = [model.name for model in found.models]
    of_members = "member" in names and _p(found, "null", "member") < REJECTS
    of_groups = "full" in names and _p(found, names[-2], "full") < REJECTS
    return Shown(between=of_groups or (of_members and _any_at_both(found)), within=of_members)


def claim(c: Context, found: Companion) -> Paragraph:
    """What goes with the columns, where the null model is given up for them."""
    fullest, places = found.models[-1], {"columns": columns_in_words(c, found)}
    p = _p(found, "null", fullest.name)
    told = shown(found)
    if p >= REJECTS or told.nowhere:
        key = "unsupported" if p >= REJECTS else "only_together"
        return c.paragraph(f"companion.{key}", p=numbers.p_after_sign(p), **places)
    places["between"] = numbers.signed_percent(fullest.r2_between)
    within = numbers.signed_percent(fullest.r2_within)
    if told.within and fullest.r2_within > 0:
        return _of_both(c, found, told, {**places, "within": within})
    if not told.between:
        places["columns"] = columns_in_words(c, found, "member")
        # What is within goes with the columns, though the estimate isn't smaller beside them.
        return c.paragraph("companion.none_within", within=within, **places)
    key = _between(fullest)
    return c.paragraph(f"companion.{key}", "claim" if key == "claim_groups" else "body", **places)


def _of_both(c: Context, found: Companion, told: Shown, places: dict[str, str]) -> Paragraph:
    """Of a share within groups, with what there is to say between them."""
    fullest = found.models[-1]
    key = _between(fullest)
    of_members = columns_in_words(c, found, "member")
    if told.between and key == "claim_groups":
        return c.paragraph("companion.claim", "claim", **places, of_members=of_members)
    if told.between or key == "no_variance":
        places = {**places, "of_members": of_members}
        return Paragraph(_joined(c, places, f"companion.{key}", "companion.within_too"))
    sentences = ["companion.claim_within"]
    places = {**places, "columns": of_members}
    if fullest.name == "full":
        p = _p(found, found.models[-2].name, "full")
        places = {**places, "p": numbers.p_after_sign(p)}
        sentences.append("companion.between_unsupported")
    return Paragraph(_joined(c, places, *sentences), "claim")


def weighted_lead(c: Context, found: Companion) -> Paragraph:
    """What goes with the columns in the population, where both models show it."""
    weighted = found.weighted
    if weighted is None:
        raise ValueError("a companion without weights")
    fullest, places = weighted.models[-1], {"columns": columns_in_words(c, found)}
    unweighted, own = shown(found), shown_with_weights(found)
    told = Shown(unweighted.between and own.between, unweighted.within and own.within)
    if told.nowhere:
        key = "unsupported" if unweighted.nowhere else "coefficients"
        return c.paragraph(f"companion.weighted.{key}", **places)
    places["between"] = numbers.signed_percent(fullest.r2_between)
    places["within"] = numbers.signed_percent(fullest.r2_within)
    between = told.between and (fullest.r2_between or 0.0) > 0
    within = told.within and fullest.r2_within > 0
    keys = {(True, True): "both", (True, False): "between", (False, True): "within"}
    places["of_members"] = columns_in_words(c, found, "member")
    if within and not between:
        places["columns"] = places["of_members"]
    return c.paragraph(f"companion.weighted.{keys.get((between, within), 'none')}", **places)


def shown_with_weights(found: Companion) -> Shown:
    """By the weighted coefficients: one at a level, with p times their number below 5%.

    A pseudo-likelihood has no likelihood-ratio test.
    """
    if found.weighted is None:
        return Shown(False, False)
    slopes = found.weighted.models[-1].terms[1:]
    clear = [term for term in slopes if term.p * len(slopes) < REJECTS]
    uses = {one.column: one for one in found.covariates}
    of_members = [term for term in clear if _of_members(term, uses)]
    at_both = any(uses[term.column or ""].centre != "group" for term in of_members)
    return Shown(between=len(clear) > len(of_members) or at_both, within=bool(of_members))


def _of_members(term: Term, uses: dict[str, CovariateUse]) -> bool:
    return term.part != "group_mean" and uses[term.column or ""].level == "member"


def _any_at_both(found: Companion) -> bool:
    return any(one.level == "member" and one.centre != "group" for one in used(found))


def _between(fullest: CompanionModel) -> str:
    """What the share between groups allows to be said."""
    if fullest.r2_between is None:
        return "no_variance"
    return "claim_groups" if fullest.r2_between > 0 else "none"


def _joined(c: Context, places: dict[str, str], *keys: str) -> Markup:
    return Markup(" ").join(c.say(key, **places) for key in keys)


def _p(found: Companion, smaller: str, larger: str) -> float:
    tests = {(one.smaller, one.larger): one.test.p for one in found.tests}
    return tests[smaller, larger]  # type: ignore[index]
