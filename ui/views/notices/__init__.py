"""新情况: what came for a person since their last visit."""
