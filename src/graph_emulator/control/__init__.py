"""The control API, `/emulator/…`: what tests and people at this machine do to the emulated world."""
