"""Names of desktop programs and web hosts, and the class of work that each stands for.

Belongs here: cleaning program names, finding the host in an address, and the mapping of both to classes. Does not belong
here: reading activity logs, and a source's own hosts (`tracking.py`). A browser is `other`: without a web watcher nobody can
tell a portal from a newspaper.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

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

SITES: dict[str, str] = {
    "availity.com": "portal",
    "navinet.net": "portal",
    "navinet.com": "portal",
    "onehealthport.com": "portal",
    "uhcprovider.com": "portal:uhc",
    "aetna.com": "portal:aetna",
    "cignaforhcp.cigna.com": "portal:cigna",
    "humana.com": "portal:humana",
    "humanamilitary.com": "portal:tricare",
    "tricare-west.com": "portal:tricare",
    "providers.anthem.com": "portal:anthem",
    "ngsmedicare.com": "portal:medicare",
    "noridianmedicareportal.com": "portal:medicare",
    "novitas-solutions.com": "portal:medicare",
    "palmettogba.com": "portal:medicare",
    "cgsmedicare.com": "portal:medicare",
    "wpsgha.com": "portal:medicare",
    "tmhp.com": "portal:medicaid",
    "waystar.com": "clearinghouse",
    "zirmed.com": "clearinghouse",
    "claim.md": "clearinghouse",
    "officeally.com": "clearinghouse",
    "trizettoprovider.com": "clearinghouse",
    "gatewayedi.com": "clearinghouse",
    "changehealthcare.com": "clearinghouse",
    "abilitynetwork.com": "clearinghouse",
    "eclinicalworks.com": "ehr",
    "ecwcloud.com": "ehr",
    "nextgen.com": "ehr",
    "practicefusion.com": "ehr",
    "drchrono.com": "ehr",
    "athenahealth.com": "pm",
    "advancedmd.com": "pm",
    "kareo.com": "pm",
    "tebra.com": "pm",
    "mail.google.com": "mail",
    "mail.yahoo.com": "mail",
    "outlook.live.com": "mail",
    "outlook.office.com": "mail",
    "outlook.office365.com": "mail",
}
"""Class of web hosts; a host stands for its subdomains too."""

SITE_CLASS = re.compile(r"portal(:[\w][\w .-]{0,38})?|clearinghouse|ehr|pm|mail|office|other", re.IGNORECASE)
"""What a class of web pages looks like."""

BROWSERS: dict[str, frozenset[str]] = {
    "chrome": frozenset({"chrome", "googlechrome", "googlechromestable", "chromium", "chromiumbrowser"}),
    "firefox": frozenset({"firefox", "firefoxesr", "mozillafirefox", "navigator", "librewolf"}),
    "edge": frozenset({"msedge", "edge"}),
    "brave": frozenset({"brave", "bravebrowser"}),
    "opera": frozenset({"opera"}),
    "vivaldi": frozenset({"vivaldi"}),
    "safari": frozenset({"safari"}),
    "arc": frozenset({"arc"}),
}
"""Names under which browsers report their windows, by the name that their web watcher uses."""

_PROGRAM_FILE = re.compile(r"\.(exe|app|com|bat|lnk|msi|jar)$", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?:[^/?#\s@]*@)?(?P<host>[^/?#\s:@]+)(?::\d+)?(?:[/?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+(?:[a-z]{2,24})\.?|(?:\d{1,3}\.){3}\d{1,3}", re.IGNORECASE)


def program_of(app: Any) -> str | None:
    """Return a program's name without its folder, which can name a person; None for anything but a name."""
    if not isinstance(app, str):
        return None
    name = app.replace("\\", "/").rstrip("/").rpartition("/")[2].strip()
    return name[:100] or None


@lru_cache(maxsize=4096)
def class_of(app: str | None) -> str:
    """Return ehr, pm, portal, clearinghouse, office, mail or other."""
    plain = _plain(app)
    return next((kind for kind, names in CLASSES.items() if plain.startswith(names)), "other")


@lru_cache(maxsize=4096)
def browser_of(app: str | None) -> str | None:
    """Return which browser a program is; None for any other program."""
    plain = _plain(_PROGRAM_FILE.sub("", app or ""))
    return next((browser for browser, names in BROWSERS.items() if plain in names), None)


def host_of(text: str) -> str | None:
    """Return the host of a web address, or of a bare host name, in lower case; None for what is neither.

    An address of another kind (a file, a page of the browser itself) has the empty host.
    """
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        return "" if "://" in text else None
    host = found["host"].casefold()
    if found["scheme"]:
        return host.rstrip(".") if found["scheme"].casefold() in {"http", "https"} else ""
    program = _PROGRAM_FILE.search(host) is not None and not host.endswith(".com")
    return None if program or not _HOST.fullmatch(host) else host.rstrip(".")


def site_of(host: str, own: Mapping[str, str]) -> str:
    """Return the class of a host: by the source's own list, then by the built-in one; `other` when neither knows it."""
    labels = host.split(".")
    for known in (own, SITES):
        for i in range(len(labels)):
            site = known.get(".".join(labels[i:]))
            if site is not None:
                return site
    return "other"


def _plain(app: str | None) -> str:
    return "".join(filter(str.isalnum, (app or "").casefold())).removeprefix("microsoft")
