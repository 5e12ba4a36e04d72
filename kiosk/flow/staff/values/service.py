"""Screens, events and effects of diagnostics, hours and handover."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DiagnosticsOpened:
    """On the dashboard."""


@dataclass(frozen=True, slots=True)
class HoursOpened:
    """上下班打卡 on the dashboard."""


@dataclass(frozen=True, slots=True)
class HandoverOpened:
    """On the dashboard."""


ServiceEvent = DiagnosticsOpened | HoursOpened | HandoverOpened
