"""The journeys of staff at the kiosk: the door, paper, vouchers in question, hours."""
