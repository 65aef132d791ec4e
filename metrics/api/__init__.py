"""
The operators' API under /api/admin/: JSON in and out, documented in docs/protocol/openapi.json.

tokens         by which programs ask, each for a member of staff
operator_view  the decorator that every view has: rights, parameters, errors and audit
endpoints      the views and their addresses
messages       what they take and return
openapi        the OpenAPI document, made of the addresses and the messages
"""
