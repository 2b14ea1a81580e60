"""The report as Dagster sees it: an asset of files that follows every published table.

Belongs here: the asset. Does not belong here: the site (`site.py`) and the table that it is made from.
"""

import dagster as dg

from assets.checks import asset_key
from assets.models import OWNERS
from assets.published.made_with import remember
from assets.published.swap import DATABASE
from assets.quality import load_suites
from assets.settings import Settings
from assets.warehouse import Warehouse

REPORT = "published.report"
FOLDER = "report"


def report_asset(tables: list[str]) -> dg.AssetsDefinition:
    """Return the asset that renders the report whenever the published tables were swapped in.

    It has no suite: it is files and no table, and every number in them was judged with its published table.
    """

    @dg.asset(
        key=asset_key(REPORT),
        deps=[asset_key(table) for table in sorted(tables)],
        group_name="published",
        pool="warehouse",
        kinds={"html"},
        owners=OWNERS,
        description="The report: a static site of plain files that opens offline. Made from the published tables only.",
    )
    def report(warehouse: Warehouse, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[None]:
        from assets.report.write import write_report  # noqa: PLC0415 - the charts' library takes half a second

        folder = settings.published_path / FOLDER
        done = write_report(settings.published_path / DATABASE, folder, load_suites())
        with warehouse.get_connection() as connection:
            remember(connection, REPORT, settings)
        return dg.MaterializeResult(
            metadata={**done, "report": dg.MetadataValue.path(str(folder / "index.html"))}
        )

    return report
