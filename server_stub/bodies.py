"""The bodies of the calls that are not hot, checked strictly by pydantic at the edge."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from records.ids import is_id
from records.kinds.base import LARGEST_INTEGER
from records.protocol import Limits
from server_stub.auth import DeviceDescription
from server_stub.envelope import positions_of
from server_stub.numbers import LARGEST_BLOCK, NumbersRequest
from server_stub.problems import CallProblem, invalid

_STRICT = ConfigDict(strict=True, extra="ignore")
Key = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
"""A public key of 32 bytes, hex; empty when there is none."""


class DeviceBody(BaseModel):
    """The device of `POST /enrol`."""

    model_config = _STRICT
    name: Annotated[str, Field(min_length=1, max_length=200)]
    os: Annotated[str, Field(max_length=200)] = ""
    app_version: Annotated[str, Field(max_length=100)] = ""
    public_key: Key = ""
    sealing_key: Key | None = None

    def description(self) -> DeviceDescription:
        """The device as auth knows it."""
        return DeviceDescription(self.name, self.os, self.app_version, self.public_key, self.sealing_key or "")


class EnrolBody(BaseModel):
    """The body of `POST /enrol`; the device may be left out where a device's token is sent."""

    model_config = _STRICT
    code: Annotated[str, Field(min_length=1, max_length=100)]
    device: DeviceBody | None = None
    request_id: Annotated[str, Field(max_length=100)] = ""


class KeysBody(BaseModel):
    """The body of `POST /keys`."""

    model_config = _STRICT
    public_key: Key = ""
    sealing_key: Key = ""


class NumbersBody(BaseModel):
    """The body of `POST /numbers`."""

    model_config = _STRICT
    stream: Annotated[str, Field(min_length=1, max_length=100)]
    book: Annotated[str, Field(min_length=1, max_length=60)]
    year: Annotated[int, Field(ge=1, le=9999)]
    count: Annotated[int, Field(ge=1, le=LARGEST_BLOCK)]
    seen: Annotated[int, Field(ge=0, le=LARGEST_INTEGER - LARGEST_BLOCK)] = 0
    request_id: str
    streams: dict[str, Any] | None = None

    def request(self, limits: Limits) -> NumbersRequest:
        """What is asked for. Raises CallProblem."""
        if not is_id(self.request_id):
            raise invalid("/request_id", "an id is a UUID in lower case with dashes")
        positions = positions_of({"streams": self.streams}, limits) if self.streams is not None else {}
        return NumbersRequest(self.stream, self.book, self.year, self.count, self.request_id, self.seen, positions)


class FileBody(BaseModel):
    """The body of `POST /streams/<stream>/files`."""

    model_config = _STRICT
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]
    media_type: Annotated[str, Field(max_length=200)] = ""


Body = TypeVar("Body", bound=BaseModel)


def checked(model: type[Body], value: object) -> Body:
    """The value as a body of that model. Raises CallProblem `invalid` that names every fault."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults = [{"pointer": "".join(f"/{part}" for part in fault["loc"]), "detail": fault["msg"]} for fault in error.errors()]
        raise CallProblem("invalid", extra={"errors": faults}) from None
