"""Kiosks and tills: enrolment, keys, events."""
