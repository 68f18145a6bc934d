"""The benchmarks run, say what they measured, and stand on a workload that is always the same."""
