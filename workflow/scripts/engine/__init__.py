"""How the rules' jobs are run, and how it is known which of them must be.

    batch                what the rules ask for: files of keys, what their jobs call
    entry                what a process asks for before it runs jobs
    outcomes             what became of the datasets of a run
    places               names of files and folders that runs keep
    steps                what runs in a rule's jobs, and what a dataset is here
    snakemake_internals  what is asked of Snakemake beyond its public interface
    fingerprints         what outputs depend on, as text that changes when that does
    sources              which files a module's code consists of
    splits               the values by which files are split, remembered
    requirements         what a run needs of the machine, looked at before its first job
    lock                 one run at a time in a folder
    clocks               files from the future, after a wrong clock
    ownership            whose a project and its results are
    server_process       the server's start and end, from Snakemake's process
    launch               what a job's shell runs: hands the job to the server, or runs it cold
    server               a process with everything imported, and its supervisors
    supervision          one job from its request to its answer, with the server or without
    child                the job itself: its own log, memory limit and exit code
    exit_codes           what an exit code means: done, failed, worth another try
    failures             a crash as a result that later stages pass on
    run                  Snakemake as the commands run it: locked, mended, stopped when asked
    options              what Snakemake's options ask of a run
    signals              signals that ask a command to stop
    log_handler          what is shown of a run, from Snakemake's events
    progress             how far a run is
    disk_space           where nothing can be written, said in words

A job calls one function with paths. Nothing here knows what stages do: the rules say it.
"""
