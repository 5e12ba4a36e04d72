"""The points service: exact ledger, programme, redemptions, devices, and the API before them."""
