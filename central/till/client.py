"""The till's side of /v1: enrol once, then check, use and restore vouchers over HTTP."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from wire import signing
from wire.api.devices import EnrolAnswer, EnrolRequest
from wire.api.vouchers import RestoreRequest, UseRequest, VoucherState
from wire.errors import Problem
from wire.ids import new_id

T = TypeVar("T")
_TIMEOUT_S = 10.0


class TillRefused(Exception):
    """The service said no; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class ServiceSilent(Exception):
    """No answer, or none that can be read."""


class TillClient:
    """One till with its key pair in a folder of its own. Blocking; one thread."""

    def __init__(self, url: str, folder: Path) -> None:
        """Args:
        url: the API's address without /v1.
        folder: keeps `key.pem` (0600) and `device.json`.
        """
        self._url = url.rstrip("/")
        self._folder = folder
        self._http = httpx.Client(timeout=_TIMEOUT_S)

    @property
    def enrolled(self) -> bool:
        return self._identity.is_file()

    @property
    def _identity(self) -> Path:
        return self._folder / "device.json"

    def enrol(self, code: str) -> EnrolAnswer:
        """Makes the key pair if there is none, and has it accepted.

        Raises:
            TillRefused, ServiceSilent
        """
        key = self._key()
        request = EnrolRequest(code, key.public_key().public_bytes_raw(), "", "")
        body = msgspec.json.encode(request)
        answer = self._post("/v1/devices/enrol", body, "enrol", str(new_id()), EnrolAnswer)
        self._identity.write_bytes(msgspec.json.encode(answer))
        return answer

    def check(self, code: str) -> VoucherState:
        return self._ask(f"/v1/vouchers/{code}/check", b"", str(new_id()))

    def use(self, code: str, request: UseRequest) -> VoucherState:
        key = f"use:{self._store()}:{request.pos}:{request.receipt}:{request.line}"
        return self._ask(f"/v1/vouchers/{code}/use", msgspec.json.encode(request), key)

    def restore(self, code: str, request: RestoreRequest) -> VoucherState:
        body = msgspec.json.encode(request)
        return self._ask(f"/v1/vouchers/{code}/restore", body, str(new_id()))

    def _ask(self, path: str, body: bytes, key: str) -> VoucherState:
        return self._post(path, body, str(self._device()), key, VoucherState)

    def _post(self, path: str, body: bytes, keyid: str, key: str, kind: type[T]) -> T:
        url = self._url + path
        signed = signing.sign("POST", url, body, self._key(), keyid, datetime.now(UTC), key)
        headers = signed | {"Content-Type": "application/json"}
        try:
            answer = self._http.post(url, content=body, headers=headers)
            if answer.is_success:
                return msgspec.json.decode(answer.content, type=kind)
            problem = msgspec.json.decode(answer.content, type=Problem)
        except (httpx.HTTPError, msgspec.DecodeError) as error:
            raise ServiceSilent(f"no answer from {self._url}: {error}") from None
        raise TillRefused(problem)

    def _saved(self) -> EnrolAnswer:
        return msgspec.json.decode(self._identity.read_bytes(), type=EnrolAnswer)

    def _device(self) -> UUID:
        return self._saved().device_id

    def _store(self) -> str:
        return self._saved().store.id

    def _key(self) -> Ed25519PrivateKey:
        path = self._folder / "key.pem"
        if not path.is_file():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = Ed25519PrivateKey.generate()
            pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(pem)
        key = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ServiceSilent(f"{path} is no Ed25519 key: remove it and enrol again")
        return key
