"""Members as the kiosk may know them: pseudonyms, cards, sessions."""
