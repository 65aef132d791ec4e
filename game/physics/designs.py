"""Question designs, and whether evidence is valid under them."""

DESIGNS = ("uniform", "quota", "adaptive")


def known_design(design: str) -> str:
    """Return the question design, or refuse one that does not exist."""
    if design not in DESIGNS:
        raise ValueError(f"design={design!r}: use one of {', '.join(DESIGNS)}")
    return design


def evidence_reason(design: str) -> str | None:
    """Return why the p-values and evidence of this question design are null, or None if they are valid."""
    if known_design(design) == "quota":
        return "Quotas make the last questions predictable: a team that counts them beats the quantum limit."
    return None
