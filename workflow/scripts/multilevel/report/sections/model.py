"""The model in equations, each symbol explained and estimated."""

from multilevel.report.blocks import Paragraph, Section, Table
from multilevel.report.context import Context, simple_table
from multilevel.wording import numbers


def model_section(c: Context) -> Section:
    """Level 1, level 2, combined, and the table of symbols."""
    level_1 = (
        c.paragraph("model.lead"),
        c.equation("level_1", label=c.say("model.level1")),
        c.paragraph("model.level1_words"),
        c.figure("residual_distribution"),
    )
    level_2 = (
        c.equation("level_2", label=c.say("model.level2")),
        c.paragraph("model.level2_words"),
        c.paragraph("model.definitions"),
        c.equation("combined", label=c.say("model.combined")),
        c.paragraph("model.combined_words"),
        _total(c),
    )
    symbols = _symbols(c)
    return Section(
        "model",
        c.plain("model.title"),
        (*level_1, c.figure("within_schools"), *level_2, symbols),
        printed=(*level_1, *level_2, symbols),
    )


def _total(c: Context) -> Paragraph:
    """The two variances and their sum, as printed."""
    f, model = c.score, c.model
    tau00, sigma2 = f.variance(model.tau00), f.variance(model.sigma2)
    total = numbers.parse(tau00) + numbers.parse(sigma2)
    return c.paragraph("model.total", tau00=tau00, sigma2=sigma2, total=f.variance(total))


def _symbols(c: Context) -> Table:
    f, model = c.score, c.model
    gamma00 = f.estimate(model.gamma00)
    tau00 = f"{f.variance(model.tau00)} = ({f.estimate(model.sd_tau00)})²"
    sigma2 = f"{f.variance(model.sigma2)} = ({f.estimate(model.sd_sigma)})²"
    rows = (
        ("Yij", c.say("model.see_data")),
        ("beta0j", c.say("model.see_groups")),
        ("gamma00", gamma00),
        ("u0j", c.say("model.see_groups")),
        ("rij", c.say("model.see_checks")),
        ("tau00", tau00),
        ("sigma2", sigma2),
        ("j", f"J = {numbers.count(c.data.n_groups)}"),
        ("i", f"N = {numbers.count(c.data.n_members)}"),
    )
    return simple_table(
        "symbols",
        c.say("model.table"),
        c.headings("model.heading", symbol="text", meaning="text", estimate="number"),
        tuple((c.symbol(name), c.say(f"model.{name}"), value) for name, value in rows),
    )
