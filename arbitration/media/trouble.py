"""What is wrong with a file, as a code of ``domain/files.py``."""


class RefusedError(Exception):
    """The file is not taken; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
