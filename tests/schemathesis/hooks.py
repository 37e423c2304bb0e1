"""Gives each request its own idempotency key, because a key names one operation."""

import re
import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    key = (case.headers or {}).get("idempotency-key")
    if isinstance(key, str) and re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        case.headers["idempotency-key"] = key[:219] + str(uuid.uuid4())
