"""Methods and provenance: how the numbers came about, and from what."""

from multilevel.report.blocks import Block, Points, Section, Subsection, Table
from multilevel.report.context import Context
from multilevel.report.sections.columns import outcome_names
from multilevel.report.sections.since import revisions
from multilevel.report.sections.survey import not_cited
from multilevel.report.tabulating import simple_table
from multilevel.wording import numbers


def methods_section(c: Context) -> Section:
    """Estimation in words, the table of provenance, the references."""
    keys, unused = c.words.keys_of("references"), not_cited(c)
    references = tuple(c.say(key) for key in keys if key.partition(".")[2] not in unused)
    estimation = c.paragraph(f"methods.estimation.{c.model.method}")
    weights = c.paragraph("methods.weights" if c.results.weighted is None else "survey.methods")
    engine = (c.paragraph("methods.optima"), *_self_test(c), c.paragraph("methods.files"))
    lead: tuple[Block, ...] = (estimation, *engine, weights)
    cited = Subsection(
        "references", c.plain("methods.references"), (Points(references, columns=2),)
    )
    title, revised = c.plain("methods.title"), revisions(c)
    last = (cited,) if revised is None else (cited, revised)
    # What only programs read is in results.json, which the PDF carries.
    paper = (estimation, weights, *last)
    return Section("methods", title, (*lead, _provenance(c), *last), printed=paper)


def _self_test(c: Context) -> tuple[Block, ...]:
    test = c.results.provenance.self_test
    if test is None:
        return ()
    return (
        c.paragraph(
            "methods.self_test",
            datasets=", ".join(test.datasets),
            n_passed=numbers.count(test.n_passed),
            n_checks=numbers.count(test.n_checks),
            digits=numbers.count(test.digits),
        ),
    )


def _provenance(c: Context) -> Table:
    """Where the numbers come from."""
    provenance, config = c.results.provenance, c.results.provenance.config
    software = ", ".join(f"{name} {version}" for name, version in provenance.software.items())
    columns = f"{outcome_names(config['outcome'])}, {config['group']}"
    settings = c.plain("methods.settings_value", method=c.model.method)
    rows = [
        ("file", provenance.input.path),
        ("sha256", provenance.input.sha256 or numbers.MISSING),
        ("bytes", numbers.count(provenance.input.bytes or 0)),
        ("rows", numbers.count(provenance.rows_read or 0)),
        ("columns", columns),
        ("settings", settings),
    ]
    if provenance.joined is not None:
        joined = f"{provenance.joined.path} ({provenance.joined.sha256 or numbers.MISSING})"
        rows.append(("joined", joined))
    if config.get("missing"):
        rows.append(("missing_codes", ", ".join(str(code) for code in config["missing"])))
    if provenance.notes:
        rows.append(("reader_notes", " ".join(provenance.notes)))
    if c.chosen.words:
        n = numbers.count(len(c.chosen.words))
        rows.append(("words", c.plain("methods.words_value", n=n)))
    rows.append(("software", software))
    return simple_table(
        "provenance",
        c.say("methods.table"),
        ((c.say("methods.item"), "text"), (c.say("methods.value"), "code")),
        tuple((c.say(f"methods.{name}"), value) for name, value in rows),
    )
