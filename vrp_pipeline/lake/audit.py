"""The audit log: who did what with the data, when and for which purpose; append-only, each entry chained to the last.

One line of JSON an entry. `sha256` is the digest of the entry without it, and `previous` is that of the entry before:
a line that is changed, removed, put in or moved breaks the chain. A chain cannot show that its newest entries are
missing: keep the digest that `vrp audit verify` prints somewhere else, and give it the next time.

Entries name deliveries, feeds and tables. They hold no value of a row, no identifier, and no text that a person types.
"""

import fcntl
import hashlib
import json
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from vrp_pipeline.lake.paths import Lake

# Read where no command has said who acts: for programs that call the pipeline, and runs that Dagster starts.
WHO, PURPOSE = "VRP_WHO", "VRP_PURPOSE"
# Who acts in this process and for which purpose, as its command has said.
_acting: dict[str, str] = {}
NONE = "0" * 64
# No entry is longer; the newest is read from the end of the file.
LONGEST = 1 << 16
# Where the kernel says who logged in, and what it says where nobody did.
LOGIN, NO_LOGIN = Path("/proc/self/loginuid"), (1 << 32) - 1


class BrokenChainError(RuntimeError):
    """Raised if an entry of the audit log is not what was written, naming the first one."""


@dataclass(frozen=True)
class Entry:
    """One entry. `who` is a name given by the person, or their login; `login` is the account of the machine."""

    number: int
    at: str
    who: str
    login: str
    action: str
    purpose: str
    details: dict[str, Any]
    previous: str
    sha256: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the entry without its own."""
        return hashlib.sha256(self._text(with_digest=False).encode()).hexdigest()

    @property
    def line(self) -> str:
        """The entry as it stands in the log."""
        return self._text(with_digest=True) + "\n"

    def _text(self, *, with_digest: bool) -> str:
        content = {name: value for name, value in vars(self).items() if with_digest or name != "sha256"}
        return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def login() -> str:
    """Return the account of the person who runs this process, as the system knows it and not as its environment says.

    The account that logged in, which stays the same through sudo and su; without a login, as in a service, the account
    of the process. Rules of access, the audit log and approvals rest on it: LOGNAME and USER can be set by anybody.
    """
    account = _logged_in()
    if account is None:
        account = os.getuid()
    try:
        return pwd.getpwuid(account).pw_name
    except KeyError:  # an account without a name, as in some containers
        return str(account)


def _logged_in() -> int | None:
    """Return the account that logged in, None in a service or where the system does not say.

    The kernel keeps it: PAM sets it once at login, and only root may change it [Linux loginuid 2026].
    """
    try:
        account = int(LOGIN.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return None if account == NO_LOGIN else account


def who() -> str:
    """Return the name the person has given, by default that of their login."""
    return _acting.get(WHO) or os.environ.get(WHO) or login()


def act(name: str | None, purpose: str) -> None:
    """Let the entries of this process be of a person, by default the login, and for a purpose."""
    _acting.clear()
    _acting.update({WHO: name or "", PURPOSE: purpose})


def record(lake: Lake, action: str, **details: Any) -> Entry:
    """Append an entry and return it as soon as it is on disk. Writers that come together wait for each other."""
    path = lake.audit_log
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        last = _last(log)
        entry = Entry(
            number=last.number + 1 if last else 1,
            at=datetime.now(UTC).isoformat(timespec="microseconds"),
            who=who(),
            login=login(),
            action=action,
            purpose=_acting.get(PURPOSE) or os.environ.get(PURPOSE, ""),
            details=details,
            previous=last.sha256 if last else NONE,
        )
        entry = Entry(**{**vars(entry), "sha256": entry.digest})
        with _whole(log):
            log.write(entry.line.encode())
            log.flush()
            os.fsync(log.fileno())
    return entry


def entries(lake: Lake) -> Iterator[Entry]:
    """Yield the entries, oldest first, each compared with the one before. Raises BrokenChainError."""
    if not lake.audit_log.exists():
        return
    previous = NONE
    with lake.audit_log.open("rb") as log:
        for number, line in enumerate(log, start=1):
            try:
                entry = Entry(**json.loads(line))
            except (ValueError, TypeError):
                raise _broken(lake, number, "it is no whole entry") from None
            if entry.line.encode() != line or entry.sha256 != entry.digest:
                raise _broken(lake, number, "it was changed")
            if entry.number != number or entry.previous != previous:
                raise _broken(lake, number, "an entry before it is missing, put in or moved")
            previous = entry.sha256
            yield entry


def verify(lake: Lake, known: str | None = None) -> Entry | None:
    """Return the newest entry of an unbroken log, None of an empty one.

    `known` is the digest of an entry that the log must hold. Raises BrokenChainError.
    """
    newest, is_found = None, known is None
    for entry in entries(lake):
        newest = entry
        is_found = is_found or entry.sha256 == known
    if not is_found:
        raise BrokenChainError(
            f"{lake.audit_log}: no entry has the digest {known}: the end of the log was cut off, or it is another log. "
            "Restore it from its backup."
        )
    return newest


def _broken(lake: Lake, number: int, why: str) -> BrokenChainError:
    return BrokenChainError(
        f"{lake.audit_log}: the chain breaks at entry {number}: {why}. Compare the log with its backup."
    )


def _last(log: BinaryIO) -> Entry | None:
    """Return the newest entry. The part of a line that a writer left when it was cut off was never acknowledged."""
    size = log.seek(0, os.SEEK_END)
    log.seek(max(size - 2 * LONGEST, 0))
    tail = log.read()
    whole = tail[: tail.rfind(b"\n") + 1]
    if len(whole) < len(tail):
        log.truncate(size - len(tail) + len(whole))
    if not whole:
        return None
    try:
        return Entry(**json.loads(whole.splitlines()[-1]))
    except (ValueError, TypeError):
        raise BrokenChainError(f"{log.name}: its newest entry is damaged. Restore the log from its backup.") from None


@contextmanager
def _whole(log: BinaryIO) -> Iterator[None]:
    """Take back what was written if the block fails, as on a full disk."""
    size = log.seek(0, os.SEEK_END)
    try:
        yield
    except BaseException:
        os.truncate(log.fileno(), size)
        raise
