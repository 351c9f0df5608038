"""Calls to others' servers: an address that was checked before it is connected to, limits, signatures."""
