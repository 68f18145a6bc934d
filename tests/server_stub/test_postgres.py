"""The store on PostgreSQL."""

from collections.abc import Iterator

import pytest

from server_stub.storage.base import Storage
from server_stub.storage.postgres import PostgresStorage
from tests.server_stub.storage_contract import SharedContract, StorageContract


class TestPostgres(StorageContract, SharedContract):
    @pytest.fixture
    def storage(self, postgres_url: str) -> Iterator[Storage]:
        made = PostgresStorage(postgres_url)
        yield made
        made.close()
