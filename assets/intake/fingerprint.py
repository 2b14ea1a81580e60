"""What files were read with: the configured sources, the contracts and the code of the readers, as one hash.

Belongs here: the fingerprint that says whether a file that could not be used might be usable now. Does not belong here:
which files those are (`deliveries.py`).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assets.intake.sources import Source

_READERS = Path(__file__).resolve().parent


def fingerprint(sources: Iterable[Source]) -> str:
    """Return 16 hexadecimal digits that change with the sources, the contracts or any module of intake."""
    text = "\n".join([*map(repr, sources), _code()])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@lru_cache(maxsize=1)
def _code() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(_READERS.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
