"""What is wrong with the settings by which the marketplace is connected: one sentence each, with the mend."""


def handover_faults(pem: str) -> list[str]:
    """Whether the marketplace's public key is one; nothing to say where none is set."""
    if not pem:
        return []
    from arbitration.services.handovers import public_key

    try:
        public_key(pem)
    except ValueError as error:
        return [f"ARBITRATION_HANDOVER_KEY: {error}"]
    return []
