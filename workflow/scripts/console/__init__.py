"""The program `multilevel`, and `make` as a way to call it.

main        the commands, their options and help
caller      a shell or make: how settings are spelled there, and how those of make arrive
settings    the settings of one file, as the configuration's schema describes them
report      `multilevel report`: one file to a report, nothing configured
inspection  `multilevel inspect`: what a file holds
run         `multilevel run`: the pipeline on a configuration
schedule    `multilevel schedule`: what starts it each day
self_test   `multilevel self-test`: known answers through the whole line

This room uses `engine`, `scheduled` and `multilevel`; none of them knows it.
"""
