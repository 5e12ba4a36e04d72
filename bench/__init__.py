"""Measurements, each beside its peer in the same run: what counts is the ratio."""
