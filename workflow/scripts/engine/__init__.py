"""How the rules' jobs are run, and how it is known which of them must be.

    batch     what the rules ask for: keys, jobs; the only part that Snakemake's process uses
    keys      files whose content says what a stage's outputs depend on
    lock      one run at a time in a folder
    starting  the server's start and end, from Snakemake's process
    launch    what a job's shell runs: hands the job to the server, else runs it cold
    server    a process with everything imported; forks one child a job
    cold      a job without the server
    child     the job itself: its own log, memory limit and exit code
    endings   what an exit code means: done, failed, worth another try
    failures  a crash as a result that later stages pass on
    publish   a dataset's complete outputs take the place of the former ones at once
    running   Snakemake as the commands run it: locked, mended, its words made short
    progress  what it says, line by line
    shown     what people see of it
    stopping  signals that ask a command to stop

A job calls one function of a stage with paths. Nothing here knows what stages do.
"""
