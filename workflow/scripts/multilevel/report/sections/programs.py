"""The same model in other programs: code for these data, and what each program prints."""

from dataclasses import replace

from markupsafe import Markup

from multilevel.report.blocks import (
    Block,
    Code,
    Paragraph,
    Points,
    Section,
    Subsection,
    Table,
)
from multilevel.report.context import Context
from multilevel.report.programs.code import PROGRAMS, Snippet, Task, snippet
from multilevel.report.programs.surveys import WEIGHTED, survey_code
from multilevel.report.tabulating import simple_table
from multilevel.summarise import conventions
from multilevel.summarise.conventions import Criteria
from multilevel.wording import numbers
from multilevel.wording.quoting import listed, shown

DECIMALS = 2
# With what the code for SPSS begins where it opens the file itself.
OPENS_SPSS = ("GET ", "IMPORT ")
Line = tuple[str, str, Criteria | None, str]


def programs_section(c: Context) -> Section:
    """R's code, the conventions, the other programs' code."""
    task = Task.of(c.results.provenance.config, c.results.provenance.reading)
    r, *others = (snippet(program, task, c.words) for program in PROGRAMS)
    in_r: tuple[Block, ...] = (
        _lead(c),
        _code(c, r, folded=False),
        *_replacements(c, (r,)),
        *_export_note(c, (r, *others)),
        _walkthrough(c),
        _r_note(c),
        *_warnings(c),
        *_first_value(c),
        *_survey(c, task, "r"),
    )
    rest = Subsection("other-programs", c.plain("programs.others"), _others(c, task, tuple(others)))
    # What programs print follows from one likelihood, to all its digits.
    compared = c.as_programs_print
    table = (c.paragraph("programs.differ"), _conventions(c)) if compared else ()
    return Section(
        "programs",
        c.plain("programs.title"),
        (*in_r, *table, rest),
        printed=(
            _bare(_code(c, r, folded=False)),
            _walkthrough(c),
            c.paragraph("programs.on_screen" if compared else "programs.on_screen_code"),
        ),
    )


def _lead(c: Context) -> Paragraph:
    """The likelihood that all programs report, or that this report's numbers are rounded."""
    if c.safe:
        return c.paragraph("programs.lead_safe")
    values = c.results.plausible_values
    log_likelihood = values.per_value[0].log_likelihood if values else c.model.log_likelihood
    return c.paragraph(
        "programs.lead",
        log_likelihood=numbers.fixed(log_likelihood, DECIMALS),
        minus_two=c.plain("programs.minus_two"),
        deviance=numbers.fixed(-2.0 * log_likelihood, DECIMALS),
    )


def _first_value(c: Context) -> tuple[Paragraph, ...]:
    """Which plausible value the code fits."""
    values = c.results.plausible_values
    if values is None:
        return ()
    key = "survey.programs" if c.safe else "survey.programs_likelihood"
    return (c.paragraph(key, role="note", column=values.per_value[0].column),)


def _r_note(c: Context) -> Paragraph:
    """Where the report has what R prints, and how the two differ."""
    same = c.as_programs_print and c.chosen.has("estimates")
    table = (c.say("programs.r_table"),) if same else ()
    return Paragraph(Markup(" ").join((*table, c.say("programs.r_note"))), "note")


def _others(c: Context, task: Task, snippets: tuple[Snippet, ...]) -> tuple[Block, ...]:
    return (
        c.paragraph("programs.others_lead", method=_method(c)),
        *(_code(c, one, folded=True) for one in snippets),
        *(block for program in PROGRAMS[1:] for block in _survey(c, task, program)),
        *_unweighted(c),
        *_replacements(c, snippets),
        *_file_notes(c, task),
    )


def _walkthrough(c: Context) -> Points:
    """What each line of R does, and what it prints of these data where that is known."""
    f, model, values = c.score, c.model, c.results.plausible_values
    places = {
        "gamma00": f.estimate(model.gamma00),
        "se": f.estimate(model.se_gamma00),
        "tau00": f.variance(model.tau00, more=1),
        "sigma2": f.variance(model.sigma2, more=1),
        "sd_tau00": f.estimate(model.sd_tau00),
        "sd_sigma": f.estimate(model.sd_sigma),
        "icc": c.icc.show(c.between.icc),
    }
    plain = "" if c.as_programs_print else "_plain"
    table = f"flextable{plain}" if c.chosen.has("estimates") else "flextable_alone"
    boundary = values.per_value[0].boundary if values else model.boundary
    icc = "icc_none" if boundary else f"icc{plain}"
    names = ("read", "fit", f"summary{plain}", table, icc, "confint")
    return Points(tuple(c.say(f"programs.lines.{name}", **places) for name in names))


def _survey(c: Context, task: Task, program: str) -> tuple[Block, ...]:
    """Plausible values pooled, and weights: what goes on from the code above."""
    config = c.results.provenance.config
    code = survey_code(program, task, config, c.words)
    several, weighted = bool(task.values), config.get("weights") is not None
    if code is None:
        wanted = program == "r" and (several or weighted)
        return (c.paragraph("programs.survey.none_of", role="note"),) if wanted else ()
    weighted = weighted and program in WEIGHTED
    kind = "both" if several and weighted else "weights" if weighted else "values"
    title = c.plain(f"programs.survey.label.{program}_{kind}")
    lead = (c.paragraph("programs.survey.lead"),) if program == "r" else ()
    return (*lead, Code(f"in-{program}-survey", program, title, code, folded=True))


def _unweighted(c: Context) -> tuple[Paragraph, ...]:
    """Which programs' code leaves out the weights that these data have."""
    if c.results.provenance.config.get("weights") is None:
        return ()
    return (c.paragraph("programs.survey.unweighted", role="note"),)


