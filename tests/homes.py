"""What tests of whole runs share: everything that a home holds, in a form that can be compared and searched."""

import errno
import os
from pathlib import Path

import duckdb

from assets.settings import load_settings
from assets.warehouse import open_warehouse

VOLATILE = {"published_at", "checked_at", "run_id", "known_at", "decided_at", "mtime_ns"}


def settings_of(office, home):
    """Return an office's settings with few learning days, so that a short one has bands."""
    settings = load_settings(office / "rcmbench.toml", home=home, inbox=office / "inbox")
    bands = settings.bands.model_copy(update={"learning_days": 2})
    return settings.model_copy(update={"bands": bands})


def tables(settings, *schemas):
    """Return for every table of the schemas how many rows it has and what they hash to, without columns that tell the time or the run."""
    with open_warehouse(settings.warehouse_path, read_only=True) as connection:
        return _hashes_by_table(connection, schemas)


def _hashes_by_table(connection, schemas):
    names = connection.execute(
        "select schema_name, table_name, list(column_name order by column_index) from duckdb_columns() "
        "where not internal group by all order by all"
    ).fetchall()
    found = {}
    for schema, table, columns in names:
        if schemas and schema not in schemas:
            continue
        kept = ", ".join(f'"{c}"' for c in columns if c not in VOLATILE)
        # A row that stands twice counts twice in the sum.
        found[f"{schema}.{table}"] = connection.execute(
            f'select count(*), sum(hash(r)::hugeint) from (select {kept} from "{schema}"."{table}") as r'
        ).fetchone()
    return found


def every_cell(path):
    """Return the text of every cell of every table in a DuckDB file, line by line."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        return "\n".join(
            repr(row)
            for schema, table in names
            for row in connection.execute(f'select * from "{schema}"."{table}"').fetchall()
        )


def contents(folder):
    """Return the bytes of every file below a folder, by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def changed(before, after):
    """Return the names under which two mappings differ."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def query(settings, sql, *values):
    """Return the rows of a query on the warehouse."""
    with open_warehouse(settings.warehouse_path, read_only=True) as connection:
        return connection.execute(sql, list(values)).fetchall()


def not_for(*paths):
    """Return what to put in place of Path.read_bytes, so that some files may not be read: tests may run as root."""
    read = Path.read_bytes

    def read_bytes(self):
        if self in paths:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        return read(self)

    return read_bytes
