"""What travels between the kiosk and the points service; imports nothing of ours.

`api` holds the structs of /v1, `errors` its error codes, `signing` the request
signatures, `tokens` the codes a scanner reads, `voucher_code` the code on the
paper, `ids` the ids that clients make.
"""
