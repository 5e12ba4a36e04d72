"""What the scanner process gives up before its first frame: network, files, other programs.

The service unit (systemd/kiosk-scanner.service) refuses the same from outside; this holds
on a development machine too, where the kiosk starts the scanner itself. Two nets of the
kernel, either of which may be missing:

- seccomp (by libseccomp2): no socket but a Unix one, no file made, cut, renamed or opened
  only to be written, no other program started, nobody else's memory looked into;
- Landlock: no file opened for writing at all, but devices.

And no core dump, which would be frames on a disk.
"""

import ctypes
import errno
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager

# prctl(2)
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_PR_SET_NO_NEW_PRIVS = 38

# seccomp.h of libseccomp 2.4 and later
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_ALL_THREADS = 4
_NOT_EQUAL = 1
_MASKED_EQUAL = 7
_UNKNOWN_CALL = -1

# linux/landlock.h; the numbers of the calls are the same on every processor
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE = 1 << 0, 1 << 1
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_REFER_SINCE, _TRUNCATE_SINCE = 2, 3

_REFUSED = (
    # other programs, and other programs' memory
    "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd",
    # files: made, cut, moved, removed, changed
    "creat", "truncate", "truncate64", "mknod", "mknodat", "mkdir", "mkdirat", "rmdir",
    "link", "linkat", "symlink", "symlinkat", "rename", "renameat", "renameat2",
    "unlink", "unlinkat", "chmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchownat",
    "setxattr", "lsetxattr", "open_by_handle_at",
    # ways round a filter that looks at arguments
    "io_uring_setup", "openat2", "bpf", "userfaultfd", "unshare", "setns", "mount",
)  # fmt: skip
_OPENED_TO_WRITE = (
    (os.O_CREAT, os.O_CREAT),
    (os.O_TRUNC, os.O_TRUNC),
    (os.O_TMPFILE, os.O_TMPFILE),
    (os.O_ACCMODE, os.O_WRONLY),
)
"""(mask, value) of flags with which nothing is opened. A camera is opened with O_RDWR."""


class _Compare(ctypes.Structure):
    """struct scmp_arg_cmp: one condition on one argument of a call."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    """struct landlock_path_beneath_attr"""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


class NotConfined(Exception):
    """The kernel or its library has no such net here; `str()` says which."""


def confine() -> tuple[str, ...]:
    """Give it all up, in this thread and all that it starts; what could not be given up.

    Call it when sockets are bound and helpers are started, before any thread that is to be
    confined. It cannot be undone. Modules may still be imported afterwards, devices opened,
    and memory files made.
    """
    without = []
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _prctl(_PR_SET_DUMPABLE, 0)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    for net in (_landlock, _seccomp):
        try:
            net()
        except NotConfined as reason:
            without.append(str(reason))
    return tuple(without)


def missing() -> tuple[str, ...]:
    """What `confine` could not do on this machine, told without doing anything."""
    without = []
    for probe in (_landlock_version, _libseccomp):
        try:
            probe()
        except NotConfined as reason:
            without.append(str(reason))
    return tuple(without)


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option})")


# --- seccomp -----------------------------------------------------------------------------


def _libseccomp() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        raise NotConfined("libseccomp2 is not installed") from None
    # Asked for a filter at no address, a kernel that knows filters complains of the address.
    # (/proc/sys tells too, but the unit hides it.)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, None, 0, 0)
    if ctypes.get_errno() != errno.EFAULT:
        raise NotConfined("this kernel has no seccomp")
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_release.argtypes = [ctypes.c_void_p]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    library.seccomp_attr_set.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32]
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.POINTER(_Compare),
    ]
    return library


def _seccomp() -> None:
    library = _libseccomp()
    net = library.seccomp_init(_ALLOW)
    if not net:
        raise NotConfined("seccomp: no memory")
    try:
        _check(library.seccomp_attr_set(net, _ALL_THREADS, 1))
        for name, *conditions in _rules():
            call = library.seccomp_syscall_resolve_name(name.encode())
            if call == _UNKNOWN_CALL:
                continue  # newer than this library; then it is newer than most kernels too
            array = (_Compare * len(conditions))(*conditions)
            refusal = _ERRNO | errno.EACCES
            _check(library.seccomp_rule_add_array(net, refusal, call, len(conditions), array))
        _check(library.seccomp_load(net))
    finally:
        library.seccomp_release(net)


def _rules() -> Iterator[tuple[str, *tuple[_Compare, ...]]]:
    """Name of a call, and the conditions under which it is refused."""
    yield "socket", _Compare(0, _NOT_EQUAL, socket.AF_UNIX, 0)
    for mask, value in _OPENED_TO_WRITE:
        yield "open", _Compare(1, _MASKED_EQUAL, mask, value)
        yield "openat", _Compare(2, _MASKED_EQUAL, mask, value)
    for name in _REFUSED:
        yield (name,)


def _check(status: int) -> None:
    if status != 0:
        raise NotConfined(f"seccomp: {os.strerror(abs(status))}")


# --- Landlock ----------------------------------------------------------------------------


def _landlock_version() -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    version: int = libc.syscall(_CREATE_RULESET, None, 0, _VERSION)
    if version < 1:
        raise NotConfined("this kernel has no Landlock")
    return version


def _landlock() -> None:
    version = _landlock_version()
    refused = _EXECUTE | _WRITE_FILE | _REMOVE_AND_MAKE
    if version >= _REFER_SINCE:
        refused |= _REFER
    if version >= _TRUNCATE_SINCE:
        refused |= _TRUNCATE
    handled = ctypes.c_uint64(refused)
    with _descriptor(_call(_CREATE_RULESET, ctypes.byref(handled), 8, 0)) as rules:
        with _descriptor(os.open("/dev", os.O_PATH | os.O_CLOEXEC)) as devices:
            rule = _PathBeneath(_WRITE_FILE, devices)
            _call(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(rule), 0)
        _call(_RESTRICT_SELF, rules, 0)


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = libc.syscall(number, *arguments)
    if result < 0:
        raise NotConfined(f"Landlock: {os.strerror(ctypes.get_errno())}")
    return result


@contextmanager
def _descriptor(fd: int) -> Iterator[int]:
    try:
        yield fd
    finally:
        os.close(fd)
