"""The kinds of rules of a scheme: from numbers, ranks, people and events to points, and sums."""
