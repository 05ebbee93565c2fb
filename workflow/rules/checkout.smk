# Where the project is: what runs is more than rule files, and a workflow that has this one as
# its module by github() or gitlab() gets those alone. The rest of the same commit is taken
# out of the clone that Snakemake made for them.

import subprocess
import tarfile
import tempfile
from pathlib import Path

from snakemake.sourcecache import HostingProviderFile, LocalGitFile


def clone_of(source):
    """The repository that a rule file came from; None for a plain file."""
    if isinstance(source, HostingProviderFile):
        return source.hosted_repo.repo_clone
    return source.repo_path if isinstance(source, LocalGitFile) else None


def project_of(source):
    """The project's folder, taken out of the repository unless that was done before."""
    clone = clone_of(source)
    if clone is None:
        return Path(str(source)).parents[1]
    git = ["git", "-C", str(clone)]
    commit = subprocess.run(
        [*git, "rev-parse", f"{source.ref}^{{commit}}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    project = Path.cwd() / ".snakemake" / "multilevel-reports" / commit
    if not project.is_dir():
        project.parent.mkdir(parents=True, exist_ok=True)
        part = tempfile.mkdtemp(dir=project.parent)
        command = [*git, "archive", "--format=tar", commit]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as archive:
            with tarfile.open(fileobj=archive.stdout, mode="r|") as packed:
                # Python knows no filters before 3.11.4; what is unpacked is our own commit.
                packed.extraction_filter = getattr(tarfile, "data_filter", None)
                packed.extractall(part)
        Path(part).rename(project)
    return project
