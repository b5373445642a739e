"""What goes wrong on the way out and back."""

from almaty_geo.errors import AlmatyGeoError


class FetchError(AlmatyGeoError, OSError):
    """Nothing usable came back; what had come whole before is kept, and nothing else."""


class BusyError(FetchError):
    """A try that may be made again: the server is busy, slow, or hung up half way."""

    def __init__(self, said: str, *, after_s: float | None = None) -> None:
        """
        Say what went wrong, and when to come back.

        Parameters
        ----------
        said
            The sentence.
        after_s
            Seconds that the server asks to wait; None where it does not say.
        """
        super().__init__(said)
        self.after_s = after_s
