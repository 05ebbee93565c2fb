"""What the rules ask for: which files stand for their inputs' content, and what a job is."""

import gc
import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from engine import (
    clocks,
    entry,
    failures,
    fingerprints,
    outcomes,
    ownership,
    requirements,
    server_process,
    splits,
)
from engine import snakemake_internals as internals
from engine.jobs import Job
from engine.places import (
    CHECKED,
    COMPARED,
    COMPARISONS,
    DATASETS,
    OF_COMPARISON,
    OF_DATASET,
    OF_WHOLE,
    ORIGINS,
    RECORD,
    TEMPORARY,
    UNREADABLE,
    WHOLES,
)  # fmt: skip
from engine.progress import PUBLISH
from engine.steps import Comparison, Dataset, Step
from multilevel.storage.files import forget_unfinished, write_whole
from multilevel.storage.hidden_folders import hide

PYTHON, LAUNCHER = "MULTILEVEL_PYTHON", "MULTILEVEL_LAUNCHER"
# Set to anything: each job in a Python of its own, as on a cluster.
COLD = "MULTILEVEL_COLD"
# From how many jobs on a server is worth its start, and from how many datasets on it is
# worth a whole report that nobody reads, so that children find everything warm.
SERVER_FROM, WARM_FROM = 4, 12
# A path, or a function of the wildcards where it isn't known yet whether there is one.
Input = str | Callable[[Any], str | list[str]]


