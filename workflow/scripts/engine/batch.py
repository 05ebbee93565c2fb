"""What the rules ask for: which files stand for their inputs' content, and what a job is."""

import gc
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol

from engine import failures, keys, lock, memory, room, sources, splits, starting
from engine.jobs import PROJECT, SCRIPTS, Job
from multilevel.storage.files import forget_unfinished, write_whole

PYTHON, LAUNCHER = "MULTILEVEL_PYTHON", "MULTILEVEL_LAUNCHER"
# Set to anything: each job in a Python of its own, as on a cluster.
COLD = "MULTILEVEL_COLD"
# Written at the start of a run, for what is said at its end.
FACTS = Path(".snakemake") / "run.json"
# From how many jobs on a server is worth its start, and from how many datasets on it is
# worth a whole report that nobody reads, so that children find everything warm.
SERVER_FROM, WARM_FROM = 4, 12
# Free space that a run needs: for a dataset's outputs, and to be on the safe side.
SPACE_EACH, SPACE_SPARE = 6 * 2**20, 16 * 2**20
# In the folder of stages: what splits keep of files for their parts, and the code that does.
WHOLES, KEPT = ".split", "multilevel.ingest.partition"
# Address space that a job takes with all its libraries; with less some of them never end to ask.
LEAST_ADDRESSES = 2 * 2**30
# In the folder of stages: says that all reports are there.
CHECKED = "all-datasets-have-reports"
PUBLIC = ("report.html", "report.pdf", "results.json", "groups.csv", "figures")

# A path, or a function of the wildcards where it isn't known yet whether there is one.
Input = str | Callable[[Any], str | list[str]]


