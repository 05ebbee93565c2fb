"""Who calls a command, a shell or make, and how settings are spelled there."""

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Names of the settings on make's command line; the value of each as it was typed.
GIVEN, TYPED = "GIVEN_SETTINGS", "SETTING_"


@dataclass(frozen=True)
class Caller:
    """How settings and commands are written by whoever calls.

    Attributes
    ----------
    program
        The command's first word.
    """

    program: str

    def setting(self, name: str) -> str:
        """A setting as it is typed: OUTCOME= or --outcome; a shell's FILE stands alone."""
        if self.program == "make":
            return f"{name.upper()}="
        return name.upper() if name == "file" else f"--{name.replace('_', '-')}"

    def command(self, name: str, settings: Mapping[str, Any]) -> str:
        """A whole command, ready to be copied into a shell."""
        return f"{self.program} {name} {self.words(settings)}"

    def words(self, settings: Mapping[str, Any]) -> str:
        """Settings with their values, ready to be copied into a shell."""
        return " ".join(self._words(settings))

    def _words(self, settings: Mapping[str, Any]) -> Iterable[str]:
        for name, value in settings.items():
            yield _quoted(value) if self.setting(name) == "FILE" else self.given(name, value)

    def given(self, name: str, value: Any) -> str:
        """A setting with its value, as it is typed."""
        joint = "" if self.program == "make" else " "
        return f"{self.setting(name)}{joint}{_quoted(value)}"


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shlex.quote(text)


SHELL, MAKE = Caller("multilevel"), Caller("make")


def typed_for_make(environment: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """The settings that were given to make, by name.

    Parameters
    ----------
    environment
        Where the Makefile puts what stands on make's command line, as it was typed: never expanded
        by make, never seen by a shell. An environment variable of a setting's own name counts where
        make's command line doesn't have it.
    known
        The command's settings. Others on make's command line are handed on too, to be refused.
    """
    given = environment.get(GIVEN, "").split()
    values = {name: environment.get(name.upper(), "") for name in known}
    return values | {name.lower(): environment.get(f"{TYPED}{name}", "") for name in given}
