"""The kiosk's side of the points API: the only place that speaks HTTP.

`transport` sends one signed request within a total deadline, `client` has a typed method
per endpoint, `settle` and `events` repeat what must reach the service, `catalogue` follows
the rewards, `snapshot` keeps on disk what is shown while the service is away, `identity`
holds the device's key.
"""