class Dataset(Protocol):
    """What is known here of a dataset: its id, its settings and the files it reads."""

    @property
    def id(self) -> str:
        """Names its folder."""

    @property
    def inputs(self) -> Sequence[str]:
        """All files that it reads."""

    @property
    def whole(self) -> "Dataset | None":
        """What it shares with the other parts of its file, None where it has the file alone."""

    def settings(self) -> dict[str, Any]:
        """As plain values."""


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
    """

    def __init__(
        self, workflow: Any, results: str, datasets: Sequence[Dataset], known: splits.Splits
    ) -> None:
        # A thousand datasets are millions of objects that all stay: looking through them for
        # garbage took a quarter of the time.
        gc.set_threshold(200_000, 20, 100)
        self._workflow, self._splits = workflow, known
        self._datasets = {dataset.id: dataset for dataset in datasets}
        wholes = {name: one.whole for name, one in self._datasets.items()}
        self._whole_of = {name: _name_of(whole) for name, whole in wholes.items() if whole}
        self._wholes = {_name_of(whole): whole for whole in wholes.values() if whole}
        self.stages = Path(results) / ".stages"
        self._results = Path(results)
        self._contents: dict[str, Callable[[], str]] = {
            "datasets.json": lambda: json.dumps(list(self._datasets))
        }
        self._texts: dict[str, str] = {}
        with_conda = "conda" in str(workflow.deployment_settings.deployment_method).lower()
        os.environ[PYTHON] = "python" if with_conda else sys.executable
        os.environ[LAUNCHER] = str(Path(__file__).with_name("launch.py"))

    def dataset(self, wildcards: Any) -> str | list[str]:
        """The file that says all that a dataset's results depend on: settings and data."""
        return self._file(_of_dataset(wildcards))

    def whole(self, wildcards: Any) -> str | list[str]:
        """The file that says all that a split depends on: settings that parts share, and data."""
        return self._file(_of_whole(wildcards))

    def parts(self, wildcards: Any) -> str | list[str]:
        """What a split keeps of a dataset's file; nothing where it isn't split."""
        whole = self._whole_of.get(wildcards.id)
        return str(self.stages / WHOLES / whole / "parts.parquet") if whole else []

    def datasets(self, _: Any) -> str | list[str]:
        """The file that lists all datasets."""
        return self._file("datasets.json")

    def key(self, stage: str, *templates: str, without: Sequence[str] = ()) -> Input:
        """The file that says what a stage's outputs depend on besides its inputs.

        Parameters
        ----------
        templates
            Patterns under templates/ of the files that the stage reads.
        without
            Names of files that fit but aren't read.
        """
        name = f"{stage}.key"
        self._contents[name] = cache(lambda: _code(stage, templates, without))
        file = self.stages / name
        # Snakemake is slow at calling functions: a thousand calls a rule are worth sparing.
        return str(file) if file.is_file() else lambda _: self._file(name)

    def fingerprint(self, stage: str) -> str | Callable[[Any], str]:
        """What a stage's outputs depend on, as a parameter that Snakemake remembers.

        The key files alone would do, but for clocks that were set back and for dry runs.
        """
        if stage not in ("split", "ingest", "index") and not failures.listed(self.stages):
            return keys.digest(self._planned(f"{stage}.key"))

        def found(wildcards: Any) -> str:
            own = {
                "split": _of_whole(wildcards),
                "ingest": _of_dataset(wildcards),
                "index": "datasets.json",
            }
            names = [f"{stage}.key", *([own[stage]] if stage in own else [])]
            text = "\n".join(self._text(name) for name in names)
            # A dry run has left the records in place: say that what failed is tried again.
            again = not self._executing and self._failed_stage(wildcards) == stage
            return keys.digest(text + "again" * again)

        return found

    def job(
        self, stage: str, call: str = "", *, recorded: bool = True, **project: str
    ) -> Callable[..., str]:
        """What the launcher is told, as a function for a rule's params.

        Parameters
        ----------
        call
            The function, when it isn't the stage's `run`. Its parameters are the rule's
            named inputs and outputs; inputs that are lists only say what comes before.
        recorded
            Whether a crash is a result; else the job fails.
        project
            Further parameters: paths relative to the project's folder.
        """

        def told(wildcards: Any, input: Any, output: Any) -> str:
            single = {name: file for name, file in input.items() if isinstance(file, str)}
            reads = {"split": self._wholes, "ingest": self._datasets}.get(stage, {})
            dataset = reads.get(getattr(wildcards, "id", ""))
            return Job(
                stage=stage,
                call=call or f"multilevel.{stage}.stage:run",
                inputs={name: str(file) for name, file in single.items() if name != "key"},
                outputs={name: str(file) for name, file in output.items()},
                project=project,
                recorded=recorded,
                steady=tuple(dataset.inputs) if dataset else (),
            ).encoded()

        return told

    def memory(self, stage: str) -> Callable[[Any], int]:
        """Megabytes that a job of a stage that reads data files needs, for its resources."""

        def needed(wildcards: Any) -> int:
            name = wildcards.id
            if stage == "split":
                return memory.needed(self._wholes[name].inputs)
            # A part's file was read by the split.
            return memory.needed(() if name in self._whole_of else self._datasets[name].inputs)

        return needed

    def start(self) -> None:
        """Before the first job: is there room on the disk? Then start the warm server."""
        if self._workflow.touch:
            return
        _check_addresses()
        if self._workflow.local_exec:
            # It spares clusters. Here each look at the jobs would call for one more a second later,
            # until looks by the hundred took more time than the jobs.
            self._workflow.scheduler.job_rate_limiter = None
        jobs = list(self._workflow.dag.needrun_jobs())
        datasets = sum(job.rule.name.endswith("publish") for job in jobs)
        self._check_space(datasets)
        if (
            self._workflow.local_exec
            and len(jobs) >= SERVER_FROM
            and os.environ[PYTHON] != "python"
            and not os.environ.get(COLD)
        ):
            starting.start("warm", "warm" if datasets >= WARM_FROM else "")

    @cached_property
    def _executing(self) -> bool:
        """Whether this process is about to run jobs; makes the folder ready if so.

        Known only when the graph of jobs is built: dry runs, reports and jobs on a cluster
        read the same rules and must not write.
        """
        workflow = self._workflow
        if not workflow.is_main_process or workflow.executor_plugin is None:
            return False
        if workflow.dryrun or workflow.touch:
            return False
        try:
            self._lock = lock.acquire(Path.cwd())
        except lock.RunningError as error:
            # Snakemake would show an exception with where it came from.
            sys.exit(str(error))
        except OSError as error:
            sys.exit(room.explained(error, FACTS.parent))
        try:
            self._make_ready()
        except OSError as error:
            sys.exit(room.explained(error, self.stages))
        return True

    def _make_ready(self) -> None:
        """Mend what earlier runs left, and write what this one depends on."""
        for folder in (self.stages, self.stages / WHOLES):
            failures.forget(folder)
        # On a cluster, jobs of a run that was killed may be at work still.
        if self._workflow.local_exec:
            self._forget_unfinished()
        for name in self._datasets:
            self._mend(name)
        for name in self._contents:
            self._texts[name] = self._written(name)
        self._hashes.keep()
        self._splits.keep()
        splits.forget(self.stages / WHOLES, self._wholes)
        facts = {"results": str(self._results), "datasets": list(self._datasets)}
        write_whole(FACTS, json.dumps(facts).encode())

    def _forget_unfinished(self) -> None:
        """Remove the temporary files that a killed run left."""
        owners = (*self._datasets, *(f"{WHOLES}/{name}" for name in self._wholes))
        stages = (self.stages / owner for owner in owners)
        for folder in (FACTS.parent, self._results, self.stages, *stages):
            forget_unfinished(folder)

    def _mend(self, name: str) -> None:
        """Have a dataset published again whose public files were removed."""
        published = self.stages / name / "published.json"
        folder = self._results / name
        if not (published.is_file() and all((folder / file).exists() for file in PUBLIC)):
            published.unlink(missing_ok=True)
            # Snakemake makes what is missing only for what else is to be made.
            (self.stages / CHECKED).unlink(missing_ok=True)

    @cached_property
    def _hashes(self) -> keys.Hashes:
        return keys.Hashes(self.stages / "hashes.json")

    def _file(self, name: str) -> str | list[str]:
        """The key file `name`, brought up to date when jobs will run; none where there is none."""
        file = self.stages / name
        self._text(name)
        return str(file) if self._executing or file.is_file() else []

    def _text(self, name: str) -> str:
        """What the key file `name` is to hold."""
        if name not in self._texts:
            executing = self._executing
            if name not in self._texts:
                self._texts[name] = self._written(name) if executing else self._planned(name)
        return self._texts[name]

    def _written(self, name: str) -> str:
        """Bring the key file `name` up to date; what it holds."""
        file = self.stages / name
        text = keys.written(file, self._content(name))
        # Snakemake may have looked into the folder before.
        self._workflow.iocache.exists_local[str(file)] = True
        return text

    def _planned(self, name: str) -> str:
        """What the key file `name` would hold; jobs on a cluster read what it does hold."""
        if self._workflow.is_main_process:
            return self._content(name)
        return (self.stages / name).read_text(encoding="utf-8")

    def _content(self, name: str) -> str:
        if name in self._contents:
            return self._contents[name]()
        *above, owner, _ = name.split("/")
        return self._described((self._wholes if above else self._datasets)[owner])

    def _failed_stage(self, wildcards: Any) -> str:
        name = f"{getattr(wildcards, 'id', '')}.json"
        failure = failures.Failure.read(self.stages / failures.FOLDER / name)
        return failure.stage if failure else ""

    def _described(self, dataset: Dataset) -> str:
        described = {
            "settings": dataset.settings(),
            "inputs": {file: self._hashes.of(file) for file in dataset.inputs},
            "source_date_epoch": os.environ.get("SOURCE_DATE_EPOCH"),
        }
        return json.dumps(described, indent=1)

    def _check_space(self, datasets: int) -> None:
        needed = datasets * SPACE_EACH + SPACE_SPARE
        # Where nothing is due but the last steps, nothing has made the folder yet.
        self.stages.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.stages).free
        if free < needed:
            raise OSError(
                f"{free // 2**20} MB are free where {self._results} is, and this run needs about "
                f"{needed // 2**20} MB for {datasets} report{'s' * (datasets != 1)}. "
                "Free some space and run again; no report was changed."
            )


