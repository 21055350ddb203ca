"""Whether `odoo-etl serve` of this container is alive: its exit code is 0 then.

healthy.py PORT
"""

from __future__ import annotations

import http.client
import ssl
import sys

TIMEOUT_S = 4
OK = 200


def main() -> int:
    """Ask over HTTPS, then over HTTP: project.yaml says which it is."""
    return 0 if any(_answers(int(sys.argv[1]), secure=secure) for secure in (True, False)) else 1


def _answers(port: int, *, secure: bool) -> bool:
    """Nothing secret is asked or told, so nobody's certificate is looked at."""
    if secure:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        asking = http.client.HTTPSConnection("127.0.0.1", port, timeout=TIMEOUT_S, context=context)
    else:
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        asking.request("GET", "/healthz")
        return asking.getresponse().status == OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()


if __name__ == "__main__":
    sys.exit(main())
