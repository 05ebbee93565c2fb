"""The international benchmarks of TIMSS and PIRLS and the proficiency levels of PISA.

Sources: the international results of TIMSS and PIRLS; PISA 2012 Technical Report, ch. 15, whose
cuts are those of 2003 for mathematics, 2000 and 2009 for reading, 2006 for science. PISA's
levels 1b and 1c came later and are left out; Level 1a was called Level 1 before.
"""

from collections.abc import Mapping
from types import MappingProxyType

from multilevel.configuration.datasets import Preset

_IEA = MappingProxyType({"Low": 400.0, "Intermediate": 475.0, "High": 550.0, "Advanced": 625.0})


def _levels(first: str, *cuts: float) -> Mapping[str, float]:
    names = (first, *(f"Level {level}" for level in range(2, len(cuts) + 1)))
    return MappingProxyType(dict(zip(names, cuts, strict=True)))


_BY_STUDY: Mapping[Preset, Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        "timss": {"mathematics": _IEA, "science": _IEA},
        "pirls": {"reading": _IEA},
        "pisa": {
            "mathematics": _levels("Level 1", 357.77, 420.07, 482.38, 544.68, 606.99, 669.30),
            "reading": _levels("Level 1a", 334.75, 407.47, 480.18, 552.89, 625.61, 698.32),
            "science": _levels("Level 1a", 334.94, 409.54, 484.14, 558.73, 633.33, 707.93),
        },
    }
)


def benchmarks_of(preset: Preset, subject: str) -> Mapping[str, float]:
    """Name of each level to its lowest score, from the lowest; empty for a subject not known.

    Examples
    --------
    >>> dict(benchmarks_of("timss", "mathematics"))
    {'Low': 400.0, 'Intermediate': 475.0, 'High': 550.0, 'Advanced': 625.0}
    >>> dict(benchmarks_of("pisa", "collaboration"))
    {}
    """
    return _BY_STUDY[preset].get(subject.casefold(), MappingProxyType({}))
