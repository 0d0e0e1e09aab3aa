"""The demo while it runs: pages with a banner, time that passes, the scheduler beside."""
