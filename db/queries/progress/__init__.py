"""Where plans and units stand on any day: overview, heat map, ledger, lights."""
