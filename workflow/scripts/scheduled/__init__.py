"""Runs that nobody watches: what a schedule starts, what it keeps, whom it tells.

run       one run: lock, space, repair, reports, record, notification; its exit status
expected  which files were due and never came
check     whether a run began at all
record    what became of each dataset, as JSON
units     the systemd units or the crontab line for a folder
install   shows them, installs them when asked to
"""
