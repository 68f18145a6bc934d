"""The contract on Citus, where an administrator names a coordinator with an empty database: THONGTHIN_TEST_CITUS=postgresql://superuser@host/name."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from server_stub.storage.base import Storage
from server_stub.storage.postgres import PostgresStorage
from tests.postgres import EMPTY
from tests.server_stub.statements import STANDS_ALONE, SYNCS
from tests.server_stub.storage_contract import SharedContract, StorageContract

COORDINATOR = os.environ.get("THONGTHIN_TEST_CITUS", "")
GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "postgresql.md").read_text(encoding="utf-8")
SPREAD = next(block for block in re.findall(r"```sql\n(.*?)```", GUIDE, re.DOTALL) if "create_distributed_table" in block)


def test_the_guide_spreads_every_table() -> None:
    named = set(re.findall(r"'(\w+)'", SPREAD)) - {"local"}
    assert named == SYNCS | STANDS_ALONE | {"migration"}


@pytest.mark.skipif(not COORDINATOR, reason="no Citus coordinator is named in THONGTHIN_TEST_CITUS")
class TestCitus(StorageContract, SharedContract):
    @pytest.fixture(scope="class")
    def spread(self) -> str:
        """The tables, made and spread as the guide says."""
        PostgresStorage(COORDINATOR).close()
        with psycopg.connect(COORDINATOR, autocommit=True) as connection:
            database = connection.info.dbname
            for statement in re.sub(r"--[^\n]*", "", SPREAD).replace("DATABASE thongthin", f'DATABASE "{database}"').split(";"):
                if statement.strip():
                    connection.execute(statement.encode())
        return COORDINATOR

    @pytest.fixture
    def storage(self, spread: str) -> Iterator[Storage]:
        with psycopg.connect(spread, autocommit=True) as connection:
            connection.execute(EMPTY.encode())
        made = PostgresStorage(spread)
        yield made
        made.close()
