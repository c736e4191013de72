"""Resets (重置店铺): a lecturer gives one learner a fresh start; what others hold of the old store is settled."""
