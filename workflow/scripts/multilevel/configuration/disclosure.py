"""What may be shown of single groups and members, as configured."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

# Of most statistical offices and of US states.
MIN_MEMBERS = 10


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """What may be shown of single groups and members.

    Attributes
    ----------
    disclosure
        Whether small groups are withheld and all else rounded so that they stay so.
    min_members
        Groups of fewer members are small.
    names
        Whether groups are shown by their names or by codes.
    """

    disclosure: Literal["safe", "off"] = "off"
    min_members: int = MIN_MEMBERS
    names: Literal["shown", "coded"] = "shown"


def disclosure_of(entry: Mapping[str, Any], defaults: Mapping[str, Any]) -> Disclosure | None:
    """The entry's over that of the whole configuration, key by key.

    The licences of the studies that presets know let no single student or school be told.
    """
    given = {**defaults.get("publication", {}), **entry.get("publication", {})}
    if "preset" not in entry and not given.keys() & {"disclosure", "min_members", "names"}:
        return None
    asked: Literal["safe", "off"] = given.get("disclosure", "safe")
    coded = "preset" in entry and asked == "safe"
    return Disclosure(
        disclosure=asked,
        min_members=int(given.get("min_members", MIN_MEMBERS)),
        names=given.get("names", "coded" if coded else "shown"),
    )
