"""Python's collector of garbage while the program starts: it would walk every module and every widget many times and find nothing."""

import gc


def hold() -> None:
    """Collects nothing until `resume`."""
    gc.disable()


def resume() -> None:
    """Collects again; what the start brought stays out of it, since it lives as long as the program."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
