"""Every way in which a call to the service can fail."""

from wire.errors import Problem


class ServiceError(Exception):
    """ServiceError
    ├── ServiceRefused       the service answered, and said no: tell the shopper
    └── ServiceSilent        no usable answer: what was asked for may have been done, or not
        ├── ServiceUnreachable   no connection, or no whole answer in time: retry later
        └── ServiceBroken        an answer that cannot be used (5xx, garbage, too large): an
                                 engineer acts; retry later
    """


class ServiceRefused(ServiceError):
    """What was asked for was not done."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class ServiceSilent(ServiceError):
    """Only a repetition under the same key, or a release, makes clear what was done."""


class ServiceUnreachable(ServiceSilent):
    pass


class ServiceBroken(ServiceSilent):
    pass
