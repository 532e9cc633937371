"""The live half of `make demo`: a flight that never was, followed from afar in fast time.

    python -m tests.demo

It needs the server that plays the public sites and the simulator that flies, so it lies here.
"""
