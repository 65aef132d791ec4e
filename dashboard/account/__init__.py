"""
An instructor's account.

page      the own account: what is stored, downloaded or deleted
sign_on   log in by an institution (OpenID Connect), where OIDC_ISSUER names one
provider  what the institution says about itself
"""
