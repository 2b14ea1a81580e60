"""Pseudonyms: staff, patients and members leave intake as keyed hashes, never in clear.

Belongs here: the key and the hash. Does not belong here: which columns are hidden (the contracts say).
The key comes from RCMBENCH_KEY, or from a file of mode 0600 in the home folder that is made on first use. Without
the key nobody can turn a name into its pseudonym; with it an office can find a person's record.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from typing import TYPE_CHECKING, Any

from assets.errors import RcmbenchError

if TYPE_CHECKING:
    from pathlib import Path

    from assets.intake.records import Hide

KEY_VARIABLE = "RCMBENCH_KEY"
KEY_FILE = "pseudonym.key"
SHORTEST_KEY = 16
REMEMBERED = 50_000
"""Pseudonyms of a kind that are kept at hand: a large file has more people than memory should hold."""


class PseudonymKeyError(RcmbenchError):
    """The key cannot be used; the message says what to do."""


def load_key(home: Path) -> bytes:
    """Return the key from the environment, else from the home folder, making it there on first use.

    Raises PseudonymKeyError when it is too short or when others may read the file.
    """
    given = os.environ.get(KEY_VARIABLE)
    if given:
        return _long_enough(given.encode(), f"the environment variable {KEY_VARIABLE}")
    path = home / KEY_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise PseudonymKeyError(
                f"{path}: others may read the key (mode {mode:04o}); run: chmod 600 {path}"
            ) from None
        return _long_enough(path.read_bytes().strip(), str(path))
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    return path.read_bytes()


def _long_enough(key: bytes, where: str) -> bytes:
    if len(key) < SHORTEST_KEY:
        raise PseudonymKeyError(f"{where}: the key is shorter than {SHORTEST_KEY} characters")
    return key


def hider(key: bytes) -> Hide:
    """Return the function that turns (kind, clear value) into a pseudonym of 20 hexadecimal digits.

    The same person has the same pseudonym in every file: white space around and letter case do not matter.
    """
    short = hashlib.blake2b(key, digest_size=32).digest()
    started: dict[str, Any] = {}
    known: dict[str, dict[str, str]] = {}

    def start(kind: str) -> dict[str, str]:
        started[kind] = hashlib.blake2b(key=short, person=kind.encode()[:16], digest_size=10)
        return known.setdefault(kind, {})

    def hide(kind: str, value: str | None) -> str | None:
        if value is None:
            return None
        of_kind = known.get(kind)
        if of_kind is None:
            of_kind = start(kind)
        found = of_kind.get(value)
        if found is None:
            normal = " ".join(value.upper().split())
            if not normal:
                return None
            # A copy of the keyed hash costs half of a new one.
            digest = started[kind].copy()
            digest.update(normal.encode())
            if len(of_kind) >= REMEMBERED:
                of_kind.clear()
            found = of_kind[value] = f"{kind[0]}_{digest.hexdigest()}"
        return found

    return hide