def _code(c: Context, one: Snippet, folded: bool) -> Code:
    opened = "_opened" if one.program == "spss" and one.text.startswith(OPENS_SPSS) else ""
    title = c.plain(f"programs.label.{one.program}{opened}")
    return Code(f"in-{one.program}", one.program, title, one.text, folded)


def _bare(code: Code) -> Code:
    """Without empty lines and lines that only comment: the words below it explain it."""
    lines = code.text.splitlines()
    kept = (line for line in lines if line.strip() and not line.lstrip().startswith("#"))
    return replace(code, text="\n".join(kept))


def _replacements(c: Context, snippets: tuple[Snippet, ...]) -> tuple[Paragraph, ...]:
    return tuple(
        c.paragraph(
            "programs.replaced",
            role="note",
            program=c.plain(f"programs.name.{one.program}"),
            name=shown(name, 120),
            placeholder=placeholder,
        )
        for one in snippets
        for name, placeholder in one.replaced
    )


def _export_note(c: Context, snippets: tuple[Snippet, ...]) -> tuple[Paragraph, ...]:
    """Which programs read a CSV that has to be made of the data first."""
    need = [one for one in snippets if one.csv]
    if not need:
        return ()
    file, csv = c.results.provenance.config["file"], need[0].csv
    if len(need) == len(snippets):
        return (c.paragraph("programs.export", role="note", file=file, csv=csv),)
    names = ", ".join(c.plain(f"programs.name.{one.program}") for one in need)
    return (c.paragraph("programs.export_for", role="note", programs=names, file=file, csv=csv),)


def _file_notes(c: Context, task: Task) -> tuple[Paragraph, ...]:
    notes = []
    if task.missing:
        codes = listed(str(code) for code in task.missing)
        notes.append(c.paragraph("programs.clean_first", role="note", codes=codes))
    if task.file.lower().endswith(".gz"):
        notes.append(c.paragraph("programs.unpack", role="note"))
    return tuple(notes)


def _warnings(c: Context) -> tuple[Paragraph, ...]:
    """What R shows differently for data of this kind."""
    notes = []
    if c.model.boundary and c.as_programs_print:
        df = numbers.degrees_of_freedom(c.model.df_satterthwaite)
        notes.append(c.paragraph("programs.boundary_note", role="note", df=df))
    if c.model.n_optima > 1:
        optima = numbers.count(c.model.n_optima)
        notes.append(c.paragraph("programs.optima_note", role="note", n_optima=optima))
    return tuple(notes)


def _method(c: Context) -> str:
    return c.plain(f"programs.method.{c.model.method}")


def _conventions(c: Context) -> Table:
    names = ("program", "default", "counts", "aic", "bic", "df")
    kinds = ("text", "text", "text", "number", "number", "text")
    return simple_table(
        "programs",
        c.say("programs.table.title"),
        tuple(
            (c.say(f"programs.table.{name}"), kind) for name, kind in zip(names, kinds, strict=True)
        ),
        tuple(_row(c, line) for line in _lines(c)),
        subtitle=c.say("programs.table.subtitle", method=c.model.method),
        notes=_notes(c),
    )


def _row(c: Context, line: Line) -> tuple[object, ...]:
    program, default, found, df = line
    name, none = c.say(f"programs.row.{program}"), c.say("programs.table.none")
    if found is None:
        return (name, default, none, none, none, df)
    word = "counted_one" if found.parameters == 1 else "counted"
    counted = c.say(
        f"programs.table.{word}",
        d=numbers.count(found.parameters),
        n=numbers.count(found.size),
    )
    aic, bic = (numbers.fixed(value, DECIMALS) for value in (found.aic, found.bic))
    return (name, default, counted, aic, bic, df)


def _lines(c: Context) -> tuple[Line, ...]:
    """Program, default method, criteria where they are settled, degrees of freedom."""
    model, n, j = c.model, c.data.n_members, c.data.n_groups
    reml, interior = model.method == "REML", not model.boundary
    lme4 = conventions.lme4(model.deviance, n)
    nlme = conventions.nlme(model.deviance, n, model.method)
    sas = conventions.sas(model.deviance, j, model.method, model.boundary)
    spss = conventions.spss_reml(model.deviance, n) if reml and interior else None
    satterthwaite = numbers.degrees_of_freedom(model.df_satterthwaite)
    word, z = c.plain("programs.table.satterthwaite"), c.plain("programs.table.z")
    hlm = numbers.count(model.df_hlm)
    return (
        ("lme4", "REML", lme4, satterthwaite),
        ("nlme", "REML", nlme, numbers.count(conventions.df_nlme(n, j))),
        ("stata", "ML", lme4 if interior else None, z),
        ("spss", "REML", spss, satterthwaite if reml and interior else word),
        ("sas", "REML", sas, hlm),
        ("hlm", "REML", None, hlm),
        ("statsmodels", "REML", None if reml else lme4, z),
    )


def _notes(c: Context) -> tuple[Markup, ...]:
    model = c.model
    parameters = conventions.COVARIANCE_PARAMETERS
    if model.method == "ML":
        parameters += conventions.FIXED_EFFECTS
    deviance = numbers.fixed(model.deviance, DECIMALS)
    notes = [
        c.say("programs.note.dash"),
        c.say("programs.note.stata"),
        c.say("programs.note.hlm", deviance=deviance, d=numbers.count(parameters)),
    ]
    if model.method == "ML":
        se = conventions.se_nlme(model.se_gamma00, c.data.n_members, model.method)
        factor = c.plain("programs.sqrt_n")
        notes.append(c.say("programs.note.nlme_ml", s_sqrt_n=factor, se=c.score.estimate(se)))
    return (*notes, c.say("programs.note.sources"))
