"""Which record types have more on their page than the form: a panel beside it, brought when the page is first opened."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from desktop.ui.screen import Context

if TYPE_CHECKING:
    from desktop.ui.widgets.request_work import RequestWork


def _request(context: Context) -> "RequestWork":
    from desktop.ui.widgets.request_work import RequestWork

    return RequestWork(context)


PANELS: Mapping[str, "Callable[[Context], RequestWork]"] = {"service_request": _request}
"""By record type."""
