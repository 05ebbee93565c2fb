"""What is said of a dataset's publication: for whom it is, what is withheld, how it is rounded."""

from typing import Any

from multilevel.records.publication import Publication
from multilevel.records.results import Results
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.quoting import one_line

LONGEST_LABEL = 60


def for_internal_use(results: Results, words: Catalogue) -> str:
    """Why a report may not be handed out; "" where it may, or where nothing was decided."""
    said = results.publication
    if said is None or said.disclosure == "safe" or results.status == "refused":
        return ""
    key = {0: "members", 1: "small_one"}.get(said.n_small, "small_many")
    return words.plain(f"publication.internal.{key}", **_places(results, said))


def withheld(results: Results, words: Catalogue) -> tuple[str, ...]:
    """What is withheld and why, in sentences; nothing where everything is shown."""
    said = results.publication
    if said is None or said.disclosure == "off" or said.score_unit is None:
        return ()
    places = _places(results, said)
    sentences = [f"withheld.{_kind(said)}"]
    sentences.append("rounded.alike" if said.score_unit == said.mean_unit else "rounded.means")
    if said.names == "coded":
        sentences.append("coded")
    if said.as_before:
        sentences.append("as_before")
    if said.settings_wait:
        sentences.append("settings_wait")
    return tuple(words.plain(f"publication.{key}", **places) for key in sentences)


def not_updated(results: Results, words: Catalogue) -> str:
    """How many groups are shown as they were last published; "" where none is."""
    said = results.publication
    if said is None or not said.n_not_updated:
        return ""
    key = "one" if said.n_not_updated == 1 else "many"
    places = {**_places(results, said), "n": numbers.count(said.n_not_updated)}
    return words.plain(f"publication.not_updated.{key}", **places)


def withheld_row(results: Results, words: Catalogue) -> dict[str, Any] | None:
    """The row of all groups that are withheld; None where none is."""
    said = results.publication
    if said is None or not said.n_withheld:
        return None
    kind = "small" if said.n_withheld == said.n_small else "mixed"
    places = {**_places(results, said), "n": numbers.count(said.n_withheld)}
    return {
        "group": words.plain(f"publication.row.{kind}", **places),
        "n": said.n_members_withheld,
        "mean": said.mean_withheld,
    }


def _kind(said: Publication) -> str:
    if not said.n_withheld:
        return "none"
    if said.n_alike:
        return "alike"
    if said.n_withheld == said.n_small:
        return "small"
    return "small_one" if said.n_small == 1 else "mixed"


def _places(results: Results, said: Publication) -> dict[str, object]:
    labels = results.labels
    named = {
        name: one_line(getattr(labels, name), LONGEST_LABEL)
        for name in ("group", "groups", "member", "members")
    }
    return {
        **named,
        "n": numbers.count(said.n_small),
        "n_small": numbers.count(said.n_small),
        "n_more": numbers.count(said.n_withheld - said.n_small),
        "n_withheld": numbers.count(said.n_withheld),
        "n_groups": numbers.count(results.data.n_groups if results.data else 0),
        "min_members": numbers.count(said.min_members),
        "score_unit": numbers.as_typed(said.score_unit or 0.0),
        "mean_unit": numbers.as_typed(said.mean_unit or 0.0),
        "moved_unit": numbers.as_typed(said.moved_unit or 0.0),
    }
