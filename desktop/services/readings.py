"""The record of who looked at personal data in full (PDPA): ids and field names, never values, in the log of the data folder."""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.services.office import Office

_LOG = logging.getLogger(__name__)


def log_reading(office: "Office", record_type: str, record_id: str, field: str = "*") -> None:
    """Notes that the person at this desk had a masked value shown in full; `*` for every field, `-` as id for a whole list.

    Types without personal fields are not noted.
    """
    spec = office.catalogue.get(record_type)
    if spec is None or not any(one.personal for one in spec.fields):
        return
    identity = office.identity
    who = identity.account if identity is not None else "-"
    _LOG.info("personal data shown: account=%s type=%s id=%s field=%s", who, record_type, record_id, field)
