"""Redemptions and the vouchers they become."""
