"""What a source says about its tracker: which one it is, what its files cover, which web hosts and tasks are known.

Belongs here: the setting `tracker` of a source, its validation, and what of a title, an address or a label may be kept.
Does not belong here: patterns on file names (`sources.py`) and reading files.

Titles, addresses and labels can name patients. Of an address only the class of its host is kept, of a title nothing; a label
is kept when the source lists it, else as a keyed hash. A `claim_pattern` takes a claim number out of them before they go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from assets.intake.programs import SITE_CLASS, host_of, program_of, site_of

if TYPE_CHECKING:
    from assets.intake.records import Hide

TRACKERS = ("activitywatch", "rescuetime", "flowace", "log")
INTERVALS = ("minutes", "hour", "day")
SHIFT_SCOPES = ("full_day", "shift")
_CLAIM = re.compile(r"(?=[^\d]*\d)[A-Za-z0-9][A-Za-z0-9._/-]{0,37}")
_CHOICES = {
    "name": TRACKERS,
    "interval": INTERVALS,
    "shift_scope": SHIFT_SCOPES,
}


@dataclass(frozen=True)
class Tracking:
    """The setting `tracker` of a source. Raises ValueError, naming the setting, for what cannot be meant.

    `interval` is how long a RescueTime row is, `shift_scope` what a Flowace report covers. `sites` maps hosts to classes; with `hash_sites` an unknown host leaves as `other:` and a keyed hash. `tasks` are
    the labels that may be kept in clear. `claim_pattern` is a regular expression; its group `claim`, or all of it, is the
    claim number, if it looks like one.
    """

    name: str = ""
    interval: str = ""
    shift_scope: str = ""
    sites: Mapping[str, str] = field(default_factory=dict)
    hash_sites: bool = False
    tasks: tuple[str, ...] = ()
    claim_pattern: str = ""

    def __post_init__(self) -> None:
        texts = (*_CHOICES, "claim_pattern")
        if wrong := [name for name in texts if not isinstance(getattr(self, name), str)]:
            raise ValueError(f"tracker: {wrong[0]} is a text")
        if not isinstance(self.hash_sites, bool):
            raise ValueError("tracker: hash_sites is true or false")  # noqa: TRY004
        if not isinstance(self.tasks, tuple) or not all(isinstance(task, str) for task in self.tasks):
            raise ValueError("tracker: tasks is a list of labels")
        for name, choices in _CHOICES.items():
            if (value := getattr(self, name)) and value not in choices:
                raise ValueError(f"tracker: {name} is one of {', '.join(choices)}")
        if not isinstance(self.sites, Mapping):
            raise ValueError("tracker: sites is a table of hosts and their classes")  # noqa: TRY004
        wrong = [host for host, site in self.sites.items() if not SITE_CLASS.fullmatch(str(site))]
        if wrong:
            raise ValueError(
                f"tracker: the class of {', '.join(wrong)} is none of portal, portal:<payer>, clearinghouse, ehr, "
                "pm, mail, office, other"
            )
        try:
            re.compile(self.claim_pattern)
        except re.error as error:
            raise ValueError(f"tracker: claim_pattern is not a regular expression: {error}") from None

    @classmethod
    def of(cls, setting: Mapping[str, Any]) -> Tracking:
        """Return the setting as it was read from a source's table."""
        if not isinstance(setting, Mapping):
            raise ValueError('tracker: a table is expected, such as { name = "flowace" }')  # noqa: TRY004
        known = [item.name for item in fields(cls)]
        if unknown := sorted(set(setting) - set(known)):
            raise ValueError(f"tracker: unknown settings: {', '.join(unknown)}; known: {', '.join(known)}")
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in setting.items()
        }
        if isinstance(sites := values.get("sites"), Mapping):
            values["sites"] = {str(host).casefold(): str(site) for host, site in sites.items()}
        return cls(**values)

    def site(self, host: str, hide: Hide) -> str:
        """Return the class of a host; with `hash_sites` an unknown one stays countable."""
        site = site_of(host, self.sites)
        return f"other:{hide('host', host)}" if site == "other" and host and self.hash_sites else site

    def program_or_site(self, text: str | None, hide: Hide) -> tuple[str | None, str | None]:
        """Return (program, None) of a program's name and (None, class) of a web address or host; nothing else is kept."""
        host = None if text is None else host_of(text)
        return (program_of(text), None) if host is None else (None, self.site(host, hide))

    def task(self, label: str | None, hide: Hide) -> str | None:
        """Return a label that the source lists, as it is listed; any other as a keyed hash; None for an empty one."""
        if label is None or not label.strip():
            return None
        plain = label.strip().casefold()
        return next((task for task in self.tasks if task.casefold() == plain), None) or hide("task", label)

    def claim(self, *texts: str | None) -> str | None:
        """Return the first claim number that the pattern finds; None without a pattern."""
        for text in texts if self.claim_pattern else ():
            found = re.search(self.claim_pattern, text or "")
            if found is not None:
                claim = (found.groupdict().get("claim") or found[0]).strip()
                if _CLAIM.fullmatch(claim):
                    return claim
        return None