def _check_addresses() -> None:
    """Refuse a shell whose `ulimit -v` is too small, where the system has such limits."""
    try:
        import resource
    except ImportError:
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < LEAST_ADDRESSES:
        raise OSError(
            f"This shell's limit on virtual memory (ulimit -v) is {limit // 2**20} MB, and a job "
            f"needs {LEAST_ADDRESSES // 2**20} MB. Raise it, as by ulimit -v unlimited, and run "
            "again; no report was changed."
        )


def _of_dataset(wildcards: Any) -> str:
    return f"{getattr(wildcards, 'id', '')}/dataset.json"


def _of_whole(wildcards: Any) -> str:
    return f"{WHOLES}/{getattr(wildcards, 'id', '')}/whole.json"


def _name_of(whole: Dataset) -> str:
    return keys.digest(json.dumps(whole.settings(), sort_keys=True))


def _code(stage: str, templates: Sequence[str], without: Sequence[str]) -> str:
    """The stage's modules with all that they import, its templates, and the packages."""
    module = KEPT if stage == "split" else f"multilevel.{stage}.stage"
    modules = [Path(file) for file in sources.imported(SCRIPTS, module)]
    found = [
        file
        for pattern in templates
        for file in (PROJECT / "templates").glob(pattern)
        if file.name not in without
    ]
    key: Mapping[str, Any] = {
        "code": keys.of_files(modules),
        "templates": keys.of_files(found),
        "software": keys.software(),
    }
    return json.dumps(key, indent=1)
