"""The same office in memory as the ledger's tests use."""

from importlib import util
from pathlib import Path

_SPEC = util.spec_from_file_location("ledger_conftest", Path(__file__).parents[1] / "ledger" / "conftest.py")
_MODULE = util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

office = _MODULE.office
