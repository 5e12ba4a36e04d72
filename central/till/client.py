"""The till's side of /v1: enrol once, then check, use and restore vouchers over HTTP."""

import os
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import quote

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
from wire.api.vouchers import CheckRequest, RestoreRequest, UseRequest, VoucherState
from wire.errors import Problem
from wire.ids import new_id

T = TypeVar("T")
_TIMEOUT_S = 10.0
_KEY_LENGTH = 200
"""The longest Idempotency-Key that the service takes."""


class TillRefused(Exception):
    """The service said no; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class ServiceSilent(Exception):
    """No answer, or none that can be read."""


class TillIdentityBroken(Exception):
    """What the folder keeps cannot be read or written; `str()` says what to do."""


class TillClient:
    """One till with its key pair in a folder of its own. Blocking; one thread.

    A context manager: its connections are closed at the end.
    """

    def __init__(self, url: str, folder: Path) -> None:
        """Args:
        url: the API's address without /v1.
        folder: keeps `key.pem` (0600) and `device.json`.
        """
        self._url = url.rstrip("/")
        self._folder = folder
        self._http = httpx.Client(timeout=_TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @property
    def enrolled(self) -> bool:
        return self._identity.is_file()

    @property
    def _identity(self) -> Path:
        return self._folder / "device.json"

    @property
    def _key_file(self) -> Path:
        return self._folder / "key.pem"

    def enrol(self, code: str) -> EnrolAnswer:
        """Makes a new key pair, and keeps it once it is accepted.

        A pair whose acceptance was never heard of is a device already, and no use any more.

        Raises:
            TillRefused, ServiceSilent, TillIdentityBroken
        """
        key = Ed25519PrivateKey.generate()
        request = EnrolRequest(code, key.public_key().public_bytes_raw(), "", "")
        body = msgspec.json.encode(request)
        path, number = "/v1/devices/enrol", str(new_id())
        answer = self._post(path, body, key, "enrol", number, EnrolAnswer)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self._key_file, pem)
            _write(self._identity, msgspec.json.encode(answer))  # last: now it is enrolled
        except OSError as error:
            raise TillIdentityBroken(
                f"the till's folder {self._folder} cannot be written: {error.strerror}"
            ) from None
        return answer

    def check(self, code: str, request: CheckRequest | None = None) -> VoucherState:
        body = msgspec.json.encode(request) if request else b""
        return self._ask(f"/v1/vouchers/{code}/check", body, str(new_id()))

    def use(self, code: str, request: UseRequest) -> VoucherState:
        key = _use_key(self._saved().store.id, request)
        return self._ask(f"/v1/vouchers/{code}/use", msgspec.json.encode(request), key)

    def restore(self, code: str, request: RestoreRequest) -> VoucherState:
        body = msgspec.json.encode(request)
        return self._ask(f"/v1/vouchers/{code}/restore", body, str(new_id()))

    def _ask(self, path: str, body: bytes, key: str) -> VoucherState:
        keyid = str(self._saved().device_id)
        return self._post(path, body, self._key(), keyid, key, VoucherState)

    def _post(
        self,
        path: str,
        body: bytes,
        signer: Ed25519PrivateKey,
        keyid: str,
        key: str,
        kind: type[T],
    ) -> T:
        url = self._url + path
        signed = signing.sign("POST", url, body, signer, keyid, datetime.now(UTC), key)
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
        try:
            return msgspec.json.decode(self._identity.read_bytes(), type=EnrolAnswer)
        except (OSError, msgspec.DecodeError) as error:
            raise self._broken(self._identity, error) from None

    def _key(self) -> Ed25519PrivateKey:
        try:
            key = load_pem_private_key(self._key_file.read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise self._broken(self._key_file, error) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise self._broken(self._key_file, TypeError("no Ed25519 key"))
        return key

    def _broken(self, file: Path, error: Exception) -> TillIdentityBroken:
        return TillIdentityBroken(
            f"{file} cannot be read ({error}): remove {self._folder} and the till enrols itself"
            " anew"
        )


def _use_key(store: str, request: UseRequest) -> str:
    """One key per receipt and line, in any script and of any length, as a header can carry it."""
    parts = (quote(part, safe="") for part in (store, request.pos, request.receipt))
    key = ":".join(("use", *parts, str(request.line)))
    return key if len(key) <= _KEY_LENGTH else f"use:{sha256(key.encode()).hexdigest()}"


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all; readable by its owner only."""
    part = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as written:
        written.write(content)
    part.replace(file)
