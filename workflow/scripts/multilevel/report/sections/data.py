"""What was analysed."""

from multilevel.report.blocks import Block, Section, Table
from multilevel.report.context import Context
from multilevel.report.sections.columns import columns_blocks, outcome_names
from multilevel.report.tabulating import simple_table
from multilevel.report.withheld import fewest
from multilevel.wording import numbers


def data_section(c: Context) -> Section:
    """Counts, sizes, what was left out, and the students in their schools."""
    blocks: list[Block] = [_used(c), _sizes(c)]
    if c.data.n_singletons:
        key = "data.singleton_one" if c.data.n_singletons == 1 else "data.singletons"
        blocks.append(c.paragraph(key, n=numbers.count(c.data.n_singletons)))
    columns = tuple(columns_blocks(c))
    asked = tuple(one for one in columns if getattr(one, "key", "") != "columns")
    printed = (*blocks, _table(c, printed=True), *asked)
    blocks += [_table(c), *columns]
    return Section("data", c.plain("data.title"), tuple(blocks), printed=printed)


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


def _origin(c: Context) -> tuple[tuple[str, str], ...]:
    """The file and the settings, which screens have under methods."""
    provenance = c.results.provenance
    joined = () if provenance.joined is None else (("joined", provenance.joined.path),)
    codes = ", ".join(str(code) for code in provenance.config.get("missing") or ())
    settings = c.plain("methods.settings_value", method=c.model.method)
    missing = (("missing_codes", codes),) if codes else ()
    return (("file", provenance.input.path), *joined, *missing, ("settings", settings))


def _table(c: Context, printed: bool = False) -> Table:
    """What was analysed; on paper with its file and settings, without what the text has said."""
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
    dropped = [
        ("dropped_outcome", numbers.count(data.n_dropped_outcome)),
        ("dropped_group", numbers.count(data.n_dropped_group)),
        *([("dropped_weight", numbers.count(data.n_dropped_weight))] if weights else []),
    ]
    counts = (
        ("rows", numbers.count(data.n_rows)),
        ("members", numbers.count(data.n_members)),
        ("groups", numbers.count(data.n_groups)),
        ("sizes", sizes),
        *dropped,
    )
    rows = (
        *(() if printed else counts),
        *(extremes if data.score_min is not None else ()),
        ("mean_sd", mean_sd),
        ("outcome_column", outcome_names(config["outcome"])),
        ("group_column", config["group"]),
        *(_origin(c) if printed else ()),
    )
    return simple_table(
        "analysed",
        c.say("data.table"),
        ((c.say("data.quantity"), "text"), (c.say("data.value"), "number")),
        tuple((c.say(_named(name)), value) for name, value in rows),
    )


def _named(name: str) -> str:
    """The catalogue's key of a row: what belongs to the file is named under methods."""
    of_file = name in ("file", "joined", "missing_codes", "settings")
    return f"methods.{name}" if of_file else f"data.{name}"
