"""Who this kiosk is: its private key, made here and never sent, and the service's answer."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from wire.api.devices import EnrolAnswer

ENROL_KEYID = "enrol"


class NotEnrolled(Exception):
    """There is no usable identity: staff run `kiosk enrol CODE` with a code from the service."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The key that signs each request, and what the service calls its owner."""

    key: Ed25519PrivateKey
    enrolment: EnrolAnswer

    @property
    def device_id(self) -> UUID:
        return self.enrolment.device_id


def load_identity(key_path: Path, device_path: Path) -> Identity:
    """The identity kept on disk.

    Raises:
        NotEnrolled: with what is missing.
    """
    key = load_key(key_path)
    if key is None:
        raise NotEnrolled(f"{key_path} is not there")
    try:
        enrolment = msgspec.json.decode(device_path.read_bytes(), type=EnrolAnswer)
    except (FileNotFoundError, NotADirectoryError):
        raise NotEnrolled(f"{device_path} is not there") from None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NotEnrolled(f"{device_path} cannot be read: {error}") from error
    return Identity(key, enrolment)


def load_key(path: Path) -> Ed25519PrivateKey | None:
    """The device's key, or None if none was made.

    Raises:
        NotEnrolled: there is a file, but no key of ours in it.
    """
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError) as error:
        raise NotEnrolled(f"{path} cannot be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NotEnrolled(f"{path} is not an Ed25519 key")
    return key


def save_key(path: Path, key: Ed25519PrivateKey) -> None:
    """Keeps the key, readable by its owner only.

    Raises:
        OSError: the folder cannot be written.
    """
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_atomically(path, pem)


def save_enrolment(path: Path, enrolment: EnrolAnswer) -> None:
    """Keeps the service's answer.

    Raises:
        OSError: the folder cannot be written.
    """
    write_atomically(path, msgspec.json.format(msgspec.json.encode(enrolment)) + b"\n")


def write_atomically(path: Path, content: bytes) -> None:
    """The whole new file or the whole old one, also after a power cut; mode 0600.

    Raises:
        OSError: the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
