"""Words for proportions, chosen so that they are true.

"About half" is said from 45% to 55% and nowhere else. The words themselves stand in
the catalogue under ``share``.
"""

_SHARES = (
    (0.01, "tiny"),
    (0.045, "small"),
    (0.08, "twentieth"),
    (0.13, "tenth"),
    (0.17, "seventh"),
    (0.225, "fifth"),
    (0.29, "quarter"),
    (0.37, "third"),
    (0.45, "two_fifths"),
    (0.55, "half"),
    (0.63, "three_fifths"),
    (0.71, "two_thirds"),
    (0.79, "three_quarters"),
    (0.95, "most"),
)


def share_key(value: float) -> str:
    """Catalogue key for a proportion: "none" only for exactly 0, "nearly_all" from 95%."""
    if value == 0:
        return "share.none"
    for limit, name in _SHARES:
        if value < limit:
            return f"share.{name}"
    return "share.nearly_all"
