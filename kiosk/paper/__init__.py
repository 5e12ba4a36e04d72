"""Paper as a ledger: what is on the roll, what each voucher takes of it, how many are left."""
