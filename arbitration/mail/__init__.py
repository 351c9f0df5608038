"""Mail out: what a mail says to its reader, and how it leaves the house."""
