"""Names of desktop programs and the class of work that each stands for.

Belongs here: cleaning program names and the mapping to classes. Does not belong here: reading activity logs.
A browser is `other`: without titles and addresses, which are not kept, nobody can tell a portal from a newspaper.
"""

from __future__ import annotations

from typing import Any

CLASSES: dict[str, tuple[str, ...]] = {
    "ehr": (
        "epic",
        "hyperspace",
        "hyperdrive",
        "cerner",
        "powerchart",
        "meditech",
        "allscripts",
        "eclinicalworks",
        "nextgen",
    ),
    "pm": ("athena", "advancedmd", "kareo", "tebra", "centricity", "greenway", "medisoft", "practicesuite"),
    "clearinghouse": ("waystar", "trizetto", "claimmd", "officeally", "ability", "changehealthcare"),
    "portal": ("availity", "navinet", "onehealthport"),
    "mail": ("outlook", "thunderbird", "olk"),
    "office": (
        "excel",
        "winword",
        "powerpnt",
        "onenote",
        "acrobat",
        "acrord",
        "soffice",
        "libreoffice",
        "teams",
    ),
}
"""Beginnings of program names, without case, spaces and punctuation, by class; classes are tried in this order."""


def program_of(app: Any) -> str | None:
    """Return a program's name without its folder, which can name a person; None for anything but a name."""
    if not isinstance(app, str):
        return None
    name = app.replace("\\", "/").rstrip("/").rpartition("/")[2].strip()
    return name[:100] or None


def class_of(app: str | None) -> str:
    """Return ehr, pm, portal, clearinghouse, office, mail or other."""
    plain = "".join(filter(str.isalnum, (app or "").casefold())).removeprefix("microsoft")
    return next((kind for kind, names in CLASSES.items() if plain.startswith(names)), "other")
