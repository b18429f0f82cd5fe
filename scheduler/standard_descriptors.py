"""Standard input, output and error: open, whatever the caller left closed."""

import os


def keep_standard_descriptors() -> None:
    """Make sure that 0, 1 and 2 are open: else the next file that is opened, such as the archive, would be one of them.

    Whoever writes to standard error would then write into that file.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
