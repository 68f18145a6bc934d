"""The catalogue: every record type, written out so that the reader and the packager both see it.

A new type is one class in its area's module and its name in `ALL`; see `docs/adding-a-record-type.md`.
"""

from collections.abc import Mapping

from records.areas import AREAS
from records.catalogue.budget import BudgetLine, Contract, Disbursement, FiscalYear, RevenueLine
from records.catalogue.handover import DutyHandover, ExecutiveComplaint, QualificationCheck
from records.catalogue.people import Person
from records.catalogue.plan_items import EquipmentBudget, EquipmentItem, Evaluation, ProjectLink
from records.catalogue.planning import Plan, PlanProgramme, Project, ProjectBudget, ProjectStep, Strategy, Tactic
from records.catalogue.platform import Account, Conflict, NumberBlock
from records.catalogue.receipts import FeeItem, PaymentNotice, Receipt, ReceiptItem, Remittance
from records.catalogue.registry import BaseFigure, Division, Office, OfficeCode, OfficeEvent, OfficeProfile, Village
from records.catalogue.registry_requests import Constituency, DirectoryEntry, RegistryChangeRequest
from records.catalogue.requests import RequestDocument, RequestStep, ServiceRequest
from records.catalogue.services import Holiday, Service, ServiceDocument, ServiceStep
from records.catalogue.spending import BudgetTransfer, RevenueReceipt
from records.catalogue.terms import CouncilTerm, Position, Term
from records.catalogue.year import CarryOver
from records.record import Record, RecordType

ALL: tuple[type[Record], ...] = (
    Office, OfficeCode, OfficeEvent, OfficeProfile, Village, BaseFigure, Division, RegistryChangeRequest, Constituency, DirectoryEntry,
    Person, Position, Term, CouncilTerm, DutyHandover, QualificationCheck, ExecutiveComplaint,
    Plan, Strategy, Tactic, PlanProgramme, Project, ProjectBudget, ProjectStep, ProjectLink, Evaluation, EquipmentItem, EquipmentBudget,
    FiscalYear, BudgetLine, BudgetTransfer, Contract, Disbursement, RevenueLine, RevenueReceipt, CarryOver,
    Service, ServiceDocument, ServiceStep, ServiceRequest, RequestDocument, RequestStep, Holiday,
    Receipt, ReceiptItem, FeeItem, Remittance, PaymentNotice,
    Account, Conflict, NumberBlock,
)  # fmt: skip
"""Every record type, in the order people see them."""

BY_TYPE: Mapping[str, RecordType] = {cls.spec.type: cls.spec for cls in ALL}
"""Every record type by its name on the wire."""

AREA_TYPES: Mapping[str, tuple[str, ...]] = {area: tuple(cls.spec.type for cls in ALL if cls.spec.area == area) for area in AREAS}
"""The names of the types of each area; empty for an area that has none yet."""
