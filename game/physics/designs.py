"""Question designs, and whether evidence is valid under them."""

DESIGNS = ("uniform", "quota", "adaptive")


def evidence_reason(design: str) -> str | None:
    """Return why the p-values and evidence of this question design are null, or None if they are valid."""
    if design not in DESIGNS:
        raise ValueError(f"design={design!r}: use one of {', '.join(DESIGNS)}")
    if design == "quota":
        return "Quotas make the last questions predictable: a team that counts them beats the quantum limit."
    return None
