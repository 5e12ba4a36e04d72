"""The worker process: `python -m central.serving.worker_process`.

A module of its own, because procrastinate tells jobs by the module that defines them, and
that must not be `__main__`.
"""

from central.serving.worker import main

if __name__ == "__main__":
    main()
