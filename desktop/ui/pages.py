"""Which page shows which kind of place. A page's module is brought when the page is first opened: the window's start waits for none it does
not show.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from desktop.ui.screen import Context, Screen
from records.words import Words

if TYPE_CHECKING:
    from desktop.ui.sync_control import SyncControl

HOME = Words("หน้าหลัก", "Home")


def _home(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.home import HomeScreen

    return HomeScreen(context)


def _type(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.list_screen import ListScreen

    return ListScreen(context)


def _record(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.record_screen import RecordScreen

    return RecordScreen(context)


def _sync(context: Context, control: "SyncControl") -> Screen:
    from desktop.ui.sync_view import SyncView

    return SyncView(context, control)


def _conflicts(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.conflict_view import ConflictScreen

    return ConflictScreen(context)


def _history(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.history_view import HistoryScreen

    return HistoryScreen(context)


def _mend(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.mend_view import MendScreen

    return MendScreen(context)


def _backups(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.backup_view import BackupScreen

    return BackupScreen(context)


def _bundles(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.bundle_view import BundleScreen

    return BundleScreen(context)


def _deleted(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.deleted_view import DeletedScreen

    return DeletedScreen(context)


def _settings(context: Context, control: "SyncControl") -> Screen:
    from desktop.ui.settings_view import SettingsScreen

    return SettingsScreen(context, control)


def _office_holders(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.office_holders import OfficeHoldersScreen

    return OfficeHoldersScreen(context)


def _people_alike(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.people_alike import PeopleAlikeScreen

    return PeopleAlikeScreen(context)


def _duplicates(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.duplicates_view import DuplicatesScreen

    return DuplicatesScreen(context)


def _import(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.import_view import ImportScreen

    return ImportScreen(context)


def _intake(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.intake import IntakeScreen

    return IntakeScreen(context)


def _service_times(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.service_times import ServiceTimesScreen

    return ServiceTimesScreen(context)


def _plan_tree(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.plan_tree import PlanTreeScreen

    return PlanTreeScreen(context)


def _plan_compare(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.plan_compare import PlanCompareScreen

    return PlanCompareScreen(context)


def _eplan(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.eplan import EplanScreen

    return EplanScreen(context)


def _registry_as_of(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.registry_as_of import RegistryAsOfScreen

    return RegistryAsOfScreen(context)


def _figures(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.figures import FiguresScreen

    return FiguresScreen(context)


def _year_turn(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.year_turn import YearTurnScreen

    return YearTurnScreen(context)


def _cashier(context: Context, control: "SyncControl") -> Screen:
    from desktop.ui.screens.cashier import CashierScreen

    return CashierScreen(context, control)


def _remittance(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.remittance import RemittanceScreen

    return RemittanceScreen(context)


def _budget_tree(context: Context, _: "SyncControl") -> Screen:
    from desktop.ui.screens.budget_tree import BudgetTreeScreen

    return BudgetTreeScreen(context)


PAGES: Mapping[str, Callable[[Context, "SyncControl"], Screen]] = {
    "home": _home,
    "type": _type,
    "record": _record,
    "sync": _sync,
    "conflicts": _conflicts,
    "duplicates": _duplicates,
    "history": _history,
    "mend": _mend,
    "backups": _backups,
    "bundles": _bundles,
    "deleted": _deleted,
    "settings": _settings,
    "import": _import,
    "office_holders": _office_holders,
    "people_alike": _people_alike,
    "intake": _intake,
    "service_times": _service_times,
    "plan_tree": _plan_tree,
    "plan_compare": _plan_compare,
    "eplan": _eplan,
    "registry_as_of": _registry_as_of,
    "figures": _figures,
    "year_turn": _year_turn,
    "cashier": _cashier,
    "remittances": _remittance,
    "budget_tree": _budget_tree,
}
"""By the kind of place."""
