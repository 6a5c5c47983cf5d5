"""Access rules: who may run which command for which purpose.

The rules are a file of the partnership's settings. They apply to users of the commands; they do not restrict what the
permissions of the machine let somebody read.
"""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from vrp_pipeline.lake.paths import PROJECT

EVERYBODY = "*"


class AccessRulesError(ValueError):
    """Raised if the file of rules is missing or holds an invalid rule."""


class NotAllowedError(RuntimeError):
    """Raised if no rule allows a command; the message says who may, and for which purposes."""


@dataclass(frozen=True)
class Rule:
    """Those in `who` may run the commands in `may` for the purposes in `purposes`, the first of them by default."""

    who: tuple[str, ...]
    may: tuple[str, ...]
    purposes: tuple[str, ...]

    def names(self, login: str) -> bool:
        """Return whether the rule applies to an account of the machine."""
        return EVERYBODY in self.who or login in self.who


def access_file() -> Path:
    """Return the file of rules: VRP_ACCESS_FILE, by default `deploy/access.toml` of this checkout."""
    return Path(os.environ.get("VRP_ACCESS_FILE") or PROJECT / "deploy" / "access.toml")


def rules() -> list[Rule]:
    """Return the rules in their order. Raises AccessRulesError, naming the file."""
    path = access_file()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        purposes = set(content["purposes"])
        found = [Rule(tuple(each["who"]), tuple(each["may"]), tuple(each["for"])) for each in content["rules"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AccessRulesError(
            f"{path} cannot be read as rules of access ({type(error).__name__}). Write it as docs/privacy.md shows."
        ) from error
    if unknown := {purpose for rule in found for purpose in rule.purposes} - purposes:
        raise AccessRulesError(f"{path}: no purpose is called {', '.join(sorted(unknown))}. Add it under [purposes].")
    if any(not (rule.who and rule.may and rule.purposes) for rule in found):
        raise AccessRulesError(f"{path}: a rule without who, may or for allows nothing. Complete or remove it.")
    return found


def purpose_of(command: str, login: str, purpose: str | None = None) -> str:
    """Return the purpose for which an account may run a command: the one given, or the first that a rule allows.

    Raises NotAllowedError, AccessRulesError.
    """
    about = [rule for rule in rules() if command in rule.may]
    allowed = [each for rule in about if rule.names(login) for each in rule.purposes]
    if purpose in allowed or (purpose is None and allowed):
        return purpose or allowed[0]
    may = "; ".join(f"{', '.join(rule.who)} for {' or '.join(rule.purposes)}" for rule in about) or "nobody"
    wanted = f" for the purpose '{purpose}'" if purpose else ""
    raise NotAllowedError(
        f"{login} may not run vrp {command}{wanted}. Who may: {may.replace(EVERYBODY, 'everybody')}. "
        f"The rules stand in {access_file()}."
    )
