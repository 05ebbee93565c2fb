"""What was analysed."""

from multilevel.report.blocks import Block, Section, Table
from multilevel.report.context import Context, simple_table
from multilevel.report.sections.columns import columns_blocks, outcome_names
from multilevel.report.withheld import fewest
from multilevel.wording import numbers


def data_section(c: Context) -> Section:
    """Counts, sizes, what was left out, and the students in their schools."""
    blocks: list[Block] = [_used(c), _sizes(c)]
    if c.data.n_singletons:
        key = "data.singleton_one" if c.data.n_singletons == 1 else "data.singletons"
        blocks.append(c.paragraph(key, n=numbers.count(c.data.n_singletons)))
    blocks += [_table(c), *columns_blocks(c)]
    return Section("data", c.plain("data.title"), tuple(blocks))


def _used(c: Context) -> Block:
    data = c.data
    if data.n_dropped_outcome + data.n_dropped_group + data.n_dropped_weight == 0:
        return c.paragraph("data.all_used", n_rows=numbers.count(data.n_rows))
    return c.paragraph(
        "data.dropped",
        n_rows=numbers.count(data.n_rows),
        n_used=numbers.count(data.n_members),
        n_dropped_outcome=numbers.count(data.n_dropped_outcome),
        n_dropped_group=numbers.count(data.n_dropped_group),
        weights=c.say("data.dropped_weights", n=numbers.count(data.n_dropped_weight))
        if data.n_dropped_weight
        else "",
    )


def _sizes(c: Context) -> Block:
    if c.data.balanced:
        return c.paragraph("data.balanced", n=c.members(c.data.n_max))
    return c.paragraph(
        "data.unbalanced",
        n_min=fewest(c),
        n_max=numbers.count(c.data.n_max),
        n_mean=numbers.fixed(c.data.n_mean, 1),
    )


def _table(c: Context) -> Table:
    data, f, config = c.data, c.score, c.results.provenance.config
    sizes = c.plain(
        "data.sizes_value_equal" if data.balanced else "data.sizes_value",
        n=numbers.count(data.n_max),
        n_min=fewest(c),
        n_max=numbers.count(data.n_max),
        n_mean=numbers.fixed(data.n_mean, 1),
    )
    ends = f.headline(data.score_min), f.headline(data.score_max)
    extremes = [("range", c.plain("data.range_value", low=ends[0], high=ends[1]))]
    mean_sd = c.plain(
        "data.mean_sd_value",
        mean=f.table(c.naive.grand_mean),
        sd=f.table(c.naive.sd_total),
    )
    weights = c.results.weighted is not None
    dropped_weight = [("dropped_weight", numbers.count(data.n_dropped_weight))] if weights else []
    rows = (
        ("rows", numbers.count(data.n_rows)),
        ("members", numbers.count(data.n_members)),
        ("groups", numbers.count(data.n_groups)),
        ("sizes", sizes),
        ("dropped_outcome", numbers.count(data.n_dropped_outcome)),
        ("dropped_group", numbers.count(data.n_dropped_group)),
        *dropped_weight,
        *(extremes if data.score_min is not None else ()),
        ("mean_sd", mean_sd),
        ("outcome_column", outcome_names(config["outcome"])),
        ("group_column", config["group"]),
    )
    return simple_table(
        "analysed",
        c.say("data.table"),
        ((c.say("data.quantity"), "text"), (c.say("data.value"), "number")),
        tuple((c.say(f"data.{name}"), value) for name, value in rows),
    )
