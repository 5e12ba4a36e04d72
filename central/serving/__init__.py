"""The service's processes: a parent, and under it the API, the web pages and the worker."""
