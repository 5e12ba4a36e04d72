"""The people who feed the kiosks: badges, PINs, log-ins, hours, handovers and rolls."""
