# What only the engine needs: what runs in each rule's jobs, and what their outputs depend on
# besides their inputs. Paths of templates are relative to templates/.

STEPS = {
    "split": Step(call="multilevel.ingest.partition:run", reads=OF_WHOLE),
    "ingest": Step(call="multilevel.ingest.stage:run", reads=OF_DATASET),
    "fit": Step(call="multilevel.fit.stage:run"),
    "summarise": Step(
        call="multilevel.summarise.stage:run", templates=["text/en/findings.yaml"]
    ),
    "publication": Step(
        call="multilevel.publication.stage:run",
        templates=["text/en/findings.yaml", "text/en/publication.yaml"],
        project={"templates": "templates"},
    ),
    "figures": Step(
        call="multilevel.figures.stage:run",
        templates=[
            "text/en/figures.yaml",
            "text/en/shares.yaml",
            "text/en/distribution.yaml",
            "fonts/*.ttf",
        ],
        project={"templates": "templates"},
    ),
    "report": Step(
        call="multilevel.report.stage:run",
        templates=[
            "**/*.j2",
            "css/*.css",
            "js/*.js",
            "fonts/*.ttf",
            "fonts/*.woff2",
            "text/en/*.yaml",
        ],
        without=["index.html.j2"],
        project={"templates": "templates"},
    ),
    "publish": Step(
        call=(
            "multilevel.publish.stage:prepare"
            if publisher.waits(config)
            else "multilevel.publish.stage:run"
        ),
        tracked=False,
    ),
    "public": Step(
        call="multilevel.publish.stage:present", tracked=False, recorded=False
    ),
    "comparison": Step(
        call="multilevel.comparisons.stage:run",
        templates=[
            "**/*.j2",
            "css/*.css",
            "js/*.js",
            "fonts/*.ttf",
            "fonts/*.woff2",
            "text/en/*.yaml",
        ],
        without=["index.html.j2", "refused.html.j2"],
        reads=OF_COMPARISON,
        project={"templates": "templates"},
    ),
    "publish_comparison": Step(
        call=(
            "multilevel.publish.stage:prepare_comparison"
            if publisher.waits(config)
            else "multilevel.publish.stage:run_comparison"
        ),
        tracked=False,
    ),
    "index": Step(
        call="multilevel.index.stage:run",
        templates=[
            "**/*.j2",
            "css/*.css",
            "js/*.js",
            "fonts/*.woff2",
            "text/en/page.yaml",
            "text/en/findings.yaml",
            "text/en/dates.yaml",
            "text/en/publication.yaml",
            "text/en/publisher.yaml",
            "text/en/workbook.yaml",
        ],
        without=["report.html.j2", "refused.html.j2", "print.html.j2", "word.html.j2"],
        reads=DATASETS,
        recorded=False,
        project={"templates": "templates"},
    ),
    "publish_index": Step(
        call="multilevel.publish.stage:publish_index", tracked=False, recorded=False
    ),
    "history": Step(
        call="multilevel.index.releases:run", tracked=False, recorded=False
    ),
    "check": Step(call="multilevel.index.check:run", tracked=False, recorded=False),
}