class Batch:
    """The datasets of a run and where their outputs are.

    Parameters
    ----------
    workflow
        Snakemake's.
    results
        The output folder.
    datasets
        In the configuration's order.
    known
        The values by which files are split.
    steps
        What runs, by rule.
    lost
        Entries of the configuration that have no dataset at the moment.
    origins
        What each dataset's id was given to, as JSON has it; kept for later runs.
    unreadable
        Folders that can't be read, though datasets may lie in them.
    comparisons
        What is made of several datasets' results.
    texts
        What further files in the folder of stages are to hold, by name.
    public
        The folder within the results where what is published stands; "" for the results themselves.
    """

    def __init__(
        self,
        workflow: Any,
        results: str,
        datasets: Sequence[Dataset],
        known: splits.Splits,
        steps: Mapping[str, Step],
        lost: Sequence[str] = (),
        origins: Mapping[str, Any] | None = None,
        unreadable: Sequence[str] = (),
        comparisons: Sequence[Comparison] = (),
        texts: Mapping[str, str] = MappingProxyType({}),
        public: str = "",
    ) -> None:
        # A thousand datasets are millions of objects that all stay: looking through them for
        # garbage took a quarter of the time.
        gc.set_threshold(200_000, 20, 100)
        self._workflow, self._splits, self._steps, self._lost = workflow, known, steps, lost
        self._origins, self._unreadable = dict(origins or {}), list(unreadable)
        self._further = texts
        self._datasets = {dataset.id: dataset for dataset in datasets}
        self._comparisons = {one.id: one for one in comparisons}
        wholes = {name: one.whole for name, one in self._datasets.items()}
        self._whole_of = {name: _name_of(whole) for name, whole in wholes.items() if whole}
        self._wholes = {_name_of(whole): whole for whole in wholes.values() if whole}
        self._plain = Path(results, ".stages")
        self.results = Path(internals.placed(workflow, results))
        self.stages = self.results / ".stages"
        self.public = self.results / public
        self._texts: dict[str, str] = {}
        self._made: dict[str, bool] = {}
        self._hashes = fingerprints.Hashes(self.stages / "hashes.json")
        with_conda = "conda" in str(workflow.deployment_settings.deployment_method).lower()
        os.environ[PYTHON] = "python" if with_conda else sys.executable
        os.environ[LAUNCHER] = str(Path(__file__).with_name("launch.py"))

    def dataset(self, wildcards: Any) -> str | list[str]:
        """The file that says all that a dataset's results depend on: settings and data."""
        return self._file(OF_DATASET.format(id=wildcards.id))

    def whole(self, wildcards: Any) -> str | list[str]:
        """The file that says all that a split depends on: settings that parts share, and data."""
        return self._file(OF_WHOLE.format(id=wildcards.id))

    def parts(self, wildcards: Any) -> str | list[str]:
        """What a split keeps of a dataset's file; nothing where it isn't split."""
        whole = self._whole_of.get(wildcards.id)
        return str(self._plain / WHOLES / whole / "parts.parquet") if whole else []

    def datasets(self, _: Any) -> str | list[str]:
        """The file that lists all datasets."""
        return self._file(DATASETS)

    def comparison(self, wildcards: Any) -> str | list[str]:
        """The file that says which datasets are compared, and how."""
        return self._file(OF_COMPARISON.format(id=wildcards.id))

    def comparisons(self, _: Any) -> str | list[str]:
        """The file that lists all comparisons."""
        return self._file(COMPARED)

    def members(self, wildcards: Any) -> list[str]:
        """Results and schools of the datasets of a comparison, those withheld too."""
        return [
            str(self._plain / name / file)
            for name in self._comparisons[wildcards.id].datasets
            for file in ("results.json", "schools.parquet", "complete/schools.parquet")
        ]

    def further(self, name: str) -> str | list[str]:
        """The file of one of the further texts."""
        return self._file(name)

    def data_files(self, wildcards: Any) -> Sequence[str]:
        """The files that a job reads itself: a part's file is read by the split."""
        name = wildcards.id
        if name in self._wholes:
            return self._wholes[name].inputs
        return () if name in self._whole_of else self._datasets[name].inputs

    def made_files(self, wildcards: Any) -> list[str]:
        """Those that other rules of the workflow make, and that a job has to wait for."""
        return [file for file in self.data_files(wildcards) if self._is_made(file)]

    def code(self, rule: str) -> Input:
        """The file that says what a rule's outputs depend on besides its inputs."""
        file = self.stages / f"{rule}.key"
        # Snakemake is slow at calling functions: a thousand calls a rule are worth sparing.
        return str(self._plain / file.name) if file.is_file() else lambda _: self._file(file.name)

    def call(self, rule: str) -> dict[str, Any]:
        """What runs, as params of a rule: the job, and what else Snakemake is to remember.

        That is all that the outputs depend on: the code of this stage and of those before it, the
        settings and the content of the data. Times alone would do but for clocks that are wrong,
        and for dry runs.
        """
        step = self._steps[rule]

        def job(wildcards: Any, input: Any, output: Any) -> str:
            single = {name: file for name, file in input.items() if isinstance(file, str)}
            read = self._reads(step, wildcards)
            return Job(
                stage=rule,
                call=step.call,
                inputs={name: str(file) for name, file in single.items() if name != "code"},
                outputs={name: str(file) for name, file in output.items()},
                project=step.project,
                recorded=step.recorded,
                steady=tuple(self._owner(read).inputs) if "/" in read else (),
                temporary=str(self.stages / TEMPORARY),
            ).encoded()

        # Two values: of functions that take inputs Snakemake doesn't remember the results.
        return {"job": job, "fingerprint": self._fingerprint(rule)}

    def start(self) -> None:
        """Before the first job: is there room on the disk? Then start the warm server."""
        requirements.check_addresses()
        internals.lift_rate_limit(self._workflow)
        due = internals.due(self._workflow)
        datasets = sum(rule.endswith(PUBLISH) for rule in due)
        requirements.check_disk(self.results, datasets)
        warm = os.environ[PYTHON] != "python" and not os.environ.get(COLD)
        if warm and self._workflow.local_exec and len(due) >= SERVER_FROM:
            server_process.start("warm", "warm" if datasets >= WARM_FROM else "")

    def outcomes(self, published: Collection[str]) -> Counter[tuple[bool, str]]:
        """How many datasets were published now, or not, and became what: ok, refused or failed."""
        became: Counter[tuple[bool, str]] = Counter()
        for name in self._datasets:
            known = fingerprints.known(self.stages / name / "published.json")
            outcome = "failed" if "failed" in known else str(known.get("status", ""))
            became[name in published, outcome] += 1
        return became

    def _fingerprint(self, rule: str) -> Callable[[Any], str]:
        def fingerprint(wildcards: Any) -> str:
            name = getattr(wildcards, "id", "")
            data = self._data(name) if name else self._all_data()
            # A dry run has left the records in place: say that what failed is tried again.
            again = not self._executing and self._failed_stage(wildcards) == rule
            return self._code_until(rule) + data + "again" * again

        return fingerprint

    @cache  # noqa: B019 - a batch lives as long as its process
    def _code_until(self, rule: str) -> str:
        """Of the code of a stage and of those before it, which `steps` has in their order."""
        rules = list(self._steps)
        until = rules[: rules.index(rule) + 1]
        keys = [self._planned(f"{one}.key") for one in until if self._steps[one].tracked]
        return fingerprints.digest("\n".join(keys))

    def _data(self, name: str) -> str:
        """Of settings and data of a dataset, of a file that several share, or of a comparison."""
        if name in self._comparisons:
            members = map(self._data, self._comparisons[name].datasets)
            return fingerprints.digest(
                "\n".join((self._text(OF_COMPARISON.format(id=name)), *members))
            )
        pattern = OF_WHOLE if name in self._wholes else OF_DATASET
        return fingerprints.digest(self._text(pattern.format(id=name)))

    def _all_data(self) -> str:
        each = (f"{name} {self._data(name)}" for name in self._datasets)
        return fingerprints.digest("\n".join(each))

    def _reads(self, step: Step, wildcards: Any) -> str:
        return step.reads.format(id=getattr(wildcards, "id", ""))

    def _owner(self, name: str) -> Dataset:
        """The dataset, or the file that several share, that the file `name` is about."""
        *above, owner, _ = name.split("/")
        owners: dict[str, Mapping[str, Dataset]] = {
            "": self._datasets,
            WHOLES: self._wholes,
            COMPARISONS: self._comparisons,
        }
        return owners["".join(above)][owner]

    def _is_made(self, file: str) -> bool:
        if file not in self._made:
            self._made[file] = internals.makes(self._workflow, file)
        return self._made[file]

    @cached_property
    def _executing(self) -> bool:
        """Whether this process is about to run jobs; makes the folder ready if so.

        Known only when the graph of jobs is built.
        """
        if not internals.executes(self._workflow):
            return False
        entry.enter(self.results, self._make_ready)
        return True

    def _make_ready(self) -> None:
        """Mend what earlier runs left, and write what this one depends on."""
        hide(self.results)
        for folder in (self.stages, self.stages / WHOLES, self.stages / COMPARISONS):
            failures.forget(folder)
        # On a cluster, jobs of a run that was killed may be at work still.
        if self._workflow.local_exec:
            owners = (
                *self._datasets,
                *(f"{WHOLES}/{name}" for name in self._wholes),
                *(f"{COMPARISONS}/{name}" for name in self._comparisons),
            )
            stages = (self.stages / owner for owner in owners)
            for folder in (RECORD.parent, self.results, self.stages, *stages):
                forget_unfinished(folder)
            shutil.rmtree(self.stages / TEMPORARY, ignore_errors=True)
        clocks.mend(self.stages)
        for name in self._datasets:
            ownership.free(self.stages / name)
            self._mend(name)
        for name in self._comparisons:
            self._mend(name, COMPARISONS)
        for name in (
            DATASETS,
            COMPARED,
            *(f"{rule}.key" for rule, s in self._steps.items() if s.tracked),
        ):
            self._texts[name] = self._written(name)
        self._note_origins()
        self._hashes.keep()
        self._splits.keep()
        splits.forget(self.stages / WHOLES, self._wholes)
        record = {
            "results": str(self.results),
            "public": str(self.public),
            "lost": list(self._lost),
            "unreadable": self._unreadable,
        }
        write_whole(RECORD, json.dumps(record).encode())
        outcomes.BATCHES.append(self)

    def _note_origins(self) -> None:
        """Keep for later runs whose ids are whose, those of datasets that left included."""
        known = fingerprints.known(self.stages / ORIGINS)
        fingerprints.written(self.stages / ORIGINS, json.dumps({**known, **self._origins}))
        fingerprints.written(self.stages / UNREADABLE, json.dumps(self._unreadable))
        if self._unreadable:
            # The step that fails for what has no report must look again.
            (self.stages / CHECKED).unlink(missing_ok=True)

    def _mend(self, name: str, above: str = "") -> None:
        """Have a dataset or comparison published again whose public files were removed."""
        published = self.stages / above / name / "published.json"
        files = fingerprints.known(published).get("published", ())
        if not (files and all((self.public / name / file).exists() for file in files)):
            published.unlink(missing_ok=True)
            # Snakemake makes what is missing only for what else is to be made.
            (self.stages / CHECKED).unlink(missing_ok=True)

    def _file(self, name: str) -> str | list[str]:
        """The file `name`, brought up to date when jobs will run; none where there is none."""
        self._text(name)
        there = self._executing or (self.stages / name).is_file()
        return str(self._plain / name) if there else []

    def _text(self, name: str) -> str:
        """What the file `name` is to hold."""
        executing = self._executing
        # What other rules make has its content only when they have run.
        made = "/" in name and any(map(self._is_made, self._owner(name).inputs))
        if name not in self._texts or (made and executing):
            self._texts[name] = self._written(name) if executing else self._planned(name)
        return self._texts[name]

    def _written(self, name: str) -> str:
        """Bring the file `name` up to date; what it holds."""
        file = self.stages / name
        internals.remember(self._workflow, str(file))
        return fingerprints.written(file, self._content(name))

    def _planned(self, name: str) -> str:
        """What the file `name` would hold; jobs on a cluster read what it does hold."""
        file = self.stages / name
        if self._workflow.is_main_process or not file.is_file():
            return self._content(name)
        return file.read_text(encoding="utf-8")

    def _content(self, name: str) -> str:
        if name in self._further:
            return self._further[name]
        if name == DATASETS:
            return json.dumps(list(self._datasets))
        if name == COMPARED:
            return json.dumps(list(self._comparisons))
        if "/" not in name:
            step = self._steps[name.removesuffix(".key")]
            module = step.call.partition(":")[0]
            return fingerprints.of_code(module, step.templates, step.without)
        dataset = self._owner(name)
        described = {
            "settings": dataset.settings(),
            "inputs": {file: self._hashes.of(file) for file in dataset.inputs},
            "links": fingerprints.links(dataset.inputs),
            "source_date_epoch": os.environ.get("SOURCE_DATE_EPOCH"),
        }
        return json.dumps(described, indent=1)

    def _failed_stage(self, wildcards: Any) -> str:
        failure = self._failures.get(getattr(wildcards, "id", ""))
        return failure.stage if failure else ""

    @cached_property
    def _failures(self) -> Mapping[str, failures.Failure]:
        return failures.listed(self.stages)


def _name_of(whole: Dataset) -> str:
    return fingerprints.digest(json.dumps(whole.settings(), sort_keys=True))
