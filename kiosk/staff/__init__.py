"""What staff may do at this kiosk, and how it is done: log-in, badges, vouchers in question."""
