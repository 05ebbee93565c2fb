"""Random datasets for properties."""

import math

import numpy as np
from hypothesis import strategies as st


@st.composite
def designs(draw: st.DrawFn, min_groups: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Students of up to 12 schools of 1 to 15 students, ICC from 0 to .99."""
    sizes = draw(
        st.lists(st.integers(1, 15), min_size=min_groups, max_size=12).filter(lambda n: max(n) > 1)
    )
    seed = draw(st.integers(0, 2**32 - 1))
    ratio = draw(st.sampled_from([0.0, 0.01, 0.2, 1.0, 100.0]))
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    school = math.sqrt(ratio) * random.normal(size=len(sizes))
    return group.astype(np.int64), 50 + school[group] + random.normal(size=len(group))
