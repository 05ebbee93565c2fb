"""The model in equations, what each symbol is, and the deviations at both levels."""

from dataclasses import replace

from markupsafe import Markup

from multilevel.report.blocks import Block, Equation, Paragraph, Section
from multilevel.report.context import Context
from multilevel.report.weighting import unweighted
from multilevel.wording import numbers


def model_section(c: Context) -> Section:
    """Level 1, level 2, combined, and both levels' deviations."""
    lead: tuple[Block, ...] = (
        *unweighted(c),
        c.paragraph("model.lead"),
        _level1(c),
        c.paragraph("model.level1_words"),
    )
    level2 = (_level2(c), c.paragraph("model.level2_words"), c.paragraph("model.definitions"))
    combined = (_combined(c), c.paragraph("model.combined_words"), _total(c))
    printed = (*lead, *level2, *combined, c.figure("two_levels"))
    return Section(
        "model", c.plain("model.title"), (*printed, c.figure("within_schools")), printed=printed
    )


def _level1(c: Context) -> Equation:
    f, model = c.score, c.model
    sigma2 = f"{f.variance(model.sigma2)} = ({f.estimate(model.sd_sigma)})²"
    symbols = {
        "Yij": c.say("model.Yij"),
        "beta0j": c.say("model.beta0j"),
        "rij": c.say("model.rij"),
        "sigma2": c.say("model.sigma2", estimate=sigma2),
        "i": c.say("model.i", n=numbers.count(c.data.n_members)),
        "j": c.say("model.j", n=numbers.count(c.data.n_groups)),
    }
    return _annotated(c, "level_1", c.say("model.level1"), symbols)


def _level2(c: Context) -> Equation:
    f, model = c.score, c.model
    tau00 = f"{f.variance(model.tau00)} = ({f.estimate(model.sd_tau00)})²"
    symbols = {
        "gamma00": c.say("model.gamma00", estimate=f.estimate(model.gamma00)),
        "u0j": c.say("model.u0j"),
        "tau00": c.say("model.tau00", estimate=tau00),
    }
    return _annotated(c, "level_2", c.say("model.level2"), symbols)


def _combined(c: Context) -> Equation:
    return c.equation("combined", label=c.say("model.combined"))


def _annotated(c: Context, name: str, label: Markup, symbols: dict[str, Markup]) -> Equation:
    found = c.equation(name, label=label)
    pairs = tuple((c.symbol(symbol), meaning) for symbol, meaning in symbols.items())
    return replace(found, symbols=pairs)


def _total(c: Context) -> Paragraph:
    """The two variances and their sum, as printed."""
    f, model = c.score, c.model
    tau00, sigma2 = f.variance(model.tau00), f.variance(model.sigma2)
    total = numbers.parse(tau00) + numbers.parse(sigma2)
    return c.paragraph("model.total", tau00=tau00, sigma2=sigma2, total=f.variance(total))
