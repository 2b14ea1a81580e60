"""The library that draws the charts, Vega and Vega-Lite, as one local file.

Belongs here: bundling it, and taking every address out of it. Does not belong here: the specifications (`charts.py`).
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from assets.errors import RcmbenchError

if TYPE_CHECKING:
    from types import ModuleType

NAMESPACES = "www.w3.org/"
"""Addresses that begin so are names of XML vocabularies: nobody fetches them, and SVG is not drawn without them."""
_SNIPPET = "window.vegaEmbed=vegaEmbed;"
_ADDRESS = re.compile(rf"https?://(?!{re.escape(NAMESPACES)})")


class NoBundleError(RcmbenchError):
    """The package that holds the library is not installed."""


def head() -> str:
    """Return the first line of the bundle, which names what it was made of; another one is another bundle."""
    vl_convert = _package()
    return f"/* Vega {vl_convert.get_vega_version()}, BSD-3-Clause, bundled by vl-convert {vl_convert.__version__} */"


@cache
def bundle() -> bytes:
    """Return the library as one script of 0.9 MB; making it takes two seconds. Raises NoBundleError without the package.

    The addresses in it are names of schemas and texts of messages. They are cut down to plain names, so that whoever searches the site
    for addresses finds none.
    """
    script: str = _package().javascript_bundle(_SNIPPET)
    return f"{head()}\n{_ADDRESS.sub('', script)}\n".encode()


def _package() -> ModuleType:
    try:
        return import_module("vl_convert")  # 90 MB that only this needs
    except ImportError as error:
        raise NoBundleError(
            "the report needs the package vl-convert-python, which holds the charts' library"
        ) from error
