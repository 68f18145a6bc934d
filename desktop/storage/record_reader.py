"""Reading the records of this desk, whatever their type: one, many, counts, sums and groups of a query."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from desktop.storage import query, rows
from desktop.storage.columns import decoder
from desktop.storage.database import Database
from desktop.storage.query import Page, Query
from desktop.storage.rows import Row
from desktop.storage.schema import Table, quoted
from records.kinds import DecimalNumber, Json
from records.record import Fields, RecordType, named


class RecordReader:
    """The records of this desk, to read."""

    def __init__(self, database: Database, catalogue: Mapping[str, RecordType]) -> None:
        self.database = database
        self.catalogue = catalogue

    def get(self, type: str, id: str, stream: str | None = None) -> Row | None:
        """One record, deleted ones included; None when this desk does not have it."""
        with self.database.reading() as connection:
            return rows.read(connection, stream, type, id)

    def find(self, asked: Query) -> Page:
        """The rows of a query. Raises Correctable for an unknown type or field."""
        with self.database.reading() as connection:
            table = self._table(asked.type)
            where, limit = query.where(table, asked), query.limit(asked)
            sql = f"{table.select} {where.sql} {query.order(table, asked)} {limit.sql}"
            return Page([rows.row_of(table, values) for values in connection.execute(sql, where.parameters + limit.parameters)])

    def ids(self, asked: Query) -> list[str]:
        """The ids of a query, in order: what a virtual list is made of."""
        with self.database.reading() as connection:
            table = self._table(asked.type)
            where, limit = query.where(table, asked), query.limit(asked)
            sql = f"SELECT _id FROM {quoted(table.name)} {where.sql} {query.order(table, asked)} {limit.sql}"
            return [row[0] for row in connection.execute(sql, where.parameters + limit.parameters).fetchall()]

    def rows(self, type: str, ids: Sequence[str]) -> list[Row]:
        """The records of these ids, in their order; ids this desk does not have are left out."""
        with self.database.reading() as connection:
            return rows.read_many(connection, type, ids)

    def count(self, asked: Query) -> int:
        """How many records a query finds, its limit aside."""
        return int(self._aggregate(asked, "count(*)")[0])

    def totals(self, asked: Query, fields: Sequence[str]) -> dict[str, Json]:
        """The sums of number fields over a query, its limit aside, as wire values: satang for money, text for decimals."""
        table = self._table(asked.type)
        columns = [query.column_of(table, name) for name in fields]
        exact = [column.name for column in columns if not isinstance(column.spec.kind, DecimalNumber)]
        sums: dict[str, Json] = {}
        if exact:
            found = self._aggregate(asked, ", ".join(f"coalesce(sum({quoted(name)}), 0)" for name in exact))
            sums = dict(zip(exact, found, strict=True))
        for column in columns:
            if isinstance(column.spec.kind, DecimalNumber):
                # SQLite would add decimals as floats.
                values = self._select(asked, quoted(column.name))
                sums[column.name] = column.spec.kind.to_wire(sum((Decimal(v) for (v,) in values if v is not None), Decimal(0)))
        return {name: sums[name] for name in fields}

    def distinct(self, type: str, field: str, stream: str | None = None) -> list[tuple[Json, int]]:
        """The values of a field with how many records have each, most frequent first; None stands for no value."""
        return self.groups(Query(type, stream), field)

    def groups(self, asked: Query, field: str) -> list[tuple[Json, int]]:
        """The values of a field among the records of a query, its limit aside, with how many have each; ordered as `distinct`."""
        table = self._table(asked.type)
        column = query.column_of(table, field)
        name = quoted(field)
        where = query.where(table, asked)
        sql = f"SELECT {name}, count(*) FROM {quoted(table.name)} {where.sql} GROUP BY {name} ORDER BY count(*) DESC, {name}"
        decode = decoder(column.codec)
        with self.database.reading() as connection:
            found = connection.execute(sql, where.parameters).fetchall()
        return [(decode(value) if decode and value is not None else value, count) for value, count in found]

    def values(self, asked: Query, names: Sequence[str]) -> list[tuple[Any, ...]]:
        """The id and the stored values of some fields of every record of a query, in no order: what an index in memory is built from."""
        table = self._table(asked.type)
        columns = [quoted(query.column_of(table, name).name) for name in names]
        return self._select(asked, ", ".join(["_id", *columns]))

    def by_key(self, type: str, key: Fields, stream: str | None = None) -> list[Row]:
        """The records, not deleted, whose fields have exactly these values; a field that is absent from none is asked for as None."""
        with self.database.reading() as connection:
            table = self._table(type)
            parameters: list[Any] = []
            conditions = []
            for name, wire in key.items():
                column = query.column_of(table, name)
                if wire is not None and not column.holds(wire):
                    return []  # no record can have it
                conditions.append(f"{quoted(name)} IS ?")
                parameters.append(None if wire is None else column.to_column(wire))
            if stream is not None:
                conditions.append("+_stream = ?")
                parameters.append(stream)
            # The plus keeps the planner on the index of the natural key; the index of a reference begins with the deletion.
            plus = "+" if table.spec and table.spec.key[:1] == tuple(key)[:1] else ""
            sql = f"{table.select} WHERE {' AND '.join([*conditions, f'{plus}_deleted = 0'])} ORDER BY +_id"
            return [rows.row_of(table, values) for values in connection.execute(sql, parameters)]

    def users_of(self, type: str, id: str) -> list[tuple[str, str, str]]:
        """Who refers to a record: (type, id, field) of every record, not deleted, that names it; nothing forbids deleting it (law 10)."""
        with self.database.reading() as connection:
            return [
                (table.spec.type, row[0], field)
                for table, field in self.database.tables.referrers.get(type, ())
                if table.spec
                for row in connection.execute(
                    f"SELECT _id FROM {table.name} WHERE {quoted(field)} = ? AND _deleted = 0 ORDER BY _id", (id,)
                )
            ]

    def titles(self, type: str, ids: Sequence[str]) -> dict[str, str]:
        """The titles of records by id, deleted ones included; ids this desk does not have are left out."""
        spec = self.catalogue.get(type)
        return {row.id: spec.title_of(row.fields) if spec else "" for row in self.rows(type, list(dict.fromkeys(ids)))}

    def _table(self, type: str) -> Table:
        named(self.catalogue, type)
        return self.database.tables.of(type)

    def _select(self, asked: Query, columns: str) -> list[tuple[Any, ...]]:
        with self.database.reading() as connection:
            table = self._table(asked.type)
            where = query.where(table, asked)
            found: list[tuple[Any, ...]] = connection.execute(
                f"SELECT {columns} FROM {quoted(table.name)} {where.sql}", where.parameters
            ).fetchall()
            return found

    def _aggregate(self, asked: Query, columns: str) -> tuple[Any, ...]:
        return self._select(asked, columns)[0]
