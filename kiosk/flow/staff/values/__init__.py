"""Screens, events and effects of the staff journeys as plain values; they import no handler."""
