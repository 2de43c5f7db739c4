"""Writes tables as Parquet; the only module that imports Arrow."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from spinout_cli.question_set.loader import LoadedSet
from spinout_cli.tables.columns import CAUTION, FORMAT, Column, Kind, Row, Table

_TYPES: Mapping[Kind, pa.DataType] = {
    "whole": pa.int64(),
    "decimal": pa.float64(),
    "word": pa.dictionary(pa.int32(), pa.string()),
    "words": pa.list_(pa.string()),
    "flag": pa.bool_(),
    "moment": pa.timestamp("us", tz="UTC"),
}


def schema(table: Table, loaded: LoadedSet) -> pa.Schema:
    """Return a table's schema, with its meaning and what it was made with as metadata.

    `spinout.format`, `spinout.table` and `spinout.caution` are texts; `spinout.question_set` and
    `spinout.ladders` (the rung ids of every question, from the bottom up) are JSON.
    """
    found = loaded.set
    about = {"id": found.id, "version": found.version, "digest": loaded.digest}
    return pa.schema(
        [_field(column) for column in table.columns],
        metadata={
            "spinout.format": FORMAT,
            "spinout.table": table.name,
            "spinout.caution": CAUTION,
            "spinout.question_set": json.dumps(about),
            "spinout.ladders": json.dumps(found.ladders),
        },
    )


def _field(column: Column) -> pa.Field:
    says = {"spinout.says": column.says}
    return pa.field(column.name, _TYPES[column.kind], nullable=column.empty, metadata=says)


def batch(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    """Return rows as an Arrow table of this schema."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [_array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(kind):
        return pa.array(values, pa.string()).dictionary_encode()
    return pa.array(values, kind)


class Writer:
    """Writes one table to a file, batch by batch: the same bytes for the same batches."""

    def __init__(self, file: IO[bytes], table: Table, loaded: LoadedSet) -> None:
        """Begin the file, which stays open when all is written."""
        self.schema = schema(table, loaded)
        self._writer = pq.ParquetWriter(file, self.schema, compression="zstd")

    def rows(self, rows: Sequence[Row]) -> None:
        """Write these rows as a group of their own."""
        self.table(batch(rows, self.schema))

    def table(self, table: pa.Table) -> None:
        """Write an Arrow table of the same schema."""
        self._writer.write_table(table)

    def close(self) -> None:
        """Write what stands at the end of a file; without it nothing can be read."""
        self._writer.close()


def read_schema(path: Path) -> pa.Schema:
    """Return what a file says of itself."""
    return pq.read_schema(path)


def fits(schema: pa.Schema, column: Column) -> bool:
    """Tell whether a file has this column, of this type or of one that other programs write for it."""
    place = schema.get_field_index(column.name)
    return place >= 0 and _kind(schema.field(place).type) == column.kind


def _kind(found: pa.DataType) -> Kind | None:
    if pa.types.is_dictionary(found):
        found = found.value_type
    tests: Mapping[Kind, Any] = {
        "whole": pa.types.is_integer,
        "decimal": pa.types.is_floating,
        "word": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
        "flag": pa.types.is_boolean,
        "moment": pa.types.is_timestamp,
        "words": pa.types.is_list,
    }
    return next((kind for kind, test in tests.items() if test(found)), None)


def ladders(schema: pa.Schema) -> dict[str, tuple[str, ...]]:
    """Return the ladders that a file says were answered; none if it does not say."""
    kept = (schema.metadata or {}).get(b"spinout.ladders", b"{}")
    try:
        found = json.loads(kept)
        return {str(name): tuple(map(str, rungs)) for name, rungs in found.items()}
    except (ValueError, TypeError, AttributeError):
        return {}
